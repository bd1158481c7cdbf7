// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
	"github.com/b2ckit/b2ckit/benchmarks/measure"
	"github.com/b2ckit/b2ckit/benchmarks/peers"
)

// report is all that is measured.
type report struct {
	machine    []string
	targets    []target
	libraries  []compare.Row
	middleware []compare.Row
	flows      []compare.FlowsRow
	numbers    []int // of flows
}

// measured runs everything. Progress goes to say.
func measured(site *compare.Site, numbers []int, child child, say func(string)) (*report, error) {
	r := &report{numbers: numbers}
	say("the targets")
	t, err := newTrial(site, slices.Max(numbers))
	if err != nil {
		return nil, err
	}
	r.targets = t.targets()
	r.machine = machine(t.results)
	say("the libraries")
	if r.libraries, err = site.Rows(peers.Libraries(), nil); err != nil {
		return nil, err
	}
	say("jwx v4, in a program of its own")
	rows, err := child.rows()
	if err != nil {
		return nil, err
	}
	r.libraries = append(r.libraries, rows...)
	say("the middleware")
	if r.middleware, err = site.Rows(peers.Middleware(), peers.Unguarded); err != nil {
		return nil, err
	}
	say("many flows")
	r.flows, err = site.FlowsRows(peers.Libraries(), numbers)
	return r, err
}

// part is what stands between two markers of the page.
type part struct {
	name, text string
	table      *table // nil if the part is none
}

func (r *report) parts() []part {
	parts := []part{{name: "machine", text: strings.Join(r.machine, "\n") + "\n"}}
	for _, t := range []*table{r.targetTable(), r.libraryTable(), r.middlewareTable(), r.flowsTable()} {
		parts = append(parts, part{name: t.name, text: t.String(), table: t})
	}
	return parts
}

func (r *report) targetTable() *table {
	t := &table{name: "targets", columns: []column{{title: "what"}, {title: "target"}, {"measured", true}, {"reached", true}}}
	for _, g := range r.targets {
		t.add(g.what, g.wanted(), g.measured(), g.reached())
	}
	return t
}

func (r *report) libraryTable() *table {
	t := &table{name: "libraries", columns: []column{
		{title: "library"},
		{title: "version"},
		{"512 tokens in turn", true},
		{"one repeated", true},
		{"all cores", true},
		{"RSA 4096", true},
		{"allocations", true},
		{"bytes", true},
		{title: "keeps"},
		{title: "leaves out"},
	}}
	for _, row := range r.libraries {
		t.add(row.Name, version(row), ratio(row.InTurn), optional(row.Repeated), ratio(row.AllCores), optional(row.LongerKey),
			allocated(row.Objects), allocated(row.Bytes), row.Cached, row.Unchecked)
	}
	return t
}

func (r *report) middlewareTable() *table {
	t := &table{name: "middleware", columns: []column{
		{title: "framework"},
		{title: "middleware"},
		{title: "version"},
		{"512 tokens in turn", true},
		{"one repeated", true},
		{"all cores", true},
		{"allocations", true},
		{"bytes", true},
		{title: "keeps"},
		{title: "leaves out"},
	}}
	for _, row := range r.middleware {
		t.add(string(row.Framework), row.Name, version(row), ratio(row.InTurn), optional(row.Repeated), ratio(row.AllCores),
			allocated(row.Objects), allocated(row.Bytes), row.Cached, row.Unchecked)
	}
	return t
}

func (r *report) flowsTable() *table {
	t := &table{name: "flows", columns: []column{{title: "library"}}}
	for _, n := range r.numbers {
		t.columns = append(t.columns, column{fmt.Sprintf("%d flows", n), true})
	}
	for _, row := range r.libraries {
		cells := []string{row.Name}
		i := slices.IndexFunc(r.flows, func(f compare.FlowsRow) bool { return f.Name == row.Name })
		for n := range r.numbers {
			if i < 0 {
				cells = append(cells, "one issuer only")
			} else {
				cells = append(cells, ratio(r.flows[i].Ratios[n]))
			}
		}
		t.add(cells...)
	}
	return t
}

func version(row compare.Row) string {
	if len(row.Versions) == 0 {
		return "this tree"
	}
	return strings.Join(row.Versions, ", ")
}

// bars are those of the chart: the libraries, fastest first.
func (r *report) bars() []bar {
	bars := []bar{{label: "the floor", figure: measure.Figure{Median: 1, Low: 1, High: 1}, kind: floorBar}}
	for _, row := range r.libraries {
		b := bar{label: row.Name, figure: row.InTurn, kind: theirBar}
		if len(row.Versions) == 0 {
			b.kind = ourBar
		}
		bars = append(bars, b)
	}
	slices.SortStableFunc(bars, func(a, b bar) int { return cmp.Compare(a.figure.Median, b.figure.Median) })
	return bars
}
