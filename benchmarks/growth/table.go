// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package growth

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/b2ckit/b2ckit/benchmarks/contoso"
	"github.com/b2ckit/b2ckit/benchmarks/measure"
)

// Table is what was measured, for a page. The first column says what of; all the
// others are measured.
type Table struct {
	Name string
	Head []string
	Rows [][]string
}

// Plan is how much is measured.
type Plan struct {
	// Flows are the numbers of flows that memory is measured with.
	Flows []int
	// Tokens is how many tokens are remembered, and acquired.
	Tokens int
	// Starts is how often each program is started.
	Starts int
	// Load is for how long there is load on the garbage collector.
	Load time.Duration
	// Builds is how often each program is built from nothing but the standard
	// library; not at all if 0.
	Builds int
}

// Full is the plan for figures that are to be believed. It takes about six minutes,
// most of which go into building the standard library once.
func Full() Plan {
	return Plan{Flows: []int{1, 200, 1000}, Tokens: 1000, Starts: 40, Load: 2 * time.Second, Builds: 3}
}

// Quick takes a tenth of that.
func Quick() Plan {
	return Plan{Flows: []int{1, 20}, Tokens: 100, Starts: 5, Load: 100 * time.Millisecond}
}

// Tables measures it all. Programs are built in a folder, which is the caller's to
// remove.
func (p Plan) Tables(ctx context.Context, dir string) ([]Table, error) {
	var all []Table
	for _, measured := range []func(context.Context, string) (Table, error){p.flows, p.tokens, p.collections, p.starts, p.programs} {
		t, err := measured(ctx, dir)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name, err)
		}
		all = append(all, t)
	}
	return all, nil
}

// mostScopes is fewer than an App keeps tokens of.
const mostScopes = 200

// tokens is what a token in memory takes.
func (p Plan) tokens(ctx context.Context, _ string) (Table, error) {
	t := Table{Name: "kept tokens", Head: []string{"kept", "size of the token", "heap for each", "as counted against MemoryBytes"}}
	r, err := remember(ctx, contoso.New(2048, 1), p.Tokens)
	if err != nil {
		return t, err
	}
	t.Rows = append(t.Rows, []string{"a verified token", bytes(r.size), bytes(r.heap), bytes(r.counted)})
	a, err := acquired(ctx, min(p.Tokens, mostScopes))
	if err != nil {
		return t, err
	}
	t.Rows = append(t.Rows, []string{"an acquired token of an App", bytes(a.size), bytes(a.heap), "–"})
	return t, nil
}

func bytes(n int64) string { return fmt.Sprintf("%d B", n) }

func megabytes(n int64) string { return fmt.Sprintf("%.2f MB", float64(n)/1e6) }

// ratios is the median of what a takes for each b that ran beside, with the quartiles.
func ratios(a, b []float64) measure.Figure {
	all := make([]float64, len(a))
	for i := range a {
		all[i] = a[i] / b[i]
	}
	slices.Sort(all)
	n := len(all)
	return measure.Figure{Median: all[n/2], Low: all[n/4], High: all[n*3/4]}
}

func ratio(f measure.Figure) string {
	return fmt.Sprintf("**%.2f** (%.2f–%.2f)", f.Median, f.Low, f.High)
}
