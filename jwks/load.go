// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// loader makes the requests of a fetch. It decides nothing about when, and
// remembers nothing but how many there were.
type loader struct {
	rules   metadataRules
	fetcher *fetcher
	share   *share

	metadataRequests, keyRequests atomic.Uint64
}

// order is what a fetch is to do, and what is known already.
type order struct {
	ask   asking
	all   bool // metadata and keys; else keys alone
	retry bool // repeats what has failed

	known                  metadata // zero if nothing is
	metadataETag, keysETag string
}

// outcome is what came of a fetch.
type outcome struct {
	metadata, keys attempt
	meta           metadata    // what the keys belong to
	set            *Set        // nil if they have not changed
	panicked       []slog.Attr // how the transport panicked

	stored bool                  // it is the store's, and the server was not asked
	after  func(context.Context) // to be called once it is published; nil if there is nothing more to do
}

// err returns what failed: the keys, else the metadata.
func (o *outcome) err() error {
	switch {
	case o.keys.err != nil:
		return o.keys.err
	case o.metadata.err != nil:
		return o.metadata.err
	}
	return nil
}

// broken is the outcome of a fetch in which the transport misbehaved.
func (l *loader) broken(problem string) outcome {
	from := l.metadataEndpoint()
	return outcome{keys: attempt{begun: time.Now(), host: from.host, err: &FetchError{URL: from.url, Problem: problem}}}
}

// load fetches and checks the documents.
func (l *loader) load(ctx context.Context, o order) (out outcome) {
	defer func() {
		// The transport may be the user's. A panic here would end the process.
		if p := recover(); p != nil {
			out = l.broken("the transport panicked")
			out.panicked = []slog.Attr{slog.Any("panic", p), slog.String("stack", string(debug.Stack()))}
		}
	}()
	out.meta = o.known
	if o.all {
		l.loadMetadata(ctx, &out, o.metadataETag)
		if e := out.metadata.err; e != nil && (o.known == metadata{} || e.kind.ofHost() && o.known.keyHost == out.metadata.host) {
			return out // there is no one to request keys from
		}
	}
	if out.meta != o.known {
		o.keysETag = "" // another key set, or another issuer for it
	}
	if o.all {
		l.share.more(out.meta.keyHost, o.retry)
	}
	l.loadKeys(ctx, &out, o.keysETag)
	return out
}

func (l *loader) metadataEndpoint() endpoint {
	a := l.rules.authority
	return endpoint{whatMetadata, a.MetadataURL(), a.Host()}
}

func (l *loader) loadMetadata(ctx context.Context, out *outcome, etag string) {
	l.metadataRequests.Add(1)
	out.metadata = l.fetcher.get(ctx, l.metadataEndpoint(), etag)
	l.readMetadata(out)
}

func (l *loader) readMetadata(out *outcome) {
	if got := &out.metadata; got.err == nil && !got.doc.notModified {
		meta, err := l.rules.read(got.doc.body)
		if got.err = err; err == nil {
			out.meta = meta
		}
	}
}

func (l *loader) loadKeys(ctx context.Context, out *outcome, etag string) {
	l.keyRequests.Add(1)
	out.keys = l.fetcher.get(ctx, endpoint{whatKeys, out.meta.jwksURI, out.meta.keyHost}, etag)
	l.readKeys(out)
}

func (l *loader) readKeys(out *outcome) {
	if got := &out.keys; got.err == nil && !got.doc.notModified {
		set, err := parseSet(got.doc.body, out.meta.issuer)
		if err != nil {
			got.err = &FetchError{URL: out.meta.jwksURI, Problem: "the key set " + err.Error()}
		}
		out.set = set
	}
}

// judge reads the documents of a snapshot as if they had just been fetched, at
// the times at which the server confirmed them.
func (l *loader) judge(s *stored) outcome {
	out := outcome{stored: true}
	out.metadata = attempt{begun: s.metadata.at, host: l.metadataEndpoint().host, doc: s.metadata.document}
	if l.readMetadata(&out); out.metadata.err == nil {
		out.keys = attempt{begun: s.keys.at, host: out.meta.keyHost, doc: s.keys.document}
		l.readKeys(&out)
	}
	return out
}
