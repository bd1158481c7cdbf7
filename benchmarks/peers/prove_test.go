// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package peers_test

import (
	"slices"
	"testing"

	"github.com/b2ckit/b2ckit/benchmarks/contoso"
	"github.com/b2ckit/b2ckit/benchmarks/peers"
)

// What is compared does the same work: it accepts what is good, and refuses what is
// not.
func TestProve(t *testing.T) {
	one := contoso.New(2048, 1)
	few := one.WithFlows(3)
	for _, c := range slices.Concat(peers.Libraries(), peers.Middleware()) {
		t.Run(string(c.Framework)+" "+c.Name, func(t *testing.T) {
			for _, tenant := range []*contoso.Tenant{one, few} {
				if len(tenant.Flows) > 1 && !c.Issuers {
					continue
				}
				s, err := c.New(tenant)
				if err != nil {
					t.Fatal(err)
				}
				if err := s.Prove(tenant, tenant.Tokens(8)); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// A handler without middleware proves nothing: it refuses nobody.
func TestUnguarded(t *testing.T) {
	one := contoso.New(2048, 1)
	for _, f := range peers.Frameworks {
		s := peers.Unguarded(f)
		if err := s.Prepare(one.Token(0, nil))(); err != nil {
			t.Errorf("%s: %v", f, err)
		}
		if s.Prove(one, one.Tokens(1)) == nil {
			t.Errorf("%s: a handler that refuses nobody has passed the proof", f)
		}
	}
}
