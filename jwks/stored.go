// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"encoding/binary"
	"errors"
	"time"
)

// stored is a snapshot outside of the process: the two documents as the server
// sent them, and when it last confirmed each. It is immutable, and says nothing
// about whether they are any good.
//
// In bytes it is a version and then each document: its time in Unix
// milliseconds and the server's hint in seconds, as 8 bytes each, the length of
// its ETag as 2 and that of its body as 4, and these. There is one way to write
// each, and nothing behind them.
type stored struct{ metadata, keys storedDocument }

type storedDocument struct {
	document
	at time.Time // when the server confirmed it
}

const (
	storedVersion  = 1
	documentHeader = 8 + 8 + 2 + 4
)

// update returns the snapshot after a fetch. It is not whole before both documents
// have come.
func (s *stored) update(out *outcome) *stored {
	return &stored{s.metadata.update(&out.metadata), s.keys.update(&out.keys)}
}

func (d storedDocument) update(a *attempt) storedDocument {
	if !a.isGood() {
		return d
	}
	next := storedDocument{a.doc, a.begun}
	if next.notModified {
		next.body, next.notModified = d.body, false
	}
	return next
}

// confirmed returns when the server last confirmed all of it.
func (s *stored) confirmed() time.Time {
	if s.metadata.at.Before(s.keys.at) {
		return s.metadata.at
	}
	return s.keys.at
}

// since returns the snapshot with times by this process's clocks: none is ahead
// of them.
func (s *stored) since(now time.Time) *stored {
	here := *s
	here.metadata.at, here.keys.at = agedBy(s.metadata.at, now), agedBy(s.keys.at, now)
	return &here
}

// agedBy returns the time that is as long ago by both clocks, the wall's and the
// monotonic one, as that is by the wall's.
func agedBy(at, now time.Time) time.Time {
	return now.Add(-max(0, now.Round(0).Sub(at.Round(0))))
}

func (s *stored) encode() []byte {
	b := make([]byte, 0, 1+2*documentHeader+len(s.metadata.etag)+len(s.metadata.body)+len(s.keys.etag)+len(s.keys.body))
	b = append(b, storedVersion)
	for _, d := range []storedDocument{s.metadata, s.keys} {
		hint := int64(-1)
		if d.maxAge >= 0 {
			hint = int64(d.maxAge / time.Second)
		}
		b = binary.BigEndian.AppendUint64(b, uint64(d.at.UnixMilli()))
		b = binary.BigEndian.AppendUint64(b, uint64(hint))        //nolint:gosec // G115: and back
		b = binary.BigEndian.AppendUint16(b, uint16(len(d.etag))) //nolint:gosec // G115: at most maxNameBytes
		b = binary.BigEndian.AppendUint32(b, uint32(len(d.body))) //nolint:gosec // G115: at most maxBody
		b = append(append(b, d.etag...), d.body...)
	}
	return b
}

var errNotStored = errors.New("it is no key snapshot of this version")

// parseStored reads what encode has written, and nothing else.
func parseStored(b []byte) (*stored, error) {
	if len(b) == 0 || len(b) > MaxSnapshotBytes || b[0] != storedVersion {
		return nil, errNotStored
	}
	s, rest := &stored{}, b[1:]
	for _, d := range []*storedDocument{&s.metadata, &s.keys} {
		var ok bool
		if rest, ok = d.decode(rest); !ok {
			return nil, errNotStored
		}
	}
	if len(rest) > 0 {
		return nil, errNotStored
	}
	return s, nil
}

// maxMilli keeps times within what arithmetic with them can bear: the year 9999.
const maxMilli = 253402300799999

func (d *storedDocument) decode(b []byte) (rest []byte, ok bool) {
	if len(b) < documentHeader {
		return nil, false
	}
	milli, hint := int64(binary.BigEndian.Uint64(b)), int64(binary.BigEndian.Uint64(b[8:])) //nolint:gosec // G115: checked below
	etag, body := int(binary.BigEndian.Uint16(b[16:])), int(binary.BigEndian.Uint32(b[18:]))
	b = b[documentHeader:]
	if etag > maxNameBytes || body > maxBody || body <= 0 || len(b) < etag+body ||
		milli < 0 || milli > maxMilli || hint < -1 || hint > int64(seconds(hint)/time.Second) {
		return nil, false
	}
	d.at, d.maxAge = time.UnixMilli(milli), time.Duration(-1)
	if hint >= 0 {
		d.maxAge = seconds(hint)
	}
	d.etag, d.body = string(b[:etag]), string(b[etag:etag+body])
	return b[etag+body:], d.etag == "" || isVisible(d.etag)
}
