// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/internal/goroutines"
	"github.com/b2ckit/b2ckit/validator"
)

// These tests are about tokens that may be of very many authorities: they name no
// flow, and a client for which that is allowed.

// daemons trusts all flows, and the daemon to name none.
func (p *provider) daemons(t *testing.T) *validator.Validator {
	t.Helper()
	v := trusting(t, p, &validator.Options{AllowMissingFlow: []string{daemonClient}}, contosoTenant(t).Flows(p.flows...)...)
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// ofDaemon is a token without a flow, signed by a flow's key.
func (p *provider) ofDaemon(flow string) string {
	return p.b2c.MustMint(emulator.Spec{Kind: emulator.AppToken, Flow: flow, ClientID: daemonClient, FlowClaim: emulator.ClaimNone, Audience: contosoAPI})
}

// forgedDaemon is one that nobody has signed.
func (p *provider) forgedDaemon(kid string) string {
	return p.b2c.MustMint(emulator.Spec{
		Kind: emulator.AppToken, ClientID: daemonClient, FlowClaim: emulator.ClaimNone, Audience: contosoAPI,
		Key: forgersKey(), Header: map[string]any{"kid": kid},
	})
}

func (p *provider) warm(t *testing.T, v *validator.Validator) {
	t.Helper()
	if err := v.AllReady(t.Context()); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Minute)
}

// At a start without keys, in an outage, such a token has a few authorities asked,
// and waits in a few goroutines.
func TestOneTokenAsksAFewOfMany(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := manyFlows(1000)
		p.set(hang)
		v := p.daemons(t)
		raw, start := p.forgedDaemon("made-up"), time.Now()
		before := goroutines.InBubble()
		done := make(chan error)
		go func() { _, err := v.Validate(t.Context(), raw); done <- err }()
		synctest.Wait()
		if n := goroutines.InBubble() - before; n > 40 {
			t.Errorf("got %d more goroutines, want a few for each of eight", n)
		}
		wantReason(t, "hanging", <-done, validator.ErrUnavailable)
		if n := p.since(start); n != 8 {
			t.Errorf("got %d requests, want 8", n)
		}
	})
}

// Where all can be asked, they are: what is genuine passes at its first request,
// and what nobody publishes is refused for good.
func TestAllOfSomeAreAsked(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := manyFlows(18)
		v := p.daemons(t)
		p.warm(t, v)
		p.b2c.Rotate("B2C_1A_partner", true)
		if _, err := v.Validate(t.Context(), p.ofDaemon("B2C_1A_partner")); err != nil {
			t.Errorf("a new key at one of 18: %v", err)
		}
		time.Sleep(time.Minute)
		start := time.Now()
		_, err := v.Validate(t.Context(), p.forgedDaemon("made-up"))
		wantReason(t, "nobody's key", err, validator.ErrUnknownKey)
		if n := p.since(start); n != 18 {
			t.Errorf("got %d requests, want one of each", n)
		}
	})
}

// Where they can't all be asked, nobody is told that a token is bad.
func TestNotAllOfManyAreAsked(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := manyFlows(200)
		v := p.daemons(t)
		p.warm(t, v)
		start := time.Now()
		for i := range 50 {
			_, err := v.Validate(t.Context(), p.forgedDaemon(fmt.Sprint("made-up-", i)))
			wantReason(t, "one of a flood", err, validator.ErrUnavailable)
			if e, _ := errors.AsType[*validator.Error](err); e.RetryAfter <= 0 {
				t.Errorf("got %+v, want when to come again", e)
			}
		}
		if n := p.since(start); n > 20 {
			t.Errorf("got %d requests, want 20 at once", n)
		}
	})
}

// A flood of such tokens, and flows that are gone, put off a genuine new key by a
// refill and half a second for each flow, however seldom its token comes.
func TestNewKeyAtOneOfMany(t *testing.T) {
	const flows = 120
	gone := func(n int) func(*http.Request) (*http.Response, error) {
		return func(r *http.Request) (*http.Response, error) {
			for i := range n {
				if strings.Contains(strings.ToLower(r.URL.Path), fmt.Sprintf("b2c_1_f%03d/", i)) {
					return answer(404, "Content-Type", "text/html")(r)
				}
			}
			return nil, nil
		}
	}
	for _, tc := range []struct {
		name  string
		fault func(*http.Request) (*http.Response, error)
		flood int // tokens a second
		every time.Duration
	}{
		{"quiet", nil, 0, time.Second},
		{"quiet, seldom", nil, 0, 5 * time.Second},
		{"quiet, very seldom", nil, 0, 12 * time.Second},
		{"flood", nil, 50, time.Second},
		{"flood, 40 flows are gone", gone(40), 50, time.Second},
		{"40 flows are gone", gone(40), 0, 3 * time.Second},
	} {
		t.Run(tc.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				p := manyFlows(flows)
				v := p.daemons(t)
				p.warm(t, v)
				p.set(tc.fault)
				forged := repeat(tc.flood, func(i int) string { return p.forgedDaemon(fmt.Sprint("made-up-", i)) })
				flood := func() { validateAll(t.Context(), v, forged) }
				for range 30 {
					flood()
					time.Sleep(time.Second)
				}
				p.b2c.Rotate("B2C_1A_partner", true)
				raw, start := p.ofDaemon("B2C_1A_partner"), time.Now()
				for next := start; ; time.Sleep(time.Second) {
					flood()
					if time.Now().Before(next) {
						continue
					}
					next = next.Add(tc.every)
					_, err := v.Validate(t.Context(), raw)
					if err == nil {
						break
					}
					wantReason(t, "the genuine token", err, validator.ErrUnavailable)
					if time.Since(start) > 10*time.Minute {
						t.Fatal("the genuine key is never found")
					}
				}
				if took, limit := time.Since(start), 30*time.Second+flows*time.Second/2+tc.every; took > limit {
					t.Errorf("found after %v, want %v", took, limit)
				}
				t.Logf("found after %v", time.Since(start))
			})
		})
	}
}

// Ready at the start of many flows asks B2C no faster than that allows.
func TestAllReadyOfManyFlows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := manyFlows(1000)
		v := p.validator(t)
		start := time.Now()
		if err := v.AllReady(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 126*time.Second || usableFlows(v) != 1000 {
			t.Errorf("%d flows are ready after %v, want 1000 after about 125 s", usableFlows(v), took)
		}
		if n := p.busiest(time.Time{}); n > 16 {
			t.Errorf("got %d requests in one second, want at most 16", n)
		}
		start = time.Now()
		if err := v.AllReady(t.Context()); err != nil || time.Since(start) != 0 {
			t.Errorf("once all are ready: %v after %v", err, time.Since(start))
		}
	})
}
