// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// TestMemoryHoldsNoRequest: of a long request, a sign-in keeps the few words it
// needs, and not the text they stood in.
func TestMemoryHoldsNoRequest(t *testing.T) {
	const n, length, most = 60, 15_000, 5_000 // most bytes for each, with what Requests shows
	for _, c := range []struct {
		name string
		opts *emulator.Options
		do   func(b2c *emulator.Tenant)
	}{
		{"codes and refresh tokens", nil, func(b2c *emulator.Tenant) {
			code := codeFor(t, browser(t, b2c.Transport()), authorizeURL, "x", strings.Repeat("x", length), "scope", "offline_access "+readScope)
			redeem(t, b2c.Client(), tokenURL, changed(redemption(code), "scope", "offline_access"))
		}},
		{"pages", &emulator.Options{Pages: true}, func(b2c *emulator.Tenant) {
			equal(t, "status", visit(t, browser(t, b2c.Transport()), authorizeURL, "x", strings.Repeat("x", length)).status, 200)
		}},
		{"scopes", nil, func(b2c *emulator.Tenant) {
			scope := "offline_access " + readScope + strings.Repeat(" openid", length/7)
			codeFor(t, browser(t, b2c.Transport()), authorizeURL, "scope", scope)
		}},
	} {
		b2c := emulator.NewTenant(c.opts)
		c.do(b2c)
		before := heap()
		for range n {
			c.do(b2c)
		}
		if each := (heap() - before) / n; each > most {
			t.Errorf("%s: got %d bytes for each, want at most %d", c.name, each, most)
		}
		runtime.KeepAlive(b2c)
	}
}

// TestMemoryHoldsNobodyWhoIsGone: people come and go for as long as the tenant lives.
func TestMemoryHoldsNobodyWhoIsGone(t *testing.T) {
	const n, most = 4_000, 8 // most bytes for each
	b2c := emulator.NewTenant(nil)
	comeAndGo := func() {
		u, err := b2c.AddUser(emulator.User{Name: "One of many"})
		if err != nil {
			t.Fatal(err)
		}
		if err := b2c.RemoveUser(u.ObjectID); err != nil {
			t.Fatal(err)
		}
	}
	codeFor(t, browser(t, b2c.Transport()), authorizeURL)
	comeAndGo()
	before := heap()
	for range n {
		comeAndGo()
	}
	if each := (heap() - before) / n; each > most {
		t.Errorf("got %d bytes for each, want at most %d", each, most)
	}
	runtime.KeepAlive(b2c)
}

// heap returns the bytes in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what was put aside in pools goes with the second
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
