// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// plan is how much is measured, and with what.
type plan struct {
	program string // which is the server, too
	rounds  int
	wrk     wrk
}

// phase is a time under load, and what happens in it.
type phase struct {
	name string
	// during is called at the start, and may have tokens mixed in.
	during func(ctx context.Context, d time.Duration, p *provider, mix mix) error
}

// mix has tokens mixed in from now on.
type mix = func(tokens []string) error

// phases come in this order, so that the outage finds nobody who doesn't know the new
// key yet.
var phases = []phase{
	{"calm", func(context.Context, time.Duration, *provider, mix) error { return nil }},
	{"outage", func(ctx context.Context, d time.Duration, p *provider, mix mix) error {
		if err := wait(ctx, d/5); err != nil {
			return err
		}
		p.out()
		defer p.back()
		if err := mix(p.fresh); err != nil {
			return err
		}
		return wait(ctx, d*3/5)
	}},
	{"rotation", func(ctx context.Context, d time.Duration, p *provider, mix mix) error {
		if err := wait(ctx, d/2); err != nil {
			return err
		}
		p.rotate()
		return mix(p.rotated)
	}},
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// result is what was measured of one server in one phase.
type result struct {
	outcome

	processor time.Duration
}

// results are those of all rounds, by phase and server.
type results struct {
	wrk    wrk
	rounds int
	busy   string // with what else, for the page
	of     map[string]map[string][]result
}

// run measures all servers in each round.
func (p *plan) run(ctx context.Context, say func(string)) (*results, error) {
	if p.rounds < 1 || p.wrk.duration < time.Second {
		return nil, errors.New("measure at least one round, and a second")
	}
	all := &results{wrk: p.wrk, rounds: p.rounds, busy: busy(), of: map[string]map[string][]result{}}
	for _, ph := range phases {
		all.of[ph.name] = map[string][]result{}
	}
	for n := range p.rounds {
		if err := p.round(ctx, n, all, func(what string) { say(fmt.Sprintf("round %d: %s", n+1, what)) }); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// busy tells how much the machine has to do before anything is measured, where the
// system says so.
func busy() string {
	data, err := os.ReadFile("/proc/loadavg")
	minute, _, _ := strings.Cut(string(data), " ")
	if err != nil || minute == "" {
		return ""
	}
	return ", a load average of " + minute + " before the first round"
}

// round starts all servers and takes them through the phases, each phase one behind the
// other, so that those who are compared run close together. Nobody always comes behind
// the same one.
func (p *plan) round(ctx context.Context, n int, all *results, say func(string)) error {
	contests := make([]*contest, len(servers))
	for i := range servers {
		c, err := p.contest(ctx, servers[(i+n)%len(servers)].name)
		if err != nil {
			return err
		}
		defer c.close()
		contests[i] = c
	}
	for _, ph := range phases {
		for _, c := range contests {
			say(ph.name + ", " + c.name)
			r, err := p.phase(ctx, c, ph)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", ph.name, c.name, err)
			}
			all.of[ph.name][c.name] = append(all.of[ph.name][c.name], *r)
		}
	}
	return nil
}

// contest is a server with a provider of its own.
type contest struct {
	name     string
	provider *provider
	child    *child
}

func (p *plan) contest(ctx context.Context, name string) (*contest, error) {
	c := &contest{name: name, provider: newProvider(users, newcomers)}
	var err error
	if c.child, err = start(ctx, p.program, name, c.provider.server.URL); err != nil {
		c.provider.server.Close()
		return nil, err
	}
	if err := c.child.prove(ctx, name, c.provider); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *contest) close() {
	c.child.stop()
	c.provider.server.Close()
}

// phase puts a server under load for the length of a phase.
func (p *plan) phase(ctx context.Context, c *contest, ph phase) (*result, error) {
	before, err := c.child.processor(ctx)
	if err != nil {
		return nil, err
	}
	mixes := false
	o, err := p.wrk.run(ctx, c.child.url, c.provider.tokens, func(mix mix) error {
		return ph.during(ctx, p.wrk.duration, c.provider, func(others []string) error {
			mixes = true
			return mix(others)
		})
	})
	if err != nil {
		return nil, err
	}
	if mixes != (o.Mixed > 0) {
		return nil, fmt.Errorf("%d requests had a token that came later", o.Mixed)
	}
	after, err := c.child.processor(ctx)
	if err != nil {
		return nil, err
	}
	return &result{outcome: *o, processor: after - before}, nil
}
