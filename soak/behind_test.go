// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/guard"
)

// behindRoutes are those of the service that the others call.
var behindRoutes = []route{{path: "/jobs", scope: "jobs.run"}, {path: "/tasks", scope: "tasks.read"}}

// startBehind makes a run of the service that the others call, and puts it in
// its place. Its listener stays.
func (s *soak) startBehind(b blueprint) (before *service, err error) {
	svc, err := s.newValidator(b, nil)
	if err != nil {
		return nil, err
	}
	h := b.mux(guard.New(svc.validator, &guard.Options{Logger: silent}), []endpoint{{behindRoutes[0], whoami}, {behindRoutes[1], whoami}})
	s.runs.Store(svc.started.String(), h)
	before = s.behind.swap(svc)
	return before, nil
}

// serveBehind has the run answer that the caller has entered, and so knows.
func (s *soak) serveBehind(w http.ResponseWriter, r *http.Request) {
	h, ok := s.runs.Load(r.Header.Get("X-Run"))
	if !ok {
		http.Error(w, "no such run", http.StatusInternalServerError)
		return
	}
	h.(http.Handler).ServeHTTP(w, r)
}

// endBehind ends a run after its last request.
func (s *soak) endBehind(svc *service) {
	svc.busy.Wait()
	s.runs.Delete(svc.started.String())
	_ = svc.validator.Close()
	svc.transport.CloseIdleConnections()
}

type beginKey struct{}

// callAsApp calls the service behind as the application itself.
func (c *clients) callAsApp(w http.ResponseWriter, r *http.Request) { c.call(w, r, false) }

// callAsUser calls it for a user who has signed in. Which, and through which
// flow, is for the request to say, so that it follows from the seed.
func (c *clients) callAsUser(w http.ResponseWriter, r *http.Request) { c.call(w, r, true) }

func (c *clients) call(w http.ResponseWriter, r *http.Request, asUser bool) {
	pick, _ := strconv.Atoi(r.Header.Get("X-Pick"))
	apps := c.pick(asUser)
	a := apps[pick%len(apps)]
	var account *acquire.Account
	path, user := behindRoutes[0].path, ""
	if asUser {
		all := c.soak.accounts[a.flow]
		account, path = &all[pick/len(apps)%len(all)], behindRoutes[1].path
		user = account.UserID
	}
	begin := time.Now()
	status, err := a.send(context.WithValue(r.Context(), beginKey{}, begin), account, path)
	if err != nil {
		status = "error: " + a.judge(err, user, begin)
	}
	c.soak.tally.behind(asUser, status)
	whoami(w, r)
}

func (a *client) send(ctx context.Context, account *acquire.Account, path string) (status string, err error) {
	tr, err := a.transport(account)
	if err != nil {
		return "", err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.soak.behindURL+path, nil)
	if err != nil {
		return "", err
	}
	resp, err := tr.RoundTrip(r)
	if err != nil {
		return "", err
	}
	_ = resp.Body.Close()
	return strconv.Itoa(resp.StatusCode), nil
}

// judge fails the test if there was to be a token, and returns the error's class.
func (a *client) judge(err error, user string, begin time.Time) string {
	now := time.Now()
	w := a.soak.world
	recent := begin.Add(-90 * time.Second) // back-off grows to a minute
	class := "other"
	if e, ok := errors.AsType[*acquire.Error](err); ok {
		class = string(e.Class)
	}
	switch acquire.Class(class) {
	case acquire.ErrRetry, acquire.ErrUnexpected:
		if !w.since(recent, idpAway, redisAway, clockAway) {
			a.soak.fail("%v: no token for user %q with nothing amiss: %v", a, user, err)
		}
	case acquire.ErrIDToken, acquire.ErrInteractionRequired:
		// ID tokens seem to be from the past or future, and entries of the cache.
		if !w.since(recent, clockAway) {
			a.soak.fail("%v: no token for user %q though clocks agree: %v", a, user, err)
		}
	default:
		a.soak.fail("%v: no token for user %q: %v", a, user, err)
	}
	if acquire.Class(class) == acquire.ErrIDToken {
		return class // the tokens that came with it were refused as well
	}
	a.mu.Lock()
	h := a.last[user]
	a.mu.Unlock()
	if h != nil && !h.refused.Load() && now.Add(time.Second).Before(h.at.Add(h.life)) && h.at.Before(begin) && !w.clock.movedSince(h.at.Add(-time.Second)) {
		a.soak.fail("%v: no token for user %q while the one of %v ago is good for %v: %v", a, user, now.Sub(h.at), h.life, err)
	}
	return class
}

// behind is what carries requests to the service behind, with the token that
// was handed out.
type behind struct{ client *client }

func (b behind) RoundTrip(r *http.Request) (*http.Response, error) {
	s := b.client.soak
	raw := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	begin, _ := r.Context().Value(beginKey{}).(time.Time)
	h := s.ledger.get(raw)
	if h == nil {
		s.fail("%v: handed out a token that no endpoint gave", b.client)
		return nil, errUnjudged
	}
	if problem := b.client.wrong(h, begin, r.URL.Path); problem != "" {
		s.fail("%v: handed out %v (%s)", b.client, h.credential, problem)
	}
	s.tally.handedOut.Add(1)
	svc, leave := s.behind.enter()
	defer leave()
	r = r.Clone(r.Context())
	r.Header.Set("X-Run", svc.started.String())
	from := time.Now()
	resp, err := b.client.base.RoundTrip(r)
	if err != nil {
		s.fail("%v: the service behind: %v", b.client, err)
		return nil, errUnjudged
	}
	at := behindRoutes[0]
	if r.URL.Path == behindRoutes[1].path {
		at = behindRoutes[1]
	}
	if resp.StatusCode == http.StatusUnauthorized {
		h.refused.Store(true)
	}
	if problem := svc.problem(h.credential, at, from, time.Now(), resp.StatusCode, resp.Header); problem != "" {
		s.fail("behind%s answered %d to %v by %v within %v: %s", at.path, resp.StatusCode, h.credential, b.client, time.Since(from), problem)
	}
	return resp, nil
}

// wrong returns what is wrong with a token that was handed out in a call that
// began at a time.
func (a *client) wrong(h *handed, begin time.Time, path string) string {
	account := h.user != ""
	switch {
	case h.flow != fold(a.flow):
		return "of another flow"
	case account != a.isUser, account != (path == behindRoutes[1].path):
		return "of another kind"
	case h.credential.client != a.app.ClientID():
		return "of another client"
	case !a.soak.world.clock.setBackSince(h.at) && !begin.Before(h.at.Add(h.life)):
		// A clock that was set back makes what another process has put into the
		// shared cache younger; there the wall clock alone counts.
		return "expired " + begin.Sub(h.at.Add(h.life)).String() + " ago"
	}
	earliest := time.Time{}
	for _, s := range a.soak.world.clock.said(begin, time.Now()) {
		if earliest.IsZero() || s.from.Before(earliest) {
			earliest = s.from
		}
	}
	if ends := h.wall.Add(h.life); !earliest.Before(ends) {
		return "expired by the wall clock " + earliest.Sub(ends).String() + " ago"
	}
	return ""
}
