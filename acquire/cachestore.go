// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/redact"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// cacheShare is the share of the Timeout that one call of the Cache may take.
const cacheShare = 10

// doubt is for how long after a failure of the Cache nothing is taken for
// absent there: what another process could not write, it writes again within
// that time (a breaker's pause, and the outbox's).
const doubt = time.Minute

// cacheStore is a [Cache] made safe to call: it is the user's, and may hang,
// panic, and repeat secrets in its errors. Failures are logged, and remembered
// for a while.
type cacheStore struct {
	cache   Cache
	timeout time.Duration // of an acquisition
	log     *slog.Logger

	complaints *quota
	failed     atomic.Int64 // when a call failed last, in nanoseconds since born; 0 if none did
	born       time.Time
}

func newCacheStore(c Cache, timeout time.Duration, log *slog.Logger) *cacheStore {
	return &cacheStore{
		cache: c, timeout: timeout, log: log,
		complaints: newQuota(1, time.Minute), born: time.Now(),
	}
}

// hasFailedLately reports whether a call has failed, so recently that what was
// to be written may yet have to be.
func (s *cacheStore) hasFailedLately() bool {
	at := s.failed.Load()
	return at != 0 && time.Since(s.born)-time.Duration(at) < doubt
}

// get reads an entry into v and reports whether there is one. One that can't be
// used is none.
func (s *cacheStore) get(ctx context.Context, key string, v any) (found bool, err error) {
	defer s.recovered("read", &err)
	budget, cancel := s.budget(ctx)
	defer cancel()
	value, err := s.cache.Get(budget, key)
	if err == nil && len(value) > 0 && strictjson.Unmarshal(string(value), v) != nil {
		err = fmt.Errorf("%w: none that this package writes", ErrEntry) // the parser's error may quote it
	}
	if err != nil {
		s.complain(ctx, "read", err)
	}
	if errors.Is(err, ErrEntry) {
		return false, nil
	}
	return err == nil && len(value) > 0, err
}

// set writes an entry, unless its time is up already.
func (s *cacheStore) set(ctx context.Context, key string, v interface{ secrets() []string }, ttl time.Duration) (err error) {
	if ttl <= 0 {
		return nil
	}
	defer s.recovered("write", &err)
	budget, cancel := s.budget(ctx)
	defer cancel()
	value, err := json.Marshal(v)
	if err == nil {
		err = s.cache.Set(budget, key, value, ttl)
	}
	if err != nil {
		s.complain(ctx, "write", err, v.secrets()...)
	}
	return err
}

func (s *cacheStore) drop(ctx context.Context, key string) (err error) {
	defer s.recovered("delete", &err)
	budget, cancel := s.budget(ctx)
	defer cancel()
	if err = s.cache.Delete(budget, key); err != nil {
		s.complain(ctx, "delete", err)
	}
	return err
}

// list returns a page of keys. A Lister that gives more than it was asked for is cut
// short.
func (s *cacheStore) list(ctx context.Context, l Lister, prefix, page string, limit int) (keys []string, next string, err error) {
	defer s.recovered("list", &err)
	ctx, cancel := s.budget(ctx)
	defer cancel()
	if keys, next, err = l.Keys(ctx, prefix, page, limit); err != nil {
		return nil, "", err
	}
	return keys[:min(len(keys), limit)], next, nil
}

// leases reports whether the Cache can tell who works on a key.
func (s *cacheStore) leases() bool {
	_, ok := s.cache.(Leaser)
	return ok
}

// lease asks to be the one who fetches. Where nobody can say, everybody is.
func (s *cacheStore) lease(ctx context.Context, key string) (release func(), mine bool) {
	l, ok := s.cache.(Leaser)
	if !ok {
		return func() {}, true
	}
	var failed error
	defer func() {
		if failed != nil {
			release, mine = func() {}, true
		}
	}()
	defer s.recovered("lease", &failed)
	budget, cancel := s.budget(ctx)
	defer cancel()
	giveBack, mine, err := l.Lease(budget, key, s.timeout+time.Second)
	if err != nil {
		s.complain(ctx, "lease", err)
		return func() {}, true
	}
	return func() {
		var failed error
		defer s.recovered("release", &failed) // the token is there, whatever this does
		giveBack()
	}, mine
}

// budget bounds one call of the Cache, so that one that hangs leaves time for
// B2C.
func (s *cacheStore) budget(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, s.timeout/cacheShare)
}

// recovered turns a panic of the cache into an error.
func (s *cacheStore) recovered(operation string, err *error) {
	if p := recover(); p != nil {
		*err = errors.New("the cache panicked")
		s.complain(context.Background(), operation, *err)
	}
}

// complain logs a failure of the cache. Caches with a breaker answer at once
// and often while they are down, so one line a minute has to do. The error may
// repeat what was to be written. ctx is the caller's, whose hurry is not the
// cache's fault.
func (s *cacheStore) complain(ctx context.Context, operation string, err error, secrets ...string) {
	if hasEnded(ctx) {
		return
	}
	if !errors.Is(err, ErrEntry) {
		s.failed.Store(int64(max(1, time.Since(s.born))))
	}
	if omitted, ok := s.complaints.take(); ok {
		s.log.Warn("the shared cache failed", withOmitted(omitted, "operation", operation, "error", redact.New(secrets...).Text(err.Error()))...)
	}
}

// hasEnded reports whether a context has ended, or is about to: clients that hand
// its deadline on to a connection may be faster.
func hasEnded(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ctx.Err() != nil || ok && !time.Now().Before(deadline)
}
