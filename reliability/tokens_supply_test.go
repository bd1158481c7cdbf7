// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

var supplyRows = []*row{{
	test:    "cold_crowd",
	fault:   "200 callers at once: there is no token for the scope yet",
	promise: "1 token request; 0 errors",
	by:      realSockets,
	cases: []testCase{
		{name: "an app's", run: coldCrowdOfApp},
		{name: "a user's", run: coldCrowdOfUser},
	},
}, {
	test:    "expiry_under_load",
	fault:   "tokens live for 8 s, the token endpoint takes up to a second; 100 callers a second for 30 s",
	promise: "≤ 6 token requests; 0 expired tokens handed out; 0 errors",
	by:      virtualTime,
	cases: []testCase{
		{name: "an app's", run: expiryUnderLoad(0, false)},
		{name: "an app's, slow", run: expiryUnderLoad(time.Second, false)},
		{name: "a user's", run: expiryUnderLoad(0, true)},
		{name: "a user's, slow", run: expiryUnderLoad(time.Second, true)},
	},
}, {
	test:    "renewed_ahead",
	fault:   "tokens of a minute, of ten, of an hour and of a day come to their end; a caller each second",
	promise: "renewed after 75 to 85 % of the life, by one request",
	by:      virtualTime,
	cases: []testCase{
		{name: "a minute", run: renewedAhead(time.Minute)},
		{name: "ten minutes", run: renewedAhead(10 * time.Minute)},
		{name: "an hour", run: renewedAhead(time.Hour)},
		{name: "a day", run: renewedAhead(24 * time.Hour)},
	},
}}

func coldCrowdOfApp(t *testing.T, f *figures) {
	s := newSite(t)
	app := newDaemon(t, s.Tenant, acquire.Options{Transport: s.transport(t)})
	all := herd(200, ofApp(t, app))
	f.counted("errors", failed(t, all), 0)
	f.counted("requests", posts(s.Tenant), 1)
}

func coldCrowdOfUser(t *testing.T, f *figures) {
	s := newSite(t)
	app := newNative(t, s.Tenant, acquire.Options{Transport: s.transport(t)})
	get := ofUser(t, app, lin(t, app, userScope, "https://contoso.onmicrosoft.com/tasks/tasks.write")) // one token for both
	before := posts(s.Tenant)
	all := herd(200, get)
	f.counted("errors", failed(t, all), 0)
	f.counted("requests", posts(s.Tenant)-before, 1)
}

// living is contoso with tokens that live for so long.
func living(life time.Duration) *emulator.Tenant {
	return emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{
		{Name: ropc, Kind: emulator.ROPC, Lifetime: life, RefreshLifetime: 14 * 24 * time.Hour},
	}})
}

func expiryUnderLoad(slow time.Duration, user bool) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		b2c := living(8 * time.Second)
		get := ofApp(t, newDaemon(t, b2c, acquire.Options{}))
		if user {
			app := newNative(t, b2c, acquire.Options{})
			get = ofUser(t, app, lin(t, app))
		}
		if slow > 0 {
			b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultSlow, Endpoint: emulator.TokenEndpoint, Delay: slow})
		}
		all := load(100, 30*time.Second, get)
		f.counted("requests", posts(b2c), 6)
		f.counted("expired", expired(t, all), 0)
		f.counted("errors", failed(t, all), 0)
	}
}

func renewedAhead(life time.Duration) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		b2c := living(life)
		get := ofApp(t, newDaemon(t, b2c, acquire.Options{}))
		start := time.Now()
		for posts(b2c) < 2 && time.Since(start) < life {
			if _, err := get(); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			time.Sleep(time.Second)
		}
		after := time.Since(start) - time.Second
		if after < life*3/4-time.Second {
			t.Errorf("renewed after %v, want three quarters of %v at least", after, life)
		}
		f.counted("% of the life", int(100*after/life), 85)
		f.counted("requests for the renewal", posts(b2c)-1, 1)
	}
}
