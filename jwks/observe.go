// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"slices"
	"time"
)

// Fetch is one document that a [Cache] has got or tried to get, for metrics and
// traces.
type Fetch struct {
	// Authority is the authority's ID.
	Authority string
	// Document is which one.
	Document Document
	// Cause is what started the fetch that it is part of.
	Cause Cause
	// Via is where it came from. Those ViaServer are the requests that the cache has
	// made, one each.
	Via Via

	// Start is when it was requested and Duration how long that took, with the
	// reading of the answer. For what others had requested, Start is when they did,
	// and Duration 0.
	Start    time.Time
	Duration time.Duration

	// Status is the HTTP status; 0 if there was no answer. 304 says that nothing has
	// changed.
	Status int
	// Err is why the document is of no use, a *FetchError; nil if it is good.
	Err error

	// Added and Removed are the ids of the keys that came with a key set and that
	// left it, sorted; an id whose key is another one is in both. A key that is used
	// on for Options.KeyGrace has left. They are nil if nothing has changed.
	Added, Removed []string
}

// Document is one of the two that are fetched.
type Document string

// The documents of an authority.
const (
	Metadata Document = "metadata"
	Keys     Document = "keys"
)

// Via is from where a cache has a document.
type Via string

// Where documents come from.
const (
	// ViaServer is a request of this cache.
	ViaServer Via = "server"
	// ViaCache is the request of another cache with the same Limiter, for the very
	// same key set.
	ViaCache Via = "cache"
	// ViaSnapshot is Options.Snapshots: an earlier process, or another one of the
	// fleet, has made the request.
	ViaSnapshot Via = "snapshot"
)

// Cause is what starts a fetch. The list is closed: these constants are all there
// are. Metadata and keys that are fetched together have one.
type Cause string

// What starts a fetch.
const (
	// CauseFirstUse is the first token, of an authority that never had keys.
	CauseFirstUse Cause = "first_use"
	// CauseUnknownKey is a token signed with a key that is not known, and whose
	// claims fit.
	CauseUnknownKey Cause = "unknown_key"
	// CauseIssuer is a token with the issuer in a form that the metadata does not
	// name.
	CauseIssuer Cause = "issuer"
	// CauseRefresh is the refresh that comes by itself.
	CauseRefresh Cause = "refresh"
	// CauseRetry is an attempt after a failed one: by itself, or for a token or a
	// program while there are no usable keys.
	CauseRetry Cause = "retry"
	// CauseRequested is a program: Ready or AllReady while there are no keys, and
	// Refresh at any time.
	CauseRequested Cause = "requested"
	// CauseLapsed is a token that finds keys older than Options.MaxStale, though no
	// fetch has failed: none could be made.
	CauseLapsed Cause = "lapsed"
)

// watch is what Options.OnFetch is told of one fetch. A nil watch watches nothing.
// Its fetch has it alone.
type watch struct {
	authority string
	cause     Cause
	seen      []Fetch
}

// begin tells that a document is requested now.
func (w *watch) begin(d Document) *watched {
	if w == nil {
		return nil
	}
	return &watched{w, Fetch{Authority: w.authority, Document: d, Cause: w.cause, Via: ViaServer, Start: time.Now()}}
}

// watched is a request under way; nil if nobody watches.
type watched struct {
	watch *watch
	fetch Fetch
}

// end tells what came of it. An attempt that was not made by then never will be:
// the transport has panicked, or ended the goroutine.
func (r *watched) end(a *attempt) {
	if r == nil {
		return
	}
	r.fetch.Duration, r.fetch.Status = time.Since(r.fetch.Start), a.status
	switch {
	case a.begun.IsZero():
		r.fetch.Err = &FetchError{Problem: "the transport did not return"}
	case a.err != nil:
		r.fetch.Err = a.err
	}
	r.watch.seen = append(r.watch.seen, r.fetch)
}

// publish adds what was taken over from others, and what has changed.
func (w *watch) publish(out *outcome, before, now *snapshot) {
	if w == nil {
		return
	}
	w.takeOver(Metadata, &out.metadata, out)
	w.takeOver(Keys, &out.keys, out)
	if now == before || before != nil && now.set == before.set {
		return
	}
	for i := range w.seen {
		if f := &w.seen[i]; f.Document == Keys && f.Err == nil {
			f.Added, f.Removed = changedKeys(before, now)
		}
	}
}

func (w *watch) takeOver(d Document, a *attempt, out *outcome) {
	if a.isGood() && (out.stored || a.lent) {
		w.seen = append(w.seen, Fetch{Authority: w.authority, Document: d, Cause: w.cause, Via: out.via(), Start: a.begun})
	}
}

// changedKeys returns the ids of the keys that came and that left.
func changedKeys(before, now *snapshot) (added, removed []string) {
	was := map[string]*Key{}
	if before != nil {
		was = before.set.keys
	}
	return newKeys(now.set.keys, was), newKeys(was, now.set.keys)
}

// newKeys returns the ids of the published keys that are not among the others.
func newKeys(keys, others map[string]*Key) (ids []string) {
	for id, k := range keys {
		if other := others[id]; k.until.IsZero() && (other == nil || !other.until.IsZero() || !k.equals(other)) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
