// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
)

// columns are what is told of a result.
var columns = []struct {
	name, raw string // in the table of ratios, and with its unit
	of        func(r *result) float64
}{
	{"requests per second", "requests per second", func(r *result) float64 { return float64(r.Requests) / r.Duration * 1e6 }},
	{"p50", "p50, µs", func(r *result) float64 { return r.P50 }},
	{"p99", "p99, µs", func(r *result) float64 { return r.P99 }},
	{"p99.9", "p99.9, µs", func(r *result) float64 { return r.P999 }},
	{"processor time a request", "processor seconds for 1,000 requests", func(r *result) float64 { return r.processor.Seconds() / float64(r.Requests) * 1000 }},
}

// text is the generated part of the page.
func (all *results) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d rounds of `wrk %s` for each phase and server.\n\n", all.rounds, strings.Join(all.wrk.args("http://127.0.0.1:PORT", "."), " "))
	all.ratios(&b)
	all.raw(&b)
	return b.String()
}

// ratios writes the table of what each server does against the unguarded one in the
// same round.
func (all *results) ratios(b *strings.Builder) {
	head := []string{"phase", "server"}
	for _, c := range columns {
		head = append(head, c.name)
	}
	header(b, append(head, "refused", "answered late or not at all"))
	for _, ph := range phases {
		base := all.of[ph.name][unguarded]
		for _, s := range servers {
			of := all.of[ph.name][s.name]
			cells := []string{ph.name, s.name}
			for _, c := range columns {
				each := make([]float64, len(of))
				for i := range of {
					each[i] = c.of(&of[i]) / c.of(&base[i])
				}
				cells = append(cells, spread(each))
			}
			if s.name == unguarded {
				for i := range columns {
					cells[2+i] = "1"
				}
			}
			row(b, append(cells,
				failures(of, func(r *result) int64 { return r.Refused }), failures(of, func(r *result) int64 { return r.Broken })))
		}
	}
}

// raw writes what the last round measured in calm, in units of this machine.
func (all *results) raw(b *strings.Builder) {
	fmt.Fprintf(b, "\nOne round in calm, on this machine (%d cores, %s/%s%s):\n\n",
		runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, all.busy)
	head := []string{"server"}
	for _, c := range columns {
		head = append(head, c.raw)
	}
	header(b, head)
	for _, s := range servers {
		of := all.of[phases[0].name][s.name]
		cells := []string{s.name}
		for _, c := range columns {
			cells = append(cells, number(c.of(&of[len(of)-1])))
		}
		row(b, cells)
	}
}

// failures tells how many requests of all rounds failed in a way.
func failures(of []result, failed func(*result) int64) string {
	var n, requests int64
	for i := range of {
		n += failed(&of[i])
		requests += of[i].Requests
	}
	if n == 0 {
		return fmt.Sprintf("**0** of %d", requests)
	}
	return fmt.Sprintf("**%d** of %d (%.2g %%)", n, requests, float64(n)/float64(requests)*100)
}

// spread is the median, with the least and the most.
func spread(all []float64) string {
	all = slices.Sorted(slices.Values(all))
	return fmt.Sprintf("**%.2f** (%.2f–%.2f)", all[len(all)/2], all[0], all[len(all)-1])
}

func number(v float64) string {
	if v < 10 {
		return fmt.Sprintf("%.3f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

func header(b *strings.Builder, cells []string) {
	row(b, cells)
	fmt.Fprintf(b, "|%s\n", strings.Repeat("---|", len(cells)))
}

func row(b *strings.Builder, cells []string) { fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | ")) }
