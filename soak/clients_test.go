// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/acquire/rediscache"
	"github.com/b2ckit/b2ckit/authority"
)

const (
	userScope = "https://contoso.onmicrosoft.com/tasks/tasks.read"
	appScope  = "https://contoso.onmicrosoft.com/tasks/.default"
)

// handed is what the token endpoint has given to an App.
type handed struct {
	app     *client
	user    string // empty for a token of the app itself
	flow    string // where it was asked for
	at      time.Time
	wall    time.Time
	life    time.Duration
	refused atomic.Bool // the service behind said 401
	*credential
}

// ledger are the tokens that endpoints have given out, by their hash. It is
// safe for concurrent use.
type ledger struct {
	mu  sync.Mutex
	all map[[sha256.Size]byte]*handed
}

func (l *ledger) put(raw string, h *handed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all[sha256.Sum256([]byte(raw))] = h
	if len(l.all) > 3000 { // what is over for minutes is asked for no more
		maps.DeleteFunc(l.all, func(_ [sha256.Size]byte, h *handed) bool { return time.Since(h.at) > 5*time.Minute })
	}
}

func (l *ledger) get(raw string) *handed {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all[sha256.Sum256([]byte(raw))]
}

// clients are the Apps of one run of a service: one for users and one for
// itself, at each of two flows.
type clients struct {
	soak  *soak
	name  string
	redis *redis.Client
	base  *http.Transport // to the identity provider and to the service behind
	all   []*client
}

// client is an App with what goes through it.
type client struct {
	*clients
	app    *acquire.App
	flow   string
	isUser bool

	mu    sync.Mutex
	posts map[string][]time.Time // by user
	last  map[string]*handed     // by user
	tr    map[string]*acquire.Transport
}

func (s *soak) newClients(name string) (*clients, error) {
	c := &clients{soak: s, name: name, base: s.world.transport(), redis: redis.NewClient(&redis.Options{Addr: s.redis.Addr, ContextTimeoutEnabled: true, PoolSize: 8})}
	tenant, err := authority.B2C("contoso", s.world.b2c.ID())
	if err != nil {
		return nil, err
	}
	cache, err := rediscache.New(c.redis, s.ring, &rediscache.Options{Logger: silent, MaxPause: 5 * time.Second})
	if err != nil {
		return nil, err
	}
	for _, flow := range []string{susi, partner} {
		for _, isUser := range []bool{true, false} {
			a := &client{clients: c, flow: flow, isUser: isUser, posts: map[string][]time.Time{}, last: map[string]*handed{}, tr: map[string]*acquire.Transport{}}
			registered := s.world.b2c.Daemon()
			if isUser {
				registered = s.world.b2c.Web()
			}
			a.app, err = acquire.NewConfidential(tenant.Flow(flow), registered.ID, acquire.Secret(registered.Secret), &acquire.Options{
				Cache: observedCache{cache, s.world}, Transport: tokenObserver{a}, Logger: silent, Now: s.world.clock.Now, Timeout: 4 * time.Second,
			})
			if err != nil {
				return nil, err
			}
			c.all = append(c.all, a)
		}
	}
	return c, nil
}

func (c *clients) close() {
	for _, a := range c.all {
		_ = a.app.Close()
	}
	_ = c.redis.Close()
	c.base.CloseIdleConnections()
}

// signIn signs the person with an address in at the App's flow, as a browser
// would.
func (a *client) signIn(ctx context.Context, email string) (acquire.Account, error) {
	const redirectURI = "http://localhost:8400/callback"
	address, pending, err := a.app.BeginSignIn(redirectURI, []string{userScope}, &acquire.AuthorizeOptions{LoginHint: email})
	if err != nil {
		return acquire.Account{}, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return acquire.Account{}, err
	}
	resp, err := a.base.RoundTrip(r)
	if err != nil {
		return acquire.Account{}, err
	}
	_ = resp.Body.Close()
	back, err := url.Parse(resp.Header.Get("Location"))
	if err != nil {
		return acquire.Account{}, err
	}
	ret, err := a.app.Finish(ctx, pending, back.Query())
	if err != nil {
		return acquire.Account{}, err
	}
	return ret.SignIn.Account, nil
}

// observedCache tells the model when an App could not use the shared cache: a
// busy machine is reason enough, without any event.
type observedCache struct {
	acquire.Leaser
	world *world
}

func (c observedCache) note(err error) {
	if err != nil {
		c.world.touch(redisAway)
	}
}

func (c observedCache) Get(ctx context.Context, key string) ([]byte, error) {
	value, err := c.Leaser.Get(ctx, key)
	c.note(err)
	return value, err
}

func (c observedCache) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	err := c.Leaser.Set(ctx, key, value, ttl)
	c.note(err)
	return err
}

func (c observedCache) Lease(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
	release, ok, err := c.Leaser.Lease(ctx, key, ttl)
	c.note(err)
	return release, ok, err
}

// tokenObserver is the transport of an App, which remembers what came.
type tokenObserver struct{ client *client }

func (o tokenObserver) CloseIdleConnections() { o.client.base.CloseIdleConnections() }

func (o tokenObserver) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost {
		return o.client.base.RoundTrip(r)
	}
	asked := time.Now()
	resp, err := o.client.base.RoundTrip(r)
	if err != nil {
		o.client.asked("")
		return resp, err
	}
	body, readErr := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{readErr}))
	var answer struct {
		Access  string          `json:"access_token"`
		Expires json.RawMessage `json:"expires_in"`
	}
	user := ""
	if readErr == nil && resp.StatusCode == http.StatusOK && json.Unmarshal(body, &answer) == nil && answer.Access != "" {
		user = o.client.came(answer.Access, strings.Trim(string(answer.Expires), `"`), fold(flowOf(r.URL.Path)), asked)
	}
	o.client.asked(user)
	return resp, nil
}

// slowStart is how long an App may take on a busy machine from reading its clock to
// sending the request.
const slowStart = 2 * time.Second

// came notes a token that was asked for at a time of the machine's clock, and
// returns whose it is.
func (a *client) came(raw, expiresIn, flow string, asked time.Time) string {
	c, err := read("token of acquire", raw, false)
	if err != nil {
		a.soak.fail("%s: the endpoint gave out what is no token: %v", a.name, err)
		return ""
	}
	seconds, _ := strconv.Atoi(expiresIn)
	at := time.Now()
	wall := time.Time{}
	for _, s := range a.soak.world.clock.said(asked.Add(-slowStart), at) {
		wall = later(wall, s.to)
	}
	h := &handed{app: a, flow: flow, at: at, wall: wall, life: time.Duration(seconds) * time.Second, credential: c}
	if a.isUser {
		h.user = c.user
	}
	a.soak.ledger.put(raw, h)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last[h.user] = h
	return h.user
}

// maxPosts bounds the token requests in ten seconds for one token: lives of
// 20 s, back-off, second attempts and a few moves of the clock.
const maxPosts = 14

func (a *client) asked(user string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	a.posts[user] = append(within(a.posts[user], now), now)
	most := maxPosts
	if a.isUser && user == "" { // a failure, of whomever
		most *= len(a.soak.accounts[a.flow])
	}
	if n := len(a.posts[user]); n > most {
		a.soak.fail("%v: %d token requests for user %q within 10 s, want at most %d", a, n, user, most)
	}
}

// transport returns what calls the service behind with tokens of the App or of
// one user.
func (a *client) transport(account *acquire.Account) (*acquire.Transport, error) {
	id := ""
	if account != nil {
		id = account.ID
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if tr := a.tr[id]; tr != nil {
		return tr, nil
	}
	var tr *acquire.Transport
	var err error
	if account != nil {
		tr, err = a.app.User(*account).Transport(a.soak.behindURL, userScope)
	} else {
		tr, err = a.app.Transport(a.soak.behindURL, appScope)
	}
	if err != nil {
		return nil, err
	}
	tr.Base = behind{a}
	a.tr[id] = tr
	return tr, nil
}

// errUnjudged is not the kit's.
var errUnjudged = errors.New("the service behind could not be reached")

func (c *clients) pick(isUser bool) []*client {
	var some []*client
	for _, a := range c.all {
		if a.isUser == isUser {
			some = append(some, a)
		}
	}
	return some
}

func (a *client) String() string {
	what := "daemon"
	if a.isUser {
		what = "web app"
	}
	return fmt.Sprintf("%s of %s at %s", what, a.name, a.flow)
}
