// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// clockSkew is by how much the clocks of a fleet may differ. What is from a later
// time than that has no age that could be told.
const clockSkew = time.Minute

// archive is one authority's place among the snapshots: it finds what is newer
// than all that its cache has seen, and keeps what the cache has fetched. Whether
// the documents are good it can't tell. Fetches use it one after the other, apart
// from save and log.
type archive struct {
	calls     *storeCalls
	seal      *seal
	authority string
	bound     time.Duration // of a call
	maxStale  time.Duration

	latest *stored // of each document what was taken over or fetched last; its times are by this process's clocks
	// What was confirmed up to these times is no news, by the clock of whoever
	// fetched it. They never go back, so that a clock that is ahead can't have the
	// same snapshot come again and again.
	seenMetadata, seenKeys time.Time

	lacked string // why the last look has brought nothing, in a word

	problems complaints
	logger   *slog.Logger
}

func newArchive(a authority.Authority, o *Options) *archive {
	s := o.Snapshots
	return &archive{
		calls: s.calls, seal: newSeal(a, s.calls.store.Place(), s.ring), authority: a.ID(),
		bound: o.FetchTimeout / 10, maxStale: o.MaxStale, latest: &stored{}, logger: o.Logger,
	}
}

// look returns the snapshot of the store if it is newer than all others, nil if
// not. What can't be used is logged, and none.
func (a *archive) look(ctx context.Context) *stored {
	a.lacked = "not used"
	found, err := a.calls.load(ctx, a.bound, a.seal.name)
	switch {
	case err != nil:
		a.lacked = "store away"
		return nil
	case found.refused != nil:
		a.refuse("refused", errors.New(foreign.Text(found.refused.Error())))
		return nil
	case len(found.value) == 0:
		a.lacked = "none"
		return nil
	}
	snapshot, err := a.seal.open(found.value)
	if err != nil {
		a.refuse(err.Error(), err)
		return nil
	}
	s, err := parseStored(snapshot)
	switch now := time.Now().Round(0); {
	case err != nil:
		a.refuse("form", err)
	case !s.keys.at.After(a.seenKeys):
	case s.metadata.at.After(now.Add(clockSkew)) || s.keys.at.After(now.Add(clockSkew)):
		a.refuse("future", fmt.Errorf("it was fetched at %v, which is in the future: are the clocks right?", s.keys.at.UTC()))
	case now.Sub(s.confirmed()) >= a.maxStale:
		a.refuse("age", fmt.Errorf("the server confirmed it %v ago, and Options.MaxStale is %v", now.Sub(s.confirmed()).Round(time.Second), a.maxStale))
	default:
		return s
	}
	return nil
}

// newMetadata reports whether the metadata of a snapshot was confirmed later than
// all that was seen.
func (a *archive) newMetadata(s *stored) bool { return s.metadata.at.After(a.seenMetadata) }

// accept remembers a snapshot that was found good.
func (a *archive) accept(s *stored) {
	latest := s.since(time.Now())
	if !a.newMetadata(s) {
		latest.metadata = a.latest.metadata
	}
	a.latest = latest
	a.see(s)
}

// refuse has it logged why a snapshot is not used.
func (a *archive) refuse(kind string, why error) { a.problems.add(kind, why.Error()) }

// fetched remembers what a fetch has brought, and returns what to save of it, nil
// if there is nothing new. Metadata alone is not saved: it may have changed, and
// the keys that are there be none of its.
func (a *archive) fetched(out *outcome) *stored {
	a.latest = a.latest.update(out)
	a.see(a.latest)
	if !out.keys.isGood() {
		return nil
	}
	return a.latest
}

func (a *archive) see(s *stored) {
	a.seenMetadata, a.seenKeys = later(a.seenMetadata, s.metadata.at), later(a.seenKeys, s.keys.at)
}

// later returns the later one of a time to the millisecond and another, as a
// snapshot tells it.
func later(a, b time.Time) time.Time {
	if b = b.Truncate(time.Millisecond); b.After(a) {
		return b
	}
	return a
}

// save puts a snapshot into the store.
func (a *archive) save(ctx context.Context, s *stored) {
	ttl := a.maxStale - time.Since(s.confirmed())
	if ttl <= 0 {
		return
	}
	snapshot := s.encode()
	if size := len(snapshot) + overhead; size > MaxSnapshotBytes {
		a.refuse("size", fmt.Errorf("it has %d bytes, and at most %d are saved", size, MaxSnapshotBytes))
		return
	}
	_ = a.calls.save(ctx, a.bound, a.seal.name, a.seal.close(snapshot), ttl) // it complains by itself
}

// lease takes the authority's lease, for as long as a fetch may take. It returns
// nil if another process has it or nobody can say.
func (a *archive) lease(ctx context.Context, ttl time.Duration) (release func(context.Context), err error) {
	return a.calls.lease(ctx, a.bound, a.seal.name, ttl)
}

// log logs what there is to say. The handler is the user's: not under a lock.
func (a *archive) log(ctx context.Context) {
	logger := a.logger
	store := slog.String("store", a.calls.where())
	for _, problem := range a.calls.problems.take() {
		logger.LogAttrs(ctx, slog.LevelWarn, "the store of key snapshots fails, and keys are fetched without it", problem.attrs("error", store)...)
	}
	for _, problem := range a.problems.take() {
		logger.LogAttrs(ctx, slog.LevelWarn, "key snapshot not used",
			problem.attrs("reason", slog.String("authority", a.authority), store, slog.String("name", a.seal.name))...)
	}
}
