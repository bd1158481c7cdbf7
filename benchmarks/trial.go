// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
	"github.com/b2ckit/b2ckit/benchmarks/contoso"
	"github.com/b2ckit/b2ckit/benchmarks/measure"
	"github.com/b2ckit/b2ckit/benchmarks/peers"
)

// The cases of a trial.
const (
	floor     = "floor"
	hash      = "hash"
	signature = "signature"
	onOne     = " on one core"
	onAll     = " on all cores"
	withMany  = " with many flows"
	unguarded = "unguarded "
	guarded   = "guarded "
	acquired  = "acquired"
	mapped    = "acquired, from a map"
)

// trial measures this kit alone, against what its targets name. It has few cases, so
// that those which are compared run close to each other.
type trial struct {
	site    *compare.Site
	flows   int
	cases   []measure.Case
	results *measure.Results
}

func newTrial(site *compare.Site, flows int) (*trial, error) {
	t := &trial{site: site, flows: flows}
	if err := t.enter(); err != nil {
		return nil, err
	}
	a, err := peers.NewAcquired()
	if err != nil {
		return nil, err
	}
	t.cases = append(t.cases,
		measure.Case{Name: acquired, Ops: []func() error{a.Token}}, measure.Case{Name: mapped, Ops: []func() error{a.Map}})
	t.results, err = site.Plan.Run(t.cases)
	return t, errors.Join(err, a.Close())
}

func (t *trial) enter() error {
	one, many := t.site.Short, t.site.Short.WithFlows(t.flows)
	tokens, tokensOfMany := t.site.Tokens, many.Tokens(len(t.site.Tokens))
	t.add(floor, compare.Floor(one), tokens)
	t.add(hash, compare.Hash(), tokens)
	t.add(signature, compare.Signature(one), tokens)
	t.addCores(floor, compare.Floor(one), tokens)
	for _, sight := range []peers.Sight{peers.First, peers.Before} {
		s, err := proved(peers.Ours(sight), one, tokens)
		if err != nil {
			return err
		}
		t.add(string(sight), s, tokens)
		t.addCores(string(sight), s, tokens)
		if s, err = proved(peers.Ours(sight), many, tokensOfMany); err != nil {
			return err
		}
		t.add(string(sight)+withMany, s, tokensOfMany)
	}
	for _, f := range peers.Frameworks {
		s, err := proved(peers.OurMiddleware(f, peers.Before), one, tokens)
		if err != nil {
			return err
		}
		t.add(unguarded+string(f), peers.Unguarded(f), tokens)
		t.add(guarded+string(f), s, tokens)
	}
	return nil
}

func proved(c compare.Contender, tenant *contoso.Tenant, tokens []string) (*compare.Subject, error) {
	s, err := c.New(tenant)
	if err != nil {
		return nil, err
	}
	if err := s.Prove(tenant, tokens); err != nil {
		return nil, fmt.Errorf("%s %s: %w", c.Framework, c.Name, err)
	}
	return s, nil
}

func (t *trial) add(name string, s *compare.Subject, tokens []string) {
	t.cases = append(t.cases, measure.Case{Name: name, Ops: s.Operations(tokens), Turn: s.Turn})
}

// addCores has a subject measured on one core and on all, by the same clock.
func (t *trial) addCores(name string, s *compare.Subject, tokens []string) {
	one := measure.Case{Name: name + onOne, Ops: s.Operations(tokens), Turn: s.Turn, Elapsed: true}
	all := one
	all.Name, all.Cores = name+onAll, runtime.NumCPU()
	t.cases = append(t.cases, one, all)
}

// targets are those of a trial, with what it has measured.
func (t *trial) targets() []target {
	first, before := string(peers.First), string(peers.Before)
	all := []target{
		{what: "first sight, against the floor", limit: 1.08, got: t.results.Ratio(first, floor)},
		{what: "first sight, allocations", limit: 18, count: true, got: t.allocations(first, "")},
		{what: "seen before, against the SHA-256 of the token", limit: 1.5, got: t.results.Ratio(before, hash)},
		{what: "seen before, allocations", limit: 2, count: true, got: t.allocations(before, "")},
	}
	for _, f := range peers.Frameworks {
		all = append(all,
			target{what: fmt.Sprintf("seen before, middleware of %s, against 1.5 × the SHA-256 and 1 %% of the bare signature check", f), limit: 1, got: t.middleware(f)},
			target{what: fmt.Sprintf("the same, allocations beyond the handler's (%s)", f), limit: 6, count: true, got: t.allocations(guarded+string(f), unguarded+string(f))})
	}
	for _, sight := range []string{first, before} {
		all = append(all,
			target{what: sight + ", what all cores gain, against what the floor gains", limit: 0.95, least: true, got: t.scaling(sight)},
			target{what: fmt.Sprintf("%s, %d flows against one", sight, t.flows), limit: 1.05, got: t.results.Ratio(sight+withMany, sight)})
	}
	return append(all,
		target{what: "an acquired token from memory, `App.Token`, against a map behind a mutex", got: t.results.Ratio(acquired, mapped)},
		target{what: "the same, allocations: the caller's copy", limit: 1, count: true, got: t.allocations(acquired, "")})
}

func (t *trial) middleware(f compare.Framework) measure.Figure {
	return t.results.Each(func(ns func(string) float64) float64 {
		return (ns(guarded+string(f)) - ns(unguarded+string(f))) / (1.5*ns(hash) + 0.01*ns(signature))
	})
}

func (t *trial) scaling(name string) measure.Figure {
	return t.results.Each(func(ns func(string) float64) float64 {
		return ns(name+onOne) / ns(name+onAll) / (ns(floor+onOne) / ns(floor+onAll))
	})
}

// allocations are those of a case, without those of another one.
func (t *trial) allocations(name, without string) measure.Figure {
	n, _ := t.results.Allocations(name)
	if without != "" {
		less, _ := t.results.Allocations(without)
		n -= less
	}
	return measure.Figure{Median: n, Low: n, High: n}
}
