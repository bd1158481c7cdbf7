// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package measure_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/b2ckit/b2ckit/benchmarks/measure"
)

func nothing() error { return nil }

// A figure is the median of the rounds, between the quartiles.
func TestEach(t *testing.T) {
	for rounds, want := range map[int]measure.Figure{
		1: {Median: 1, Low: 1, High: 1},
		4: {Median: 2.5, Low: 1.75, High: 3.25},
		5: {Median: 3, Low: 2, High: 4},
	} {
		r, err := measure.Plan{Rounds: rounds}.Run([]measure.Case{{Name: "x", Ops: []func() error{nothing}}})
		if err != nil {
			t.Fatal(err)
		}
		n := float64(rounds + 1)
		got := r.Each(func(ns func(string) float64) float64 {
			if ns("x") < 0 {
				t.Error("a negative time")
			}
			n--
			return n
		})
		if got != want {
			t.Errorf("%d rounds: got %v, want %v", rounds, got, want)
		}
	}
}

// A case and itself take the same time.
func TestRatio(t *testing.T) {
	r, err := measure.Plan{Rounds: 3}.Run([]measure.Case{{Name: "x", Ops: []func() error{allocate}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Ratio("x", "x"); got != (measure.Figure{Median: 1, Low: 1, High: 1}) {
		t.Errorf("got %v, want 1", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("the ratio to a case that was not measured is known")
		}
	}()
	r.Ratio("x", "y")
}

var kept []byte

func allocate() error {
	kept = make([]byte, 1024)
	return nil
}

func TestAllocations(t *testing.T) {
	ops := make([]func() error, 1000)
	for i := range ops {
		ops[i] = allocate
	}
	r, err := measure.Plan{Rounds: 1}.Run([]measure.Case{{Name: "x", Ops: ops}})
	if err != nil {
		t.Fatal(err)
	}
	objects, bytes := r.Allocations("x")
	if objects < 0.98 || objects > 1.1 || bytes < 1024 || bytes > 1200 {
		t.Errorf("got %v objects and %v bytes, want 1 and 1024", objects, bytes)
	}
}

// A run in which an operation fails is an error, and no figure.
func TestOperationFails(t *testing.T) {
	refused := errors.New("refused")
	calls := 0
	late := func() error {
		if calls++; calls > 5 {
			return refused
		}
		return nil
	}
	_, err := measure.Plan{Rounds: 20}.Run([]measure.Case{{Name: "fine", Ops: []func() error{nothing}}, {Name: "late", Ops: []func() error{late}}})
	if !errors.Is(err, refused) || !strings.Contains(err.Error(), "late") {
		t.Errorf("got %v, want the case that failed and why", err)
	}
}

// Mistakes in the list of cases are errors.
func TestCases(t *testing.T) {
	one := measure.Case{Name: "x", Ops: []func() error{nothing}}
	for name, cases := range map[string][]measure.Case{"twice": {one, one}, "without operations": {{Name: "x"}}} {
		if _, err := (measure.Plan{Rounds: 1}).Run(cases); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

// On several cores no two do the same operation, and none is left out; where there
// are fewer operations than cores, all do all of them. Each core begins its part with
// a turn.
func TestCores(t *testing.T) {
	for ops, each := range map[int]int{5: 1, 4: 1, 2: 3, 1: 3} {
		const cores = 3
		done := make([]atomic.Int64, ops)
		var turns atomic.Int64
		c := measure.Case{Name: "x", Cores: cores, Turn: func() { turns.Add(1) }}
		for i := range ops {
			c.Ops = append(c.Ops, func() error { done[i].Add(1); return nil })
		}
		if _, err := (measure.Plan{Rounds: 1}).Run([]measure.Case{c}); err != nil {
			t.Fatal(err)
		}
		// The allocations are counted on one core, which does each operation once.
		times := (done[0].Load() - 1) / int64(each)
		for i := range done {
			if got, want := done[i].Load(), 1+times*int64(each); got != want {
				t.Errorf("%d operations: got %d times operation %d, want %d", ops, got, i, want)
			}
		}
		if got, want := turns.Load(), 1+times*cores; got != want || times < 1 {
			t.Errorf("%d operations: got %d turns, want %d", ops, got, want)
		}
	}
}
