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
	// Short has a key of the usual length and Long a longer one.
	Short, Long *contoso.Tenant
	// Tokens and LongTokens are those that are presented in turn.
	Tokens, LongTokens []string
}

// NewSite returns the site for figures that are to be believed: RSA 2048 with 512
// tokens and RSA 4096 with 64. It takes a few seconds to find keys and to sign.
func NewSite(plan measure.Plan) *Site {
	return newSite(plan, contoso.New(2048, 1), contoso.New(4096, 1), 512)
}

// SmallSite returns one for tests, where each case is measured once.
func SmallSite() *Site {
	t := contoso.New(2048, 1)
	return newSite(measure.Plan{Rounds: 1}, t, t.WithFlows(1), 8)
}

func newSite(plan measure.Plan, short, long *contoso.Tenant, tokens int) *Site {
	return &Site{Plan: plan, Short: short, Long: long, Tokens: short.Tokens(tokens), LongTokens: long.Tokens(tokens / 8)}
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
	return []situation{
		{inTurn, s.Short, s.Tokens, 1},
		{repeated, s.Short, s.Tokens[:1], 1},
		{allCores, s.Short, s.Tokens, runtime.NumCPU()},
		{longerKey, s.Long, s.LongTokens, 1},
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
	if s.Turn != nil && sit.name == repeated {
		return
	}
	m.cases = append(m.cases, measure.Case{Name: sit.name + name, Ops: s.Operations(sit.tokens), Turn: s.Turn, Cores: sit.cores})
}

func (m *meeting) has(name string, sit situation) bool {
	return slices.ContainsFunc(m.cases, func(c measure.Case) bool { return c.Name == sit.name+name })
}
