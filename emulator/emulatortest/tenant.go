// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// New returns a tenant of the test's own; nil options are the default tenant.
// If the test fails, its log ends with the requests that the tenant has seen.
// Contradictory options end the test.
func New(tb testing.TB, opts *emulator.Options) *emulator.Tenant {
	tb.Helper()
	var b2c *emulator.Tenant
	if problem := caught(func() { b2c = emulator.NewTenant(opts) }); problem != "" {
		tb.Fatalf("emulatortest.New: %s", problem)
	}
	tb.Cleanup(func() { logRequests(tb, b2c) })
	return b2c
}

// NewServer is [New] for a tenant that serves https on a free port of 127.0.0.1
// until the test ends; see [emulator.NewServer]. Its Tenant is what the other
// helpers take. It can't be used in a testing/synctest bubble.
func NewServer(tb testing.TB, opts *emulator.Options) *emulator.Server {
	tb.Helper()
	return started(tb, "NewServer", opts, emulator.NewServer)
}

// NewPlainServer is [NewServer] with http in place of https; see
// [emulator.NewPlainServer].
func NewPlainServer(tb testing.TB, opts *emulator.Options) *emulator.Server {
	tb.Helper()
	return started(tb, "NewPlainServer", opts, emulator.NewPlainServer)
}

func started(tb testing.TB, name string, opts *emulator.Options, start func(*emulator.Options) *emulator.Server) *emulator.Server {
	tb.Helper()
	var server *emulator.Server
	if problem := caught(func() { server = start(opts) }); problem != "" {
		tb.Fatalf("emulatortest.%s: %s", name, problem)
	}
	tb.Cleanup(func() {
		server.Close()
		logRequests(tb, server.Tenant)
	})
	return server
}

// caught returns what the emulator panics with. Any other panic goes on.
func caught(f func()) (problem string) {
	defer func() {
		p := recover()
		text, ok := p.(string)
		if p != nil && (!ok || !strings.HasPrefix(text, "emulator: ")) {
			panic(p)
		}
		problem = text
	}()
	f()
	return ""
}

// Mint returns a token by [emulator.Tenant.Mint]. A spec that can't be minted
// ends the test.
func Mint(tb testing.TB, b2c *emulator.Tenant, spec emulator.Spec) string {
	tb.Helper()
	token, err := b2c.Mint(spec)
	if err != nil {
		tb.Fatalf("emulatortest.Mint: %v", err)
	}
	return token
}

// Claims returns the claims of a token, of which nothing is verified: they are
// what a test compares, and no reason to trust the token. Numbers are float64.
// What is no token ends the test.
func Claims(tb testing.TB, token string) map[string]any {
	tb.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		tb.Fatalf("emulatortest.Claims: got a text of %d parts, want a token, which has 3", len(parts))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		tb.Fatalf("emulatortest.Claims: the second part is no base64url")
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil || claims == nil {
		tb.Fatalf("emulatortest.Claims: the second part is no JSON object")
	}
	return claims
}

// SetFaults makes the tenant misbehave, by [emulator.Tenant.SetFaults], until
// the faults are set again or the test ends. A fault that can't be ends the
// test.
func SetFaults(tb testing.TB, b2c *emulator.Tenant, faults ...emulator.Fault) {
	tb.Helper()
	if err := b2c.SetFaults(faults...); err != nil {
		tb.Fatalf("emulatortest.SetFaults: %v", err)
	}
	tb.Cleanup(func() { b2c.MustSetFaults() })
}
