// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package differential_test

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// row is one class in which somebody differs from the kit.
type row struct {
	mutations int
	accepted  []int  // how many each library accepts
	example   string // the first
}

// report counts the differences by class.
type report struct {
	ours      judge
	peers     []judge
	mutations int
	refused   map[string]*row // by the kit, and accepted by a library
	accepted  map[string]*row // by the kit, and refused by all of them
}

// add has everybody judge a token.
func (r *report) add(class, name, raw string) {
	r.mutations++
	ours := r.ours.accept(raw) == nil
	verdicts := make([]int, len(r.peers))
	any := false
	for i, p := range r.peers {
		if p.accept(raw) == nil {
			verdicts[i], any = 1, true
		}
	}
	if ours == any {
		return
	}
	rows := r.refused
	if ours {
		rows = r.accepted
	} else if slices.Max(verdicts) == 0 {
		return
	}
	k := rows[class]
	if k == nil {
		k = &row{accepted: make([]int, len(r.peers)), example: name}
		rows[class] = k
	}
	k.mutations++
	for i, v := range verdicts {
		k.accepted[i] += v
	}
}

// check fails if a class has no rule, or a rule no class.
func (r *report) check(t *testing.T) {
	t.Helper()
	for _, side := range []struct {
		what  string
		rows  map[string]*row
		rules map[string]string
	}{
		{"refused here and accepted elsewhere", r.refused, refusals},
		{"accepted here and refused by all others", r.accepted, acceptances},
	} {
		for class, k := range side.rows {
			if side.rules[class] == "" {
				t.Errorf("%s, without a rule: %q, %d of them, such as %s", side.what, class, k.mutations, k.example)
			}
		}
		for class := range side.rules {
			if side.rows[class] == nil {
				t.Errorf("%q has a rule, and none is %s", class, side.what)
			}
		}
	}
}

// tables are the generated part of the page.
func (r *report) tables(seed uint64, versions string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d mutations of %d good tokens, seed %d, each judged by four. %s.\n\n", r.mutations, baseCount, seed, versions)
	fmt.Fprintf(&b, "### Refused by the kit, accepted by a library\n\nHow many of each class a library accepts that the kit refuses.\n\n| class | rule |")
	for _, p := range r.peers {
		b.WriteString(" " + p.name + " |")
	}
	b.WriteString("\n| --- | --- |" + strings.Repeat(" --: |", len(r.peers)) + "\n")
	for _, class := range slices.Sorted(maps.Keys(r.refused)) {
		fmt.Fprintf(&b, "| %s | %s |", class, refusals[class])
		for _, n := range r.refused[class].accepted {
			fmt.Fprintf(&b, " %d |", n)
		}
		b.WriteString("\n")
	}
	b.WriteString("\n### Accepted by the kit, refused by all three\n\n| class | reason | mutations |\n| --- | --- | --: |\n")
	for _, class := range slices.Sorted(maps.Keys(r.accepted)) {
		fmt.Fprintf(&b, "| %s | %s | %d |\n", class, acceptances[class], r.accepted[class].mutations)
	}
	return b.String()
}

const (
	page       = "../../docs/hostile.md"
	beginTable = "<!-- begin: go -C interop test ./differential -update -->\n"
	endTable   = "<!-- end -->\n"
)

// checkPage holds the tables of the page to those of this run.
func checkPage(t *testing.T, tables string, rewrite bool) {
	t.Helper()
	old, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(old), beginTable)
	_, tail, ok2 := strings.Cut(rest, endTable)
	if !ok || !ok2 {
		t.Fatalf("%s has no marks for the tables", page)
	}
	text := head + beginTable + "\n" + tables + "\n" + endTable + tail
	if text == string(old) {
		return
	}
	if !rewrite {
		t.Errorf("%s is not what this run says; see to it, and run the command in it", page)
		return
	}
	if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// versions reads the versions of the libraries.
func versions(t *testing.T) string {
	t.Helper()
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, path := range []string{"github.com/go-jose/go-jose/v4", "github.com/golang-jwt/jwt/v5", "github.com/lestrrat-go/jwx/v3"} {
		found := regexp.MustCompile(regexp.QuoteMeta(path) + ` (v\S+)`).FindStringSubmatch(string(mod))
		if found == nil {
			t.Fatalf("no %s in go.mod", path)
		}
		all = append(all, path+" "+found[1])
	}
	return strings.Join(all, ", ")
}
