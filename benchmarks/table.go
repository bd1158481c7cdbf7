// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/b2ckit/b2ckit/benchmarks/measure"
)

// table is one of the page's.
type table struct {
	name    string
	columns []column
	rows    [][]string
}

// column is one of a table. What was measured may differ from machine to machine.
type column struct {
	title    string
	measured bool
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// String returns the table in Markdown.
func (t *table) String() string {
	var b strings.Builder
	b.WriteString(t.head() + "\n" + strings.Repeat("|---", len(t.columns)) + "|\n")
	for _, row := range t.rows {
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	return b.String()
}

func (t *table) head() string {
	var titles []string
	for _, c := range t.columns {
		titles = append(titles, c.title)
	}
	return "| " + strings.Join(titles, " | ") + " |"
}

// sameAs returns in what a table of the page differs, apart from what was measured.
func (t *table) sameAs(old string) error {
	lines := strings.Split(strings.TrimSpace(old), "\n")
	if lines[0] != t.head() || len(lines) < 2 {
		return fmt.Errorf("got the head %q, want %q", lines[0], t.head())
	}
	lines = lines[2:]
	if len(lines) != len(t.rows) {
		return fmt.Errorf("got %d rows, want %d", len(lines), len(t.rows))
	}
	var errs []error
	for i, row := range t.rows {
		errs = append(errs, t.sameRow(lines[i], row))
	}
	return errors.Join(errs...)
}

func (t *table) sameRow(line string, row []string) error {
	cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "| "), " |"), " | ")
	if len(cells) != len(row) {
		return fmt.Errorf("got the row %q, want %d cells", line, len(row))
	}
	for i, c := range t.columns {
		if c.measured && strings.TrimSpace(cells[i]) == "" && row[i] != "" {
			return fmt.Errorf("row %q: %s was not measured", row[0], c.title)
		}
		if !c.measured && cells[i] != row[i] {
			return fmt.Errorf("row %q: got %q for %s, want %q", row[0], cells[i], c.title, row[i])
		}
	}
	return nil
}

// ratio writes a figure as tables show it: the median, and the quartiles behind it.
func ratio(f measure.Figure) string {
	return fmt.Sprintf("**%s** (%s–%s)", number(f.Median), number(f.Low), number(f.High))
}

// number has as many digits as a ratio may claim.
func number(f float64) string {
	if f >= 0.995 {
		return fmt.Sprintf("%.2f", f)
	}
	return fmt.Sprintf("%.2g", f)
}

// optional is a ratio that a row may not have.
func optional(f *measure.Figure) string {
	if f == nil {
		return ""
	}
	return ratio(*f)
}

// allocated writes objects or bytes for one operation.
func allocated(n float64) string { return fmt.Sprintf("%.0f", n) }
