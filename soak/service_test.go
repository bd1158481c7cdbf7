// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"
	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/jwks/keyfile"
	"github.com/b2ckit/b2ckit/jwks/rediskeys"
	b2cecho "github.com/b2ckit/b2ckit/middleware/echo"
	b2cgin "github.com/b2ckit/b2ckit/middleware/gin"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

// blueprint is how one service is set up.
type blueprint struct {
	name     string
	mux      func(*guard.Guard, []endpoint) http.Handler
	tls      bool
	wide     bool // trusts many flows
	refresh  time.Duration
	maxStale time.Duration
	kept     kept // where key snapshots are
	flowless bool // takes tokens of the daemon, which name no flow
}

const fetchTimeout = 2 * time.Second

// service is one run of a guarded service. It ends with close, when no request
// is on its way any more.
type service struct {
	blueprint
	trust
	started   time.Time
	validator *validator.Validator
	transport *http.Transport // to the identity provider
	redis     *redis.Client   // of key snapshots; nil for none
	clients   *clients        // of the service behind; nil for none
	server    *httptest.Server
	busy      sync.WaitGroup
}

// endpoint is a route of a service with what it does.
type endpoint struct {
	route
	serve http.HandlerFunc // the token is in the request's context
}

var silent = slog.New(slog.DiscardHandler)

// newValidator makes a run of a service; the one before is nil at first.
func (s *soak) newValidator(b blueprint, before *service) (*service, error) {
	flows := trusted
	if b.wide {
		flows = append(append([]string(nil), trusted...), s.world.wide...)
	}
	tenant, err := authority.B2C("contoso", s.world.b2c.ID())
	if err != nil {
		return nil, err
	}
	svc := &service{blueprint: b, started: time.Now(), transport: s.world.transport()}
	svc.trust = trust{
		world: s.world, audience: s.world.b2c.API().ID, maxStale: b.maxStale, leeway: time.Minute,
		observer: newObserver(svc.transport, s.world.issuer(), fetchTimeout, b.refresh, func(format string, args ...any) {
			s.fail("%s: %s", b.name, fmt.Sprintf(format, args...))
		}),
	}
	svc.observer.kept = b.kept
	if before != nil && b.kept != forgotten {
		earlier := append(slices.Clone(before.observer.earlier), before.observer)
		svc.observer.earlier = earlier[max(0, len(earlier)-4):]
	}
	for _, f := range flows {
		svc.trust.flows = append(svc.trust.flows, fold(f))
	}
	o := &validator.Options{
		Transport: svc.observer, Logger: slog.New(svc.observer.store), Now: s.world.clock.Now, Updatable: !b.flowless,
		Keys: &jwks.Options{MaxRefresh: b.refresh, MinRefetch: 2 * time.Second, MaxStale: b.maxStale, FetchTimeout: fetchTimeout},
	}
	switch b.kept {
	case forgotten:
	case inFile:
		o.Keys.Snapshots, err = keyfile.New(s.folder, nil)
	case inRedis:
		svc.redis = redis.NewClient(&redis.Options{Addr: s.redis.Addr, ContextTimeoutEnabled: true, PoolSize: 8})
		o.Keys.Snapshots, err = rediskeys.New(svc.redis, s.ring, &rediskeys.Options{Logger: silent})
	}
	if err != nil {
		return nil, err
	}
	if b.flowless {
		o.AllowMissingFlow = []string{s.world.b2c.Daemon().ID}
		svc.trust.flowless = o.AllowMissingFlow
	}
	s.world.touch(restart)
	svc.validator, err = validator.New(tenant.Flows(flows...), svc.audience, o)
	return svc, err
}

// start starts a front service with its clients.
func (s *soak) start(b blueprint, before *service) (*service, error) {
	svc, err := s.newValidator(b, before)
	if err != nil {
		return nil, err
	}
	if svc.clients, err = s.newClients(b.name); err != nil {
		return nil, err
	}
	h := b.mux(guard.New(svc.validator, &guard.Options{Logger: silent}), []endpoint{
		{routes[0], whoami},
		{routes[1], whoami},
		{routes[2], whoami},
		{routes[3], svc.clients.callAsApp},
		{routes[4], svc.clients.callAsUser},
	})
	svc.server = httptest.NewUnstartedServer(h)
	svc.server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	if b.tls {
		svc.server.EnableHTTP2 = true
		svc.server.StartTLS()
	} else {
		svc.server.Start()
	}
	if t, ok := svc.server.Client().Transport.(*http.Transport); ok {
		t.MaxIdleConnsPerHost = workers
	}
	return svc, nil
}

// close waits for the requests under way and ends the service.
func (svc *service) close() {
	svc.busy.Wait()
	svc.server.Client().CloseIdleConnections()
	svc.server.Close()
	if svc.clients != nil {
		svc.clients.close()
	}
	_ = svc.validator.Close()
	svc.transport.CloseIdleConnections()
	if svc.redis != nil {
		_ = svc.redis.Close()
	}
}

// setTrust has the service trust a flow or not while it serves.
func (svc *service) setTrust(flow authority.Authority, trusted bool) error {
	name := fold(flow.Flow())
	done := svc.members.change(name, trusted)
	defer done()
	if trusted {
		svc.observer.leave(name)
	}
	err := svc.validator.Update(func(t *validator.Trust) error {
		t.Authorities = slices.DeleteFunc(t.Authorities, func(a authority.Authority) bool { return a.ID() == flow.ID() })
		if trusted {
			t.Authorities = append(t.Authorities, flow)
		}
		return nil
	})
	if !trusted {
		svc.observer.leave(name)
	}
	return err
}

// routes are those of the front services.
var routes = []route{
	{path: "/read", scope: "tasks.read"},
	{path: "/write", scope: "tasks.write"},
	{path: "/partner", scope: "tasks.read", flow: fold(partner)},
	{path: "/call", scope: "tasks.read"},
	{path: "/user", scope: "tasks.read"},
}

func (r route) requirements() []validator.Requirement {
	all := []validator.Requirement{validator.Scope(r.scope)}
	if r.flow != "" {
		all = append(all, validator.Flow(partner))
	}
	return all
}

// whoami tells the caller who it is, for the model.
func whoami(w http.ResponseWriter, r *http.Request) {
	t, ok := guard.FromContext(r.Context())
	if !ok {
		http.Error(w, "no token behind the guard", http.StatusInternalServerError)
		return
	}
	id, _ := t.UserID()
	w.Header().Set("X-User", id)
	w.Header().Set("X-Flow", t.Flow)
}

func muxHTTP(g *guard.Guard, all []endpoint) http.Handler {
	api, mux := b2chttp.New(g, nil), http.NewServeMux()
	for _, e := range all {
		mux.Handle("GET "+e.path, api.Require(e.requirements()...)(e.serve))
	}
	return mux
}

func muxEcho(g *guard.Guard, all []endpoint) http.Handler {
	api, e := b2cecho.New(g, nil), echo.New()
	for _, at := range all {
		e.GET(at.path, func(c echo.Context) error { at.serve(c.Response(), c.Request()); return nil }, api.Require(at.requirements()...))
	}
	return e
}

func muxGin(g *guard.Guard, all []endpoint) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	api, r := b2cgin.New(g, nil), gin.New()
	for _, at := range all {
		r.GET(at.path, api.Require(at.requirements()...), func(c *gin.Context) { at.serve(c.Writer, c.Request) })
	}
	return r
}

// place is where a service stands while its runs come and go.
type place struct {
	mu  sync.RWMutex
	now *service
}

// enter returns the present run, which goes on until leave is called.
func (p *place) enter() (svc *service, leave func()) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	p.now.busy.Add(1)
	return p.now, p.now.busy.Done
}

// swap puts another run in its place, and returns the one before.
func (p *place) swap(svc *service) *service {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.now
	p.now = svc
	return before
}
