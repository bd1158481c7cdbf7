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
	rules    metadataRules
	fetcher  *fetcher
	share    *share
	patience time.Duration // how long another's request is worth waiting for

	metadataRequests, keyRequests atomic.Uint64
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
			out.panicked = []slog.Attr{slog.String("panic", panicText(p)), slog.String("stack", string(debug.Stack()))}
		}
	}()
	out.meta = o.known
	if o.all {
		l.loadMetadata(ctx, &out, &o)
		if e := out.metadata.err; e != nil && (o.known == metadata{} || e.kind.ofHost() && o.known.keyHost == out.metadata.host) {
			return out // there is no one to request keys from
		}
		if ctx.Err() != nil {
			return out // the cache is closed
		}
	}
	if out.meta != o.known {
		o.keysETag = "" // another key set, or another issuer for it
	}
	l.loadKeys(ctx, &out, &o)
	return out
}

func (l *loader) metadataEndpoint() endpoint {
	a := l.rules.authority
	return endpoint{whatMetadata, a.MetadataURL(), a.Host()}
}

func (l *loader) loadMetadata(ctx context.Context, out *outcome, o *order) {
	l.metadataRequests.Add(1)
	defer o.watch.begin(Metadata).end(&out.metadata)
	out.metadata = l.fetcher.get(ctx, l.metadataEndpoint(), o.metadataETag)
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

// loadKeys requests the key set, unless another cache has its answer, or has it
// soon. If that fails or takes too long, this one asks for itself.
func (l *loader) loadKeys(ctx context.Context, out *outcome, o *order) {
	var patience *time.Timer
	for patient := true; ; {
		a, found, r, mine := l.share.claim(out.meta.jwksURI, o, o.keysETag, patient)
		switch {
		case found:
			out.take(a)
			return
		case mine:
			l.requestKeys(ctx, out, o, r)
			return
		}
		if patience == nil {
			patience = time.NewTimer(l.patience)
			defer patience.Stop()
		}
		select {
		case <-r.done:
		case <-patience.C:
			patient = false
		case <-ctx.Done():
			patient = false
		}
	}
}

func (l *loader) requestKeys(ctx context.Context, out *outcome, o *order, r *keyRequest) {
	var got attempt
	defer func() { l.share.end(r, got, out.set) }() // also if the transport panics
	if o.all {
		l.share.more(out.meta.keyHost, o.retry)
	}
	l.keyRequests.Add(1)
	defer o.watch.begin(Keys).end(&out.keys)
	out.keys = l.fetcher.get(ctx, endpoint{whatKeys, out.meta.jwksURI, out.meta.keyHost}, o.keysETag)
	l.readKeys(out)
	got = out.keys
}

// news is what another cache was told of the keys since they were last confirmed
// here, if they are all that is wanted. It makes no request.
func (l *loader) news(o *order) (out outcome, found bool) {
	if o.all || o.known == (metadata{}) {
		return out, false
	}
	a, found := l.share.news(o.known.jwksURI, o, o.keysETag)
	if found {
		out.meta = o.known
		out.take(a)
	}
	return out, found
}

// take takes over what another cache was told, which reads keys by the same rules.
// All else that a set has of its authority is the issuer.
func (o *outcome) take(a answer) {
	o.keys = a.attempt
	if a.set != nil {
		o.set = a.set.under(o.meta.issuer)
	}
}

func (l *loader) readKeys(out *outcome) {
	if got := &out.keys; got.err == nil && !got.doc.notModified {
		set, err := parseSet(got.doc.body, out.meta.issuer, l.share.keys)
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
