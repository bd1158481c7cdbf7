// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package compare

import (
	"fmt"
	"runtime"
	"slices"

	"github.com/b2ckit/b2ckit/benchmarks/contoso"
	"github.com/b2ckit/b2ckit/benchmarks/measure"
)

// Site is where contenders meet: tenants, tokens and how much is measured.
type Site struct {
	Plan measure.Plan
	// Tokens is how many different ones are presented in turn.
	Tokens int
	// Short has a key of the usual length and Long a longer one.
	Short, Long *contoso.Tenant
}

// NewSite returns the site for figures that are to be believed: 512 tokens, RSA 2048
// and RSA 4096. It takes a few seconds to find keys.
func NewSite(plan measure.Plan) *Site {
	return &Site{Plan: plan, Tokens: 512, Short: contoso.New(2048, 1), Long: contoso.New(4096, 1)}
}

// SmallSite returns one for tests, where each case is measured once.
func SmallSite() *Site {
	t := contoso.New(2048, 1)
	return &Site{Plan: measure.Plan{Rounds: 1}, Tokens: 4, Short: t, Long: t.WithFlows(1)}
}

// situation is how tokens are presented.
type situation struct {
	name   string
	tenant *contoso.Tenant
	tokens []string
	cores  int
}

const (
	inTurn    = "in turn: "
	repeated  = "repeated: "
	allCores  = "all cores: "
	longerKey = "longer key: "
)

func (s *Site) situations() []situation {
	short, long := s.Short.Tokens(s.Tokens), s.Long.Tokens(s.Tokens)
	return []situation{
		{inTurn, s.Short, short, 1},
		{repeated, s.Short, short[:1], 1},
		{allCores, s.Short, short, runtime.NumCPU()},
		{longerKey, s.Long, long, 1},
	}
}

// meeting gathers the cases of one measurement.
type meeting struct {
	subjects map[string]*Subject
	cases    []measure.Case
}

// enter sets a contender up for a situation's tenant, and has it prove that it does
// its work.
func (m *meeting) enter(c Contender, sit situation) (*Subject, error) {
	key := fmt.Sprintf("%s %p", c.caseName(), sit.tenant)
	if s, ok := m.subjects[key]; ok {
		return s, nil
	}
	s, err := c.New(sit.tenant)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.caseName(), err)
	}
	if err := s.Prove(sit.tenant, sit.tokens); err != nil {
		return nil, fmt.Errorf("%s: %w", c.caseName(), err)
	}
	if m.subjects == nil {
		m.subjects = map[string]*Subject{}
	}
	m.subjects[key] = s
	return s, nil
}

// add has a subject measured, unless it would have to see one token for the first
// time again and again.
func (m *meeting) add(name string, sit situation, s *Subject) {
	if s.Turn != nil && len(sit.tokens) == 1 {
		return
	}
	m.cases = append(m.cases, measure.Case{Name: sit.name + name, Ops: s.Operations(sit.tokens), Turn: s.Turn, Cores: sit.cores})
}

func (m *meeting) has(name string, sit situation) bool {
	return slices.ContainsFunc(m.cases, func(c measure.Case) bool { return c.Name == sit.name+name })
}
