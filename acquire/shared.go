// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/b2ckit/b2ckit/acquire/internal/redact"
	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

const (
	fleetPoll = 100 * time.Millisecond // how often to look for what another process gets
	fleetWait = 3 * time.Second        // and for how long, when there is no token at all

	cacheShare = 10          // of the Timeout, the share that one call of the Cache may take
	clockSkew  = time.Minute // by which the clocks of a fleet may differ
)

// doubt is for how long after a failure of the Cache nothing is taken for
// absent there: what another process could not write, it writes again within
// that time (a breaker's pause, and the outbox's).
const doubt = time.Minute

// shared is the App's side of the Cache that a fleet shares. Nothing it does
// fails an acquisition that needs nothing from there.
type shared struct {
	app    *App
	cache  Cache // nil if there is none
	outbox outbox

	complaints rate.Sometimes
	failed     atomic.Int64 // when a call failed last, in nanoseconds since born; 0 if none did
	born       time.Time
}

func newShared(a *App, c Cache) *shared {
	return &shared{
		app: a, cache: c, outbox: outbox{app: a, waiting: map[string]*letter{}},
		complaints: rate.Sometimes{First: 1, Interval: time.Minute}, born: time.Now(),
	}
}

// inDoubt tells whether what was not found may be there all the same: err is
// why it could not be read, or the Cache has failed a moment ago.
func (c *shared) inDoubt(err error) bool {
	at := c.failed.Load()
	return err != nil || at != 0 && time.Since(c.born)-time.Duration(at) < doubt
}

// takesWrites tells whether others could have written what was not found. Where
// there are leases, asking for one has told it.
func (c *shared) takesWrites(ctx context.Context) bool {
	if _, ok := c.cache.(Leaser); ok || c.cache == nil {
		return true
	}
	return c.store(ctx, c.app.cacheKey("probe", "", ""), tokenRecord{}, time.Second) == nil
}

// cacheKey names an entry. It holds all that tells tokens apart: host, tenant,
// flow, client, user and scopes.
func (a *App) cacheKey(kind, user, scopes string) string {
	at := a.flows.own.authority
	// A JSON array, so that no two lists of parts make one text.
	parts, _ := json.Marshal([]string{kind, at.Host(), at.TenantID(), at.FlowKey(), a.clientID, user, scopes}) // strings always marshal
	sum := sha256.Sum256(parts)
	return cachePrefix(kind) + base64.RawURLEncoding.EncodeToString(sum[:])
}

func cachePrefix(kind string) string { return "1:" + kind + ":" }

// tokenRecord is a token in the shared cache. Times are Unix milliseconds.
type tokenRecord struct {
	Key    string `json:"key"` // its own, so that a store that mixes up answers is found out
	Access string `json:"access_token"`
	Scope  string `json:"scope"`
	From   int64  `json:"from"`
	Until  int64  `json:"until"`
}

func (r tokenRecord) secrets() []string { return []string{r.Access} }

func (a *App) record(key string, h *tokencache.Token) tokenRecord {
	return tokenRecord{key, h.Text, h.Scope, h.Begins().UnixMilli(), h.Ends().UnixMilli()}
}

// held returns the token, or nil if it is not good any more or makes no sense.
func (r *tokenRecord) held(a *App, key string) *tokencache.Token {
	at := a.clock.Now()
	life, left := time.Duration(r.Until-r.From)*time.Millisecond, time.UnixMilli(r.Until).Sub(at.Wall)
	if r.Key != key || !tokenresponse.IsSendable(r.Access) || life <= 0 || life > tokenresponse.MaxLife || left <= 0 || left-life > clockSkew {
		return nil // one from the future, too: by whose clock does it end?
	}
	left = min(left, life)
	return tokencache.NewToken(r.Access, r.Scope, at.Add(left-life), life)
}

func (c *shared) token(ctx context.Context, key string) *tokencache.Token {
	var r tokenRecord
	if ok, _ := c.load(ctx, key, &r); !ok {
		return nil
	}
	return r.held(c.app, key)
}

func (c *shared) putToken(ctx context.Context, key string, h *tokencache.Token) {
	_ = c.store(ctx, key, c.app.record(key, h), h.Left(c.app.clock.Now())) // it complains by itself
}

// renew gets a token that is better than what there is: the one that another process has
// put into the shared cache, which look finds, or else a new one. Of those that
// can lease the key, one process fetches; the others go on with the token there
// is, or wait briefly.
func (c *shared) renew(ctx context.Context, key string, want tokencache.Want, look func() *tokencache.Token, fetch func() (*tokencache.Token, error)) (*tokencache.Token, error) {
	if c.cache == nil {
		return fetch()
	}
	t := time.NewTicker(fleetPoll)
	defer t.Stop()
	// Whoever has none takes one that is to be renewed soon, too: it may be that
	// B2C is away.
	needy := want.IsUrgent(c.app.clock.Now())
	patience := min(fleetWait, c.app.opts.Timeout/3)
	for start := time.Now(); time.Since(start) < patience; {
		if h := look(); h != nil && needy || h.Age(c.app.clock.Now()) == tokencache.Fresh {
			return h, nil
		}
		release, mine := c.lease(ctx, key)
		if mine {
			defer release()
			if h := look(); h.Age(c.app.clock.Now()) == tokencache.Fresh { // since just now
				return h, nil
			}
			return fetch()
		}
		if !needy && want.Old.Left(c.app.clock.Now()) > want.Old.Lead()/3 {
			return want.Old, nil
		}
		select {
		case <-t.C:
		case <-ctx.Done():
			return nil, fail(ErrRetry, "", "another process is getting this token, and takes too long")
		}
	}
	return fetch() // whoever has the lease doesn't get on
}

// lease asks to be the one who fetches. Where nobody can say, everybody is.
func (c *shared) lease(ctx context.Context, key string) (release func(), mine bool) {
	l, ok := c.cache.(Leaser)
	if !ok {
		return func() {}, true
	}
	var failed error
	defer func() {
		if failed != nil {
			release, mine = func() {}, true
		}
	}()
	defer c.recovered("lease", &failed)
	budget, cancel := c.budget(ctx)
	defer cancel()
	giveBack, mine, err := l.Lease(budget, key, c.app.opts.Timeout+time.Second)
	if err != nil {
		c.complain(ctx, "lease", err)
		return func() {}, true
	}
	return func() {
		var failed error
		defer c.recovered("release", &failed) // the token is there, whatever this does
		giveBack()
	}, mine
}

// budget bounds one call of the Cache, so that one that hangs leaves time for
// B2C.
func (c *shared) budget(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, c.app.opts.Timeout/cacheShare)
}

// load reads an entry into v and tells whether there is one.
func (c *shared) load(ctx context.Context, key string, v any) (found bool, err error) {
	if c.cache == nil {
		return false, nil
	}
	defer c.recovered("read", &err)
	budget, cancel := c.budget(ctx)
	defer cancel()
	value, err := c.cache.Get(budget, key)
	if err == nil && len(value) > 0 && strictjson.Unmarshal(string(value), v) != nil {
		err = fmt.Errorf("%w: none that this package writes", ErrEntry) // the parser's error may quote it
	}
	if err != nil {
		c.complain(ctx, "read", err)
	}
	if errors.Is(err, ErrEntry) {
		return false, nil
	}
	return err == nil && len(value) > 0, err
}

func (c *shared) keys(ctx context.Context, l Lister, prefix string) (keys []string, err error) {
	defer c.recovered("list", &err)
	ctx, cancel := c.budget(ctx)
	defer cancel()
	return l.Keys(ctx, prefix)
}

func (c *shared) store(ctx context.Context, key string, v interface{ secrets() []string }, ttl time.Duration) (err error) {
	if c.cache == nil || ttl <= 0 {
		return nil
	}
	defer c.recovered("write", &err)
	budget, cancel := c.budget(ctx)
	defer cancel()
	value, err := json.Marshal(v)
	if err == nil {
		err = c.cache.Set(budget, key, value, ttl)
	}
	if err != nil {
		c.complain(ctx, "write", err, v.secrets()...)
	}
	return err
}

func (c *shared) drop(ctx context.Context, key string) (err error) {
	defer c.recovered("delete", &err)
	budget, cancel := c.budget(ctx)
	defer cancel()
	if err = c.cache.Delete(budget, key); err != nil {
		c.complain(ctx, "delete", err)
	}
	return err
}

// recovered turns a panic of the cache into an error.
func (c *shared) recovered(operation string, err *error) {
	if p := recover(); p != nil {
		*err = errors.New("the cache panicked")
		c.complain(context.Background(), operation, *err)
	}
}

// hasEnded tells whether a context has ended, or is about to: clients that hand
// its deadline on to a connection may be faster.
func hasEnded(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ctx.Err() != nil || ok && !time.Now().Before(deadline)
}

// complain logs a failure of the cache. Caches with a breaker answer at once
// and often while they are down, so one line a minute has to do. The error may
// repeat what was to be written. ctx is the caller's, whose hurry is not the
// cache's fault.
func (c *shared) complain(ctx context.Context, operation string, err error, secrets ...string) {
	if hasEnded(ctx) {
		return
	}
	if !errors.Is(err, ErrEntry) {
		c.failed.Store(int64(max(1, time.Since(c.born))))
	}
	due := false
	c.complaints.Do(func() { due = true }) // not in there: it holds a lock
	if !due {
		return
	}
	c.app.log.Warn("the shared cache failed", "operation", operation, "error", redact.New(secrets...).Text(err.Error()))
}
