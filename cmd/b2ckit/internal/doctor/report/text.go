// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// width is that of a terminal, and of a ticket's block of code.
const width = 80

// WriteText writes the report for people: an overview with a line for each flow,
// then what to do, then the facts. The function paint may put a state in colour;
// nil leaves it plain.
func (r *Report) WriteText(w io.Writer, paint func(State, string) string) error {
	if paint == nil {
		paint = func(_ State, text string) string { return text }
	}
	t := &text{paint: paint}
	t.overview(r)
	t.advice(r)
	t.facts(r)
	t.verdict(r)
	_, err := io.WriteString(w, t.b.String())
	return err
}

type text struct {
	b     strings.Builder
	paint func(State, string) string
}

// isFlows reports whether a check is part of the flow's line.
func isFlows(c Check) bool {
	return c == Metadata || c == Issuer || c == Endpoints || c == Keys
}

// flowSummary is the worst of a flow's checks: the state, and which they are. If
// none was made it says why.
func flowSummary(of []Finding) (State, string) {
	for _, s := range []State{Fail, Warn} {
		var names []string
		for _, f := range of {
			if f.State == s {
				names = append(names, string(f.Check))
			}
		}
		if len(names) > 0 {
			return s, strings.Join(names, ", ")
		}
	}
	if of[0].State == Skipped {
		return Skipped, of[0].Found
	}
	return OK, ""
}

func (t *text) overview(r *Report) {
	var others []Finding
	for rest := r.Findings; len(rest) > 0; {
		first := rest[0]
		if !isFlows(first.Check) {
			others, rest = append(others, first), rest[1:]
			continue
		}
		n := slices.IndexFunc(rest, func(f Finding) bool { return !isFlows(f.Check) || f.subject() != first.subject() })
		if n < 0 {
			n = len(rest)
		}
		state, names := flowSummary(rest[:n])
		line := first.subject()
		if names != "" {
			line += ": " + names
		}
		t.state(state, line)
		rest = rest[n:]
	}
	if t.b.Len() > 0 && len(others) > 0 {
		t.b.WriteString("\n")
	}
	slices.SortStableFunc(others, func(a, b Finding) int { return cmp.Compare(place(a.Check), place(b.Check)) })
	for _, f := range others {
		line := string(f.Check)
		if s := f.subject(); s != "" {
			line += ", " + s
		}
		if f.State == Skipped || f.State == OK {
			line += ": " + f.Found
		}
		t.state(f.State, line)
	}
}

func place(c Check) int { return slices.Index(Checks(), c) }

// state writes a line that begins with a state.
func (t *text) state(s State, line string) {
	t.b.WriteString(t.paint(s, fmt.Sprintf("%-8s", s)))
	t.wrapped(line, 8, 8)
}

// advice writes what failed, then what somebody should look at.
func (t *text) advice(r *Report) {
	for _, s := range []State{Fail, Warn} {
		for _, f := range r.Findings {
			if f.State != s {
				continue
			}
			line := string(f.Check)
			if subject := f.subject(); subject != "" {
				line += ", " + subject
			}
			t.b.WriteString("\n" + t.paint(s, string(s)) + " ")
			t.wrapped(line, len(s)+1, 2)
			t.b.WriteString("  ")
			t.wrapped(f.Found, 2, 2)
			if f.Do != "" {
				t.b.WriteString("  ")
				t.wrapped("-> "+f.Do, 2, 5)
			}
		}
	}
}

func (t *text) facts(r *Report) {
	heading := ""
	for _, f := range r.Findings {
		if len(f.Facts) == 0 {
			continue
		}
		if h := factHeading(&f); h != heading {
			heading = h
			t.b.WriteString("\n" + h + "\n")
		}
		for _, fact := range f.Facts {
			t.fact(fact)
		}
	}
}

// factHeading is what stands above facts: the host, the flow, or what was asked of
// them.
func factHeading(f *Finding) string {
	switch subject := f.subject(); {
	case subject == "":
		return string(f.Check)
	case f.Flow == "" || isFlows(f.Check):
		return subject
	default:
		return string(f.Check) + ", " + subject
	}
}

// factIndent is where the values of facts begin.
const factIndent = 22

func (t *text) fact(f Fact) {
	name := fmt.Sprintf("  %-*s", factIndent-2, f.Name)
	all, isList := f.Value.([]string)
	if !isList {
		all = []string{fmt.Sprint(f.Value)}
	}
	for _, value := range all {
		t.b.WriteString(name)
		t.wrapped(value, factIndent, factIndent)
		name = strings.Repeat(" ", factIndent)
	}
}

func (t *text) verdict(r *Report) {
	fmt.Fprintf(&t.b, "\n%d FAIL, %d warn, %d ok, %d skipped", r.count(Fail), r.count(Warn), r.count(OK), r.count(Skipped))
	if !r.At.IsZero() {
		t.b.WriteString(", at " + r.At.UTC().Format("2006-01-02 15:04:05 MST"))
	}
	t.b.WriteString("\n")
	if r.Interrupted != "" {
		t.wrapped("The checks ended early: "+r.Interrupted+".", 0, 0)
	}
	if r.Interrupted == "" && r.nothingAnswered() {
		t.wrapped("Nothing answered: is this machine offline?", 0, 0)
	}
}

// wrapped writes a text from a column on, and what doesn't fit on lines of its
// own, each indented. A word that is longer than a line stays whole: addresses
// are copied.
func (t *text) wrapped(line string, from, indent int) {
	column := from
	for i, word := range strings.Fields(line) {
		long := len([]rune(word))
		switch {
		case i == 0:
		case column+1+long > width:
			t.b.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		default:
			t.b.WriteString(" ")
			column++
		}
		t.b.WriteString(word)
		column += long
	}
	t.b.WriteString("\n")
}
