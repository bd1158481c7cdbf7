// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// recovery is how long services may take until they accept new tokens of all
// flows after the last fault: Retry-After, back-off, and the turns of many flows.
const recovery = 30 * time.Second

// quiet stops the traffic, sees everything recover, and counts what is left.
func (s *soak) quiet(last bool) {
	s.gate.Lock()
	defer s.gate.Unlock()
	begin := time.Now()
	var all sync.WaitGroup
	for _, p := range s.fronts {
		for _, flow := range p.now.flows {
			all.Go(func() { s.recover(p, flow, begin) })
		}
	}
	if last {
		for _, p := range s.fronts {
			for _, a := range p.now.clients.all {
				all.Go(func() { s.recoverTokens(a, begin) })
			}
		}
	}
	all.Wait()
	if s.ctx.Err() != nil {
		return // not quiet at all
	}
	s.longest = max(s.longest, time.Since(begin))
	s.count()
}

func (s *soak) recover(p *place, flow string, begin time.Time) {
	for tries := 0; s.ctx.Err() == nil; tries++ {
		raw, err := s.world.b2c.Mint(emulator.Spec{Flow: flow, IssuedAt: s.world.clock.Now().Add(-time.Second)})
		if err != nil {
			s.fail("%v", err)
			return
		}
		c, err := read("after the storm", raw, false)
		if err != nil {
			s.fail("%v", err)
			return
		}
		if s.request(p, c, routes[0], newRand(s.seed, "recover")) == 200 {
			return
		}
		if time.Since(begin) > recovery {
			s.fail("%s has not recovered for %s within %v", p.now.name, flow, recovery)
			return
		}
		wait(s.ctx, 200*time.Millisecond)
	}
}

// recoverTokens sees that an App has tokens again for itself or all users. It
// takes up to a minute while the shared cache has failed, and a back-off.
func (s *soak) recoverTokens(a *client, begin time.Time) {
	get := func(ctx context.Context) error {
		if !a.isUser {
			_, err := a.app.Token(ctx, appScope)
			return err
		}
		for _, account := range s.accounts[a.flow] {
			if _, err := a.app.User(account).Token(ctx, userScope); err != nil {
				return fmt.Errorf("user %s: %w", account.Username, err)
			}
		}
		return nil
	}
	for s.ctx.Err() == nil {
		err := get(s.ctx)
		switch {
		case err == nil:
			return
		case time.Since(begin) > 90*time.Second:
			s.fail("%v has not recovered: %v", a, err)
			return
		}
		wait(s.ctx, 300*time.Millisecond)
	}
}

// slack is how many goroutines may be under way by chance: refreshes.
const slack = 12

// count compares goroutines and heap with what they were.
func (s *soak) count() {
	var n int
	for deadline := time.Now().Add(15 * time.Second); ; {
		for _, p := range s.fronts {
			p.now.server.Client().CloseIdleConnections()
			p.now.transport.CloseIdleConnections()
			p.now.clients.base.CloseIdleConnections()
		}
		s.behind.now.transport.CloseIdleConnections()
		runtime.GC()
		n = runtime.NumGoroutine()
		if s.goroutines == 0 || n <= s.goroutines+slack {
			break
		}
		if time.Now().After(deadline) {
			var profile bytes.Buffer
			_ = pprof.Lookup("goroutine").WriteTo(&profile, 1)
			s.fail("%d goroutines when all is quiet, %d at first:\n%.6000s", n, s.goroutines, profile.String())
			return
		}
		wait(s.ctx, 100*time.Millisecond)
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	if s.goroutines == 0 {
		s.goroutines = n
	}
	s.lastGoroutines, s.lastHeap = n, m.HeapAlloc
	s.heaps = append(s.heaps, m.HeapAlloc)
	// It grows at first: the tenant remembers the last 1,000 requests, and so on.
	if time.Since(s.journal.begun) < 2*time.Minute || s.heap == 0 {
		s.heap = max(s.heap, m.HeapAlloc)
	}
	if most := s.heap + s.heap/4 + 12<<20; m.HeapAlloc > most {
		s.fail("the heap holds %d kB when all is quiet, and held %d kB at most in the first two minutes", m.HeapAlloc>>10, s.heap>>10)
	}
}
