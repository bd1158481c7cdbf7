// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/keyring"
)

// seal makes the snapshots of one authority fit for a place that others may
// write to. What it opens is what it has sealed, or another process with the same
// keys for the same authority and place.
//
// A value is one byte, how it is sealed, and a sealed message, or else a checksum
// and the snapshot. Either is bound to authority and place.
type seal struct {
	ring  *keyring.Ring // nil if the store can do without
	name  string        // of the snapshot in the store
	bound []byte
}

const (
	sealedByNone byte = 1 + iota
	sealedByRing
)

func newSeal(a authority.Authority, place string, ring *keyring.Ring) *seal {
	fields := []string{"b2ckit jwks authority", a.MetadataURL(), a.TenantID(), a.FlowKey(), a.Kind().String(), a.Host()}
	if a.Kind() != authority.AzureADB2C {
		fields = append(fields, algorithmsOf(a).text(), strings.Join(a.TenantIDs(), " "))
	}
	who := digest(fields...)
	name := hex.EncodeToString(who)
	return &seal{ring: ring, name: name, bound: digest("b2ckit jwks snapshot", name, place)}
}

// digest returns a hash that tells where each field ends.
func digest(fields ...string) []byte {
	h := sha256.New()
	for _, f := range fields {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(f)))
		h.Write(size[:])
		h.Write([]byte(f))
	}
	return h.Sum(nil)
}

// overhead is how much longer a value is than the snapshot.
const overhead = 1 + max(keyring.Overhead, sha256.Size)

func (s *seal) close(snapshot []byte) []byte {
	if s.ring == nil {
		value := append([]byte{sealedByNone}, s.checksum(snapshot)...)
		return append(value, snapshot...)
	}
	return append([]byte{sealedByRing}, s.ring.Seal(snapshot, s.bound)...)
}

// Why a value is not opened: the first words are the kind.
var (
	errTooLong   = fmt.Errorf("it is longer than %d bytes", MaxSnapshotBytes)
	errNoSeal    = errors.New("it is not sealed, but there is a ring: all who share a store need the same one")
	errOtherSeal = errors.New("it is sealed, but there is no ring to open it with: all who share a store need the same one")
	errOtherRing = errors.New("it is sealed with a key that is not in the ring: all who share a store need the same one")
	errForged    = errors.New("it was changed, cut short, or written for another authority or place: who can write to the store?")
	errNoSuch    = errors.New("it is of no version that is known here")
)

func (s *seal) open(value []byte) ([]byte, error) {
	switch {
	case len(value) > MaxSnapshotBytes:
		return nil, errTooLong
	case len(value) == 0 || value[0] != sealedByNone && value[0] != sealedByRing:
		return nil, errNoSuch
	case s.ring == nil:
		return s.openUnsealed(value)
	case value[0] != sealedByRing:
		return nil, errNoSeal
	}
	snapshot, err := s.ring.Open(value[1:], s.bound)
	switch {
	case errors.Is(err, keyring.ErrUnknownKey):
		return nil, errOtherRing
	case err != nil:
		return nil, errForged
	}
	return snapshot, nil
}

func (s *seal) openUnsealed(value []byte) ([]byte, error) {
	switch body := value[1:]; {
	case value[0] != sealedByNone:
		return nil, errOtherSeal
	case len(body) < sha256.Size:
		return nil, errForged
	default:
		sum, snapshot := body[:sha256.Size], body[sha256.Size:]
		if subtle.ConstantTimeCompare(sum, s.checksum(snapshot)) == 0 {
			return nil, errForged
		}
		return snapshot, nil
	}
}

// checksum finds what was damaged or misplaced, not what was forged.
func (s *seal) checksum(snapshot []byte) []byte { return digest(string(s.bound), string(snapshot)) }
