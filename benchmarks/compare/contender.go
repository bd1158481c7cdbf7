// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package compare

import (
	"fmt"
	"maps"
	"slices"

	"github.com/b2ckit/b2ckit/benchmarks/contoso"
)

// Contender is a way to validate a token.
type Contender struct {
	// Name is what tables call it.
	Name string
	// Modules are those whose versions matter, first the one that it is of.
	Modules []string
	// Framework is whose middleware it is; empty for a library call.
	Framework Framework
	// Issuers says that it takes the tokens of several flows, each with the keys of
	// that one.
	Issuers bool
	// Unchecked is what it leaves to others, and Cached what it keeps between two
	// tokens, in a word or two.
	Unchecked, Cached string
	// New sets it up for the flows of a tenant: for the first one alone if it knows
	// one issuer only.
	New func(t *contoso.Tenant) (*Subject, error)
}

// Subject is a contender that is set up. All it has may be used by any number of
// goroutines.
type Subject struct {
	// Prepare returns the operation that validates this token: nil if it is good.
	Prepare func(raw string) func() error
	// Turn, if not nil, has to be called before a token is presented again.
	Turn func()
}

// Library is a subject that is called with the token.
func Library(check func(raw string) error) *Subject {
	return &Subject{Prepare: func(raw string) func() error {
		return func() error { return check(raw) }
	}}
}

// Prove returns an error unless the subject accepts the good tokens and refuses all
// that must be, whatever it has seen before.
func (s *Subject) Prove(t *contoso.Tenant, good []string) error {
	for range 2 {
		for i, raw := range good {
			if err := s.Prepare(raw)(); err != nil {
				return fmt.Errorf("token %d is good, and was refused: %w", i, err)
			}
		}
		bad := t.Bad()
		for _, what := range slices.Sorted(maps.Keys(bad)) {
			if err := s.Prepare(bad[what])(); err == nil {
				return fmt.Errorf("a token was accepted: %s", what)
			}
		}
	}
	return nil
}

// Operations returns those of the tokens.
func (s *Subject) Operations(tokens []string) []func() error {
	ops := make([]func() error, len(tokens))
	for i, raw := range tokens {
		ops[i] = s.Prepare(raw)
	}
	return ops
}
