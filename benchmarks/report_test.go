// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
	"github.com/b2ckit/b2ckit/benchmarks/measure"
	"github.com/b2ckit/b2ckit/benchmarks/peers"
)

// All that the command measures works, once; and the page says what the code says:
// rows, versions, targets. Only what was measured may differ, since machines do.
func TestPage(t *testing.T) {
	r, err := measured(compare.SmallSite(), numbers, child{dir: t.TempDir()}, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.parts() {
		_, old, _, err := cut(string(data), p.name)
		if err == nil && p.table != nil {
			err = p.table.sameAs(old)
		}
		if err != nil {
			t.Errorf("%s, part %s: %v; run make performance", page, p.name, err)
		}
	}
	drawn, err := os.ReadFile(chart)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range r.bars() {
		if !strings.Contains(string(drawn), ">"+b.label+"</text>") {
			t.Errorf("%s has no bar for %s; run make performance", chart, b.label)
		}
	}
}

// What is called the first sight is a whole validation, and what is called seen before
// is none: else the rows would have each other's figures.
func TestSights(t *testing.T) {
	site := compare.SmallSite()
	var all []compare.Contender
	for _, sight := range []peers.Sight{peers.Before, peers.First, peers.NoMemory} {
		all = append(all, peers.Ours(sight))
		for _, f := range peers.Frameworks {
			all = append(all, peers.OurMiddleware(f, sight))
		}
	}
	rows, err := site.Rows(all, peers.Unguarded)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if before := strings.Contains(row.Name, string(peers.Before)); before != (row.Objects < 10) {
			t.Errorf("%s %s: got %v allocations", row.Framework, row.Name, row.Objects)
		}
	}
}

func TestSameAs(t *testing.T) {
	two := &table{name: "two", columns: []column{{title: "what"}, {"measured", true}, {title: "why"}}}
	two.add("a", "1.00", "because")
	two.add("b", "2.00", "")
	good := two.String()
	if err := two.sameAs(strings.ReplaceAll(good, "2.00", "3.14")); err != nil {
		t.Errorf("another figure: %v", err)
	}
	for name, text := range map[string]string{
		"empty":               "",
		"another head":        strings.Replace(good, "what", "which", 1),
		"a row less":          strings.TrimSuffix(good, "| b | 2.00 |  |\n"),
		"a row more":          good + "| c | 3.00 |  |\n",
		"another row":         strings.Replace(good, "| a |", "| c |", 1),
		"not measured":        strings.Replace(good, "1.00", "", 1),
		"another reason":      strings.Replace(good, "because", "why not", 1),
		"a reason too many":   strings.Replace(good, "2.00 |  |", "2.00 | because |", 1),
		"a cell less":         strings.Replace(good, "| because |", "|", 1),
		"the table is broken": strings.Replace(good, "|---|---|---|\n", "", 1),
	} {
		if two.sameAs(text) == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

func TestReached(t *testing.T) {
	for _, c := range []struct {
		target
		got  float64
		want string
	}{
		{target{limit: 1.08}, 1.0849, "yes"},
		{target{limit: 1.08}, 1.0851, "no"},
		{target{limit: 0.95, least: true}, 0.95, "yes"},
		{target{limit: 0.95, least: true}, 1.2, "yes"},
		{target{limit: 0.95, least: true}, 0.94, "no"},
		{target{limit: 18, count: true}, 18.3, "yes"},
		{target{limit: 18, count: true}, 18.6, "no"},
		{target{}, 18.6, ""},
	} {
		c.target.got = measure.Figure{Median: c.got}
		if got := c.reached(); got != c.want {
			t.Errorf("%v against %s: got %s", c.got, c.wanted(), got)
		}
	}
}

// The chart is XML, its bars are as long as their figures say, and a label can't end
// the text that it stands in.
func TestDraw(t *testing.T) {
	svg := draw([]bar{
		{label: "half", figure: measure.Figure{Median: 0.5}, kind: ourBar},
		{label: "the <floor>", figure: measure.Figure{Median: 1}, kind: floorBar},
		{label: "four", figure: measure.Figure{Median: 4}, kind: theirBar},
	})
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
	}
	for _, want := range []string{">the &lt;floor&gt;</text>", `class="ours" x="230" y="62.0" width="63.8"`, `class="theirs" x="230" y="116.0" width="510.0"`, ">4.00</text>"} {
		if !strings.Contains(svg, want) {
			t.Errorf("got %s, want %s in it", svg, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for f, want := range map[float64]string{0.0512: "0.051", 0.5: "0.5", 0.994: "0.99", 0.9951: "1.00", 1.083: "1.08", 12.345: "12.35"} {
		if got := number(f); got != want {
			t.Errorf("%v: got %s, want %s", f, got, want)
		}
	}
}
