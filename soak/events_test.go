// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
)

// event is something that happens. begin returns a text for the log, and what
// ends it after a time, nil if it is over at once. An empty text means that it
// can't happen now.
type event struct {
	begin func(*soak, *rand.Rand) (text string, lasts time.Duration, end func())
}

// deck is what happens, each once before any comes again.
func deck(r *rand.Rand) (all []event) {
	fault := func(kind emulator.FaultKind, least, most time.Duration, more func(*emulator.Fault, *rand.Rand)) {
		all = append(all, event{func(s *soak, r *rand.Rand) (string, time.Duration, func()) {
			if len(s.world.faults) > 1 {
				return "", 0, nil
			}
			f := emulator.Fault{Kind: kind}
			if more != nil {
				more(&f, r)
			}
			added := s.world.addFault(f)
			return fmt.Sprintf("IdP: %s", kind), between(r, least, most), func() { s.world.removeFault(added) }
		}})
	}
	fault(emulator.FaultDown, time.Second, 6*time.Second, nil)
	fault(emulator.FaultServerError, time.Second, 5*time.Second, nil)
	fault(emulator.FaultThrottled, 500*time.Millisecond, 2*time.Second, func(f *emulator.Fault, r *rand.Rand) {
		f.RetryAfter = time.Duration(3+r.IntN(4)) * time.Second
	})
	fault(emulator.FaultHang, 2*time.Second, 5*time.Second, nil)
	fault(emulator.FaultSlow, 2*time.Second, 5*time.Second, func(f *emulator.Fault, r *rand.Rand) {
		f.Delay = between(r, 100*time.Millisecond, 1900*time.Millisecond)
	})
	fault(emulator.FaultStuck, 2*time.Second, 4*time.Second, func(f *emulator.Fault, r *rand.Rand) { f.Times = 1 + r.IntN(3) })
	fault(emulator.FaultHTML, time.Second, 4*time.Second, nil)
	fault(emulator.FaultHalfBody, time.Second, 4*time.Second, nil)
	fault(emulator.FaultEmptyKeys, 2*time.Second, 5*time.Second, nil)
	fault(emulator.FaultWrongIssuer, 2*time.Second, 5*time.Second, nil)
	fault(emulator.FaultOddKeys, 2*time.Second, 6*time.Second, nil)
	// One that outlasts the keys of some services.
	fault([]emulator.FaultKind{emulator.FaultDown, emulator.FaultServerError, emulator.FaultHang}[r.IntN(3)], 14*time.Second, 18*time.Second, nil)
	for _, c := range containers {
		all = append(all, rotate(c, true), rotate(c, false), event{func(s *soak, _ *rand.Rand) (string, time.Duration, func()) {
			s.world.retire(c)
			return "old keys retired: " + c, 0, nil
		}})
	}
	return append(all,
		event{floodOne}, event{floodAll},
		event{redisPause}, event{redisKill},
		event{clockSmall}, event{clockForward}, event{clockWrong},
		event{restartFront}, event{restartFront}, event{restartFront}, event{restartBehind},
		event{restartAway}, event{distrust}, event{distrust},
	)
}

func between(r *rand.Rand, least, most time.Duration) time.Duration {
	return least + time.Duration(r.Int64N(int64(most-least)))
}

func rotate(container string, overlap bool) event {
	return event{func(s *soak, _ *rand.Rand) (string, time.Duration, func()) {
		s.world.rotate(container, overlap)
		if overlap {
			return "keys rotated: " + container, 0, nil
		}
		return "keys replaced: " + container, 0, nil
	}}
}

func floodOne(s *soak, r *rand.Rand) (string, time.Duration, func()) {
	flow := trusted[r.IntN(len(trusted))]
	return s.beginFlood(r, "flood of unknown keys: "+flow, []string{flow})
}

func floodAll(s *soak, r *rand.Rand) (string, time.Duration, func()) {
	return s.beginFlood(r, "flood over all flows", append(append([]string(nil), trusted...), s.world.wide...))
}

func (s *soak) beginFlood(r *rand.Rand, name string, flows []string) (string, time.Duration, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	at, seed := s.fronts[r.IntN(len(s.fronts))], r.Uint64()
	s.world.begin(flood)
	go func() {
		defer close(ended)
		s.flood(ctx, at, flows, seed)
	}()
	return name, between(r, 2*time.Second, 4*time.Second), func() {
		cancel()
		<-ended
		s.world.end(flood)
	}
}

func redisPause(s *soak, r *rand.Rand) (string, time.Duration, func()) {
	if s.redisBusy {
		return "", 0, nil
	}
	s.redisBusy = true
	s.world.begin(redisAway)
	s.redis.Pause()
	return "Redis hangs", between(r, time.Second, 5*time.Second), func() {
		s.redis.Resume()
		s.world.end(redisAway)
		s.redisBusy = false
	}
}

func redisKill(s *soak, r *rand.Rand) (string, time.Duration, func()) {
	if s.redisBusy {
		return "", 0, nil
	}
	s.redisBusy = true
	s.world.begin(redisAway)
	s.redis.Kill()
	return "Redis dies", between(r, 500*time.Millisecond, 4*time.Second), func() {
		s.redis.Restart()
		s.world.end(redisAway)
		s.redisBusy = false
	}
}

// clockSmall moves the services' clock against the tenant's, by less than the
// leeway in all.
func clockSmall(s *soak, r *rand.Rand) (string, time.Duration, func()) {
	d := between(r, -40*time.Second, 40*time.Second).Truncate(time.Second)
	if skew := s.skew + d; skew > 45*time.Second || skew < -45*time.Second {
		d = -s.skew
	}
	s.skew += d
	s.world.begin(clockAway)
	s.world.clock.move(d)
	s.world.end(clockAway)
	return fmt.Sprintf("clock moved by %v", d), 0, nil
}

// clockForward moves all clocks: time passes.
func clockForward(s *soak, r *rand.Rand) (string, time.Duration, func()) {
	d := between(r, 10*time.Minute, 3*time.Hour).Truncate(time.Second)
	s.world.begin(clockAway)
	s.world.b2c.Advance(d)
	s.world.foreign.Advance(d)
	s.world.clock.move(d)
	s.world.end(clockAway)
	return fmt.Sprintf("all clocks moved by %v", d), 0, nil
}

// clockWrong sets the services' clock wrong for a while.
func clockWrong(s *soak, r *rand.Rand) (string, time.Duration, func()) {
	d := between(r, 5*time.Minute, 3*time.Hour).Truncate(time.Second)
	if r.IntN(2) == 0 {
		d = -d
	}
	s.world.begin(clockAway)
	s.world.clock.move(d)
	return fmt.Sprintf("clock wrong by %v", d), between(r, time.Second, 3*time.Second), func() {
		s.world.clock.move(-d)
		s.world.end(clockAway)
	}
}

func restartFront(s *soak, r *rand.Rand) (string, time.Duration, func()) {
	p := s.fronts[r.IntN(len(s.fronts))]
	svc, err := s.start(p.now.blueprint, p.now)
	if err != nil {
		s.fail("%v", err)
		return "", 0, nil
	}
	old := p.swap(svc)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		old.close()
	}()
	return "restarted: " + svc.name, time.Second, func() { <-ended }
}

func restartBehind(s *soak, _ *rand.Rand) (string, time.Duration, func()) {
	old, err := s.startBehind(s.behind.now.blueprint)
	if err != nil {
		s.fail("%v", err)
		return "", 0, nil
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.endBehind(old)
	}()
	return "restarted: the service behind", time.Second, func() { <-ended }
}

// restartAway restarts a service while the identity provider is away: where key
// snapshots are kept it serves all the same.
func restartAway(s *soak, r *rand.Rand) (string, time.Duration, func()) {
	fault := s.world.addFault(emulator.Fault{Kind: emulator.FaultDown})
	name, _, end := restartFront(s, r)
	return name + ", the IdP down", between(r, 3*time.Second, 6*time.Second), func() {
		s.world.removeFault(fault)
		if end != nil {
			end()
		}
	}
}

// distrust takes a flow from a service, and gives it back.
func distrust(s *soak, r *rand.Rand) (string, time.Duration, func()) {
	p, name := s.fronts[r.IntN(len(s.fronts))], []string{edit, admin, susi}[r.IntN(3)]
	svc := p.now
	tenant, err := authority.B2C("contoso", s.world.b2c.ID())
	if err != nil {
		s.fail("%v", err)
		return "", 0, nil
	}
	if in, out := svc.trusts(fold(name), time.Now(), time.Now()); !in || out {
		return "", 0, nil
	}
	if err := svc.setTrust(tenant.Flow(name), false); err != nil {
		s.fail("%s: %v", svc.name, err)
	}
	return "no longer trusted by " + svc.name + ": " + name, between(r, time.Second, 3*time.Second), func() {
		if p.now != svc {
			return // a new run trusts all
		}
		s.world.touch(restart) // its keys have to be fetched anew
		if err := svc.setTrust(tenant.Flow(name), true); err != nil {
			s.fail("%s: %v", svc.name, err)
		}
	}
}
