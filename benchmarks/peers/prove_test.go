// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package peers_test

import (
	"testing"

	"github.com/b2ckit/b2ckit/benchmarks/contoso"
	"github.com/b2ckit/b2ckit/benchmarks/peers"
)

// What is compared does the same work: it accepts what is good, and refuses what is
// not.
func TestProve(t *testing.T) {
	one := contoso.New(2048, 1)
	for _, c := range []peers.Contender{peers.Ours(), peers.GolangJWT(), peers.Keyfunc()} {
		t.Run(c.Name, func(t *testing.T) {
			s, err := c.New(one)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Prove(one, one.Tokens(8)); err != nil {
				t.Error(err)
			}
		})
	}
}
