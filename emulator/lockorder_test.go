// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"os"
	"runtime/pprof"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// TestLockOrder has everything that takes two locks done at once, over and over:
// where one takes them the other way round, it likely ends in a deadlock.
func TestLockOrder(t *testing.T) {
	for name, signIn := range map[string]func(b2c *emulator.Tenant){
		"at once": func(b2c *emulator.Tenant) { codeFor(t, browser(t, b2c.Transport()), authorizeURL) },
		"on pages": func(b2c *emulator.Tenant) {
			c := browser(t, b2c.Transport())
			profile := read(t, linSignsIn(t, c, read(t, visit(t, c, editURL))))
			equal(t, "status", profile.send(t, c, "displayName", "Lin Example").status, 302)
		},
	} {
		t.Run(name, func(t *testing.T) {
			inTurns(t, emulator.NewTenant(&emulator.Options{Pages: name == "on pages"}), signIn)
		})
	}
}

func inTurns(t *testing.T, b2c *emulator.Tenant, signIn func(*emulator.Tenant)) {
	lin := b2c.Users()[1]
	comesAndGoes := func() {
		added, err := b2c.AddUser(emulator.User{Name: "Kim Example"})
		if err != nil || b2c.RemoveUser(added.ObjectID) != nil {
			t.Errorf("Kim can't come and go: %v", err)
		}
	}
	changes := func() {
		if err := b2c.SetUser(lin); err != nil {
			t.Error(err)
		}
	}
	isKept := func() {
		if _, err := b2c.State(); err != nil {
			t.Error(err)
		}
	}
	until := time.Now().Add(300 * time.Millisecond)
	var wait sync.WaitGroup
	for _, do := range []func(){comesAndGoes, changes, isKept, func() { b2c.Revoke(lin.ObjectID) }, func() { signIn(b2c) }, func() { signIn(b2c) }} {
		wait.Go(func() {
			for time.Now().Before(until) {
				do()
			}
		})
	}
	done := make(chan struct{})
	go func() { wait.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(2 * time.Minute): // real time, as a deadlock has no other sign; a busy machine is slow, and a good run doesn't wait
		_ = pprof.Lookup("goroutine").WriteTo(os.Stderr, 1)
		t.Fatal("got a deadlock")
	}
}
