// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"testing"
	"testing/synctest"

	"github.com/b2ckit/b2ckit/emulator"
)

// table is one table of the document.
type table struct {
	name string // of its markers in the document
	test string // the Test function that runs it
	rows []*row
}

// row is one line of a table: a fault, what is promised in it, and the tests that
// hold the promise.
type row struct {
	test    string // the name of its subtest
	fault   string
	promise string // with its figure
	by      clock
	cases   []testCase
}

// testCase is one way in which the fault comes.
type testCase struct {
	name   string           // "" if there is only one
	before func(*testing.T) // what is to be done outside of the bubble, nil if nothing
	run    func(*testing.T, *figures)

	measured *figures // nil until it has run well
}

// clock says by which time a row is measured.
type clock string

const (
	virtualTime clock = "virtual"
	realSockets clock = "sockets"
)

// one is the only case of a row.
func one(run func(*testing.T, *figures)) []testCase { return []testCase{{run: run}} }

// run runs all rows. Those over real sockets wait for the others to end, and then
// run at the same time.
func (tab *table) run(t *testing.T) {
	for _, r := range tab.rows {
		t.Run(r.test, func(t *testing.T) {
			if r.by == realSockets {
				t.Parallel()
			}
			for i := range r.cases {
				c := &r.cases[i]
				if c.name == "" {
					c.measure(t, r.by)
					continue
				}
				t.Run(c.name, func(t *testing.T) {
					if r.by == realSockets {
						t.Parallel()
					}
					c.measure(t, r.by)
				})
			}
		})
	}
}

// measure runs the case, and keeps its figures if it was good.
func (c *testCase) measure(t *testing.T, by clock) {
	f := new(figures)
	if c.before != nil {
		c.before(t)
	}
	if by == virtualTime {
		bubble(t, func(t *testing.T) { f.t = t; c.run(t, f) })
	} else {
		f.t = t
		c.run(t, f)
	}
	switch {
	case t.Failed():
	case len(f.all) == 0:
		t.Error("the case has measured nothing")
	default:
		t.Log(f)
		c.measured = f
	}
}

// bubble runs a test in virtual time. The keys that all tenants start with are
// made before, since making them takes real time.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	emulator.NewTenant(nil).CurrentKey("B2C_1_susi")
	emulator.NewTenant(nil).CurrentKey("B2C_1A_partner")
	synctest.Test(t, f)
}

// figures is the worst of what the cases of the row have measured; "" if not all of
// them have.
func (r *row) figures() string {
	var all figures
	for _, c := range r.cases {
		if c.measured == nil {
			return ""
		}
		all.add(c.measured)
	}
	return all.String()
}
