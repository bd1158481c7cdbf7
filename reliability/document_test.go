// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9/logging"
)

const document = "../docs/reliability.md"

var write = flag.Bool("write", false, "write what was measured to docs/reliability.md")

func TestMain(m *testing.M) {
	flag.Parse()
	// Over real sockets a row does little but wait.
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		if err := f.Value.Set("100"); err != nil {
			panic(err)
		}
	}
	debug.SetGCPercent(400) // a thousand processes are marked at each collection, which took a fifth of the time
	logging.Disable()       // of go-redis, which tells of every failure
	code := m.Run()
	if code == 0 && *write {
		if err := writeDocument(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// The document says what the tests hold, row by row, and shows a figure for each.
func TestDocument(t *testing.T) {
	if *write {
		t.Skip("it is being written")
	}
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	for _, tab := range tables {
		_, old, _, err := tab.cut(string(text))
		if err != nil {
			t.Error(err)
			continue
		}
		if err := tab.sameAs(old); err != nil {
			t.Errorf("%s, table %s: %v; run make reliability", document, tab.name, err)
		}
	}
}

// writeDocument puts what was measured between the markers of the document.
func writeDocument() error {
	data, err := os.ReadFile(document)
	if err != nil {
		return err
	}
	text := string(data)
	for _, tab := range tables {
		before, _, after, err := tab.cut(text)
		if err != nil {
			return err
		}
		var b strings.Builder
		if err := tab.print(&b); err != nil {
			return err
		}
		text = before + b.String() + after
	}
	return os.WriteFile(document, []byte(text), 0o644)
}

// cut finds the table between its markers.
func (tab *table) cut(text string) (before, old, after string, err error) {
	begin := fmt.Sprintf("<!-- %s: written by make reliability -->\n", tab.name)
	end := fmt.Sprintf("<!-- end of %s -->", tab.name)
	i := strings.Index(text, begin)
	j := strings.Index(text, end)
	if i < 0 || j < i {
		return "", "", "", fmt.Errorf("%s has no %q with a %q behind it", document, begin, end)
	}
	i += len(begin)
	return text[:i], text[i:j], text[j:], nil
}

// print writes the table. That a row has not been measured is an error.
func (tab *table) print(w io.StringWriter) error {
	lines := []string{tab.head(), "|---|---|---|---|---|"}
	for _, r := range tab.rows {
		measured := r.figures()
		if measured == "" {
			return fmt.Errorf("%s/%s was not measured: run all tests", tab.test, r.test)
		}
		lines = append(lines, r.line(measured))
	}
	_, err := w.WriteString(strings.Join(lines, "\n") + "\n")
	return err
}

func (tab *table) head() string {
	return fmt.Sprintf("| fault | promise | measured | by | test (`%s/…`) |", tab.test)
}

func (r *row) line(measured string) string {
	return fmt.Sprintf("| %s | %s | %s | %s | `%s` |", r.fault, r.promise, measured, r.by, r.test)
}

const measuredColumn = 2

// sameAs returns in what a table of the document differs, apart from figures.
func (tab *table) sameAs(old string) error {
	lines := strings.Split(strings.TrimSpace(old), "\n")
	if lines[0] != tab.head() || len(lines) < 2 {
		return fmt.Errorf("got the head %q, want %q", lines[0], tab.head())
	}
	var errs []error
	lines = lines[2:]
	for i := range max(len(lines), len(tab.rows)) {
		got, want, measured := "", "", ""
		if i < len(lines) {
			got = lines[i]
			if cells := strings.Split(strings.Trim(got, "| "), " | "); len(cells) > measuredColumn {
				measured = cells[measuredColumn]
			}
		}
		if i < len(tab.rows) {
			want = tab.rows[i].line(measured)
		}
		if got != want || strings.TrimSpace(measured) == "" {
			errs = append(errs, fmt.Errorf("got the row\n\t%s\nwant\n\t%s", got, want))
		}
	}
	return errors.Join(errs...)
}

func TestSameAs(t *testing.T) {
	two := table{name: "two", test: "TestTwo", rows: []*row{
		{test: "a", fault: "fault a", promise: "promise a", by: virtualTime},
		{test: "b", fault: "fault b", promise: "promise b", by: realSockets},
	}}
	good := strings.Join([]string{two.head(), "|---|", two.rows[0].line("3 s"), two.rows[1].line("4 s")}, "\n")
	if err := two.sameAs(good); err != nil {
		t.Errorf("the same table: %v", err)
	}
	for name, text := range map[string]string{
		"empty":                "",
		"another test's":       strings.Replace(good, "TestTwo", "TestThree", 1),
		"a row less":           strings.TrimSuffix(good, two.rows[1].line("4 s")),
		"a row more":           good + "\n" + two.rows[1].line("4 s"),
		"another order":        strings.Join([]string{two.head(), "|---|", two.rows[1].line("4 s"), two.rows[0].line("3 s")}, "\n"),
		"not measured":         strings.Replace(good, "3 s", "", 1),
		"another promise":      strings.Replace(good, "promise b", "promise c", 1),
		"another fault":        strings.Replace(good, "fault a", "fault c", 1),
		"another clock":        strings.Replace(good, "| virtual |", "| sockets |", 1),
		"another name of test": strings.Replace(good, "`b`", "`c`", 1),
	} {
		if two.sameAs(text) == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}
