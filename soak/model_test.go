// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"
)

// answers is a set of HTTP statuses, with why.
type answers struct {
	statuses []int
	why      []string
}

func (a *answers) add(why string, statuses ...int) {
	a.statuses = append(a.statuses, statuses...)
	a.why = append(a.why, why)
}

func (a *answers) has(status int) bool { return slices.Contains(a.statuses, status) }

// trust is what a service was told to accept, and what its validator was sent.
type trust struct {
	world    *world
	observer *observer
	flows    []string // folded
	audience string
	members  membership
	flowless []string // clients whose tokens may name no flow
	maxStale time.Duration
	leeway   time.Duration
}

// route is what a route asks for beyond a good token.
type route struct {
	path  string
	scope string
	flow  string // folded; empty for any
}

func (r route) takes(c *credential) bool {
	return slices.Contains(c.scopes, r.scope) && (r.flow == "" || r.flow == c.flow)
}

// lag is for how long something that happened may explain a 503 for a key that
// the validator was not sent yet: a refill of the budget, the turns of many
// flows, a back-off, a Retry-After, and a slow machine.
const lag = 40 * time.Second

// allowed returns the answers that the promises allow to a request that was
// under way between two times.
func (t *trust) allowed(c *credential, r route, from, to time.Time) (a answers) {
	switch c.form {
	case isToken:
	case isNone, isMalformed:
		a.add("no token at all", http.StatusUnauthorized)
		return a
	case isTwice, isNoToken68:
		a.add("a malformed header", http.StatusBadRequest)
		return a
	}
	warm := t.observer.warm(t.surely(from, to), from, to, t.maxStale)
	key := t.world.key(c.kid)
	flows := []string{c.flow}
	if c.flow == "" && slices.Contains(t.flowless, c.client) {
		flows = t.flows
	}
	switch {
	case c.issuer != t.world.issuer():
		return t.refused("its issuer is foreign", warm)
	case c.audience != t.audience:
		return t.refused("its audience is another", warm)
	case len(c.scopes) == 0:
		// By its claims alone it may fetch a key.
		return t.refused("it is no access token", warm && t.observer.anywhere(t.flows, c.kid, from, to, t.maxStale) == known)
	}
	in, out := t.trusts(flows[0], from, to)
	if out {
		a = t.refused("its flow is not trusted", warm && !in)
	}
	if !in {
		return a
	}
	has := t.observer.anywhere(flows, c.kid, from, to, t.maxStale)
	if out { // it was trusted when the request came, or not yet
		has = perhaps
	}
	good, early, late := t.times(c, from, to)
	switch {
	case key == nil:
		a.add("its key was never published", http.StatusUnauthorized)
		if good || early || !warm { // an expired one fetches nothing
			a.add("its key may be new", http.StatusServiceUnavailable)
		}
		return a
	case c.forged && has == known:
		return t.refused("its signature is wrong", warm)
	case c.forged:
		a.add("its signature is wrong, or its key unknown", http.StatusUnauthorized, http.StatusServiceUnavailable)
		return a
	}
	t.genuine(&a, c, r, key, has, good, early || late, warm, from, to)
	return a
}

// refused is for a token that no key can save: 503 only if no key was there.
func (t *trust) refused(why string, warm bool) (a answers) {
	a.add(why, http.StatusUnauthorized)
	if !warm {
		a.add("not all flows have keys", http.StatusServiceUnavailable)
	}
	return a
}

// genuine is for a token that the tenant has issued to this API.
func (t *trust) genuine(a *answers, c *credential, r route, key *publication, has knowledge, good, bad, warm bool, from, to time.Time) {
	if has != unknown && good {
		if r.takes(c) {
			a.add("it is good, and its key there", http.StatusOK)
		} else {
			a.add("it is good, but not for this route", http.StatusForbidden)
		}
	}
	if bad {
		a.add("it has expired, or does not yet begin", http.StatusUnauthorized)
	}
	if has == known {
		return
	}
	if !key.throughout(from, to) {
		a.add("its key was removed", http.StatusUnauthorized)
	}
	if recent := from.Add(-lag); t.world.since(recent, idpAway, flood, rotation, restart) || !warm && t.world.since(recent, clockAway) {
		a.add("its key may not have been had", http.StatusServiceUnavailable)
	}
}

// times tells whether the token may have been within its time, before it, and
// after it. A second at either end is anybody's.
func (t *trust) times(c *credential, from, to time.Time) (good, early, late bool) {
	begins := later(c.begins, c.issued).Add(-t.leeway)
	ends := c.expires.Add(t.leeway)
	for _, s := range t.world.clock.said(from, to) {
		good = good || s.to.After(begins.Add(-time.Second)) && s.from.Before(ends.Add(time.Second))
		early = early || s.from.Before(begins.Add(time.Second))
		late = late || s.to.After(ends.Add(-time.Second))
	}
	return good, early, late
}

// problem returns what is wrong with an answer, "" if nothing is.
func (t *trust) problem(c *credential, r route, from, to time.Time, status int, header http.Header) string {
	a := t.allowed(c, r, from, to)
	if !a.has(status) && len(t.observer.earlier) > 0 {
		// Whether the store has failed is logged when the answer is out already.
		wait(context.Background(), time.Second)
		a = t.allowed(c, r, from, to)
	}
	switch {
	case !a.has(status):
		return "the answer is none that is promised: " + strings.Join(a.why, "; ") + t.observer.history(c.flow, from) + "; " + t.observer.store.String()
	case status == http.StatusServiceUnavailable && header.Get("Retry-After") == "":
		return "HTTP 503 without Retry-After"
	case status == http.StatusUnauthorized && header.Get("WWW-Authenticate") == "":
		return "HTTP 401 without a challenge"
	case status == http.StatusOK && (header.Get("X-User") != c.user || fold(header.Get("X-Flow")) != c.flow):
		return "the handler was told another user or flow"
	}
	return ""
}
