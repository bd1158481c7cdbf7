// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
)

func finding(c report.Check, s report.State) report.Finding {
	return report.Finding{Check: c, State: s, Found: "found"}
}

func TestStatus(t *testing.T) {
	for name, c := range map[string]struct {
		report report.Report
		want   int
	}{
		"all well":          {report.Report{Findings: []report.Finding{finding(report.Connection, report.OK)}}, 0},
		"a warn":            {report.Report{Findings: []report.Finding{finding(report.Connection, report.Warn)}}, 0},
		"one fails":         {report.Report{Findings: []report.Finding{finding(report.Connection, report.OK), finding(report.Clock, report.Fail)}}, 1},
		"nothing answers":   {report.Report{Findings: []report.Finding{finding(report.Connection, report.Fail), finding(report.Redis, report.Skipped)}}, 3},
		"Redis alone":       {report.Report{Findings: []report.Finding{finding(report.Connection, report.Fail), finding(report.Redis, report.OK)}}, 1},
		"Redis fails alone": {report.Report{Findings: []report.Finding{finding(report.Redis, report.Fail)}}, 3},
		"early":             {report.Report{Findings: []report.Finding{finding(report.Connection, report.OK)}, Interrupted: "stopped"}, 3},
		"early, one failed": {report.Report{Findings: []report.Finding{finding(report.Connection, report.OK), finding(report.Keys, report.Fail)}, Interrupted: "stopped"}, 1},
	} {
		if got := c.report.Status(); got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
}

// full has a bit of everything.
var full = report.Report{Findings: []report.Finding{
	{Check: report.Connection, Host: "login.contoso.example", State: report.OK, Found: "HTTP/2.0", Facts: []report.Fact{{Name: "http", Value: "HTTP/2.0"}, {Name: "first_answer_ms", Value: 7}}},
	{Check: report.Metadata, Flow: "B2C_1_susi", Host: "login.contoso.example", State: report.OK, Found: "fetched"},
	{Check: report.Keys, Flow: "B2C_1_susi", Host: "login.contoso.example", State: report.Warn, Found: "one is odd", Do: strings.Repeat("look at it ", 12), Facts: []report.Fact{{Name: "keys", Value: []string{"a", "b"}}}},
	{Check: report.Metadata, Flow: "B2C_1_edit", Host: "login.contoso.example", State: report.Fail, Found: "there is none", Do: "make one"},
	{Check: report.Keys, Flow: "B2C_1_edit", Host: "login.contoso.example", State: report.Skipped, Found: "no metadata"},
	{Check: report.Metadata, Flow: "B2C_1_ropc", Host: "login.contoso.example", State: report.Skipped, Found: "not asked"},
	{Check: report.Credentials, Flow: "B2C_1_susi", Host: "login.contoso.example", State: report.Fail, Found: "wrong", Do: "correct it", Facts: []report.Fact{{Name: "code", Value: "AADB2C90081"}}},
	{Check: report.Redis, State: report.Skipped, Found: "no Redis was given"},
}}

func TestText(t *testing.T) {
	var b strings.Builder
	if err := full.WriteText(&b, func(s report.State, text string) string {
		if s == report.OK {
			return text
		}
		return "<" + text + ">"
	}); err != nil {
		t.Fatal(err)
	}
	const want = `<warn    >B2C_1_susi at login.contoso.example: keys
<FAIL    >B2C_1_edit at login.contoso.example: metadata
<skipped >B2C_1_ropc at login.contoso.example: not asked

ok      connection, login.contoso.example: HTTP/2.0
<FAIL    >client-credentials, B2C_1_susi at login.contoso.example
<skipped >redis: no Redis was given

<FAIL> metadata, B2C_1_edit at login.contoso.example
  there is none
  -> make one

<FAIL> client-credentials, B2C_1_susi at login.contoso.example
  wrong
  -> correct it

<warn> keys, B2C_1_susi at login.contoso.example
  one is odd
  -> look at it look at it look at it look at it look at it look at it look at
     it look at it look at it look at it look at it look at it

login.contoso.example
  http                HTTP/2.0
  first_answer_ms     7

B2C_1_susi at login.contoso.example
  keys                a
                      b

client-credentials, B2C_1_susi at login.contoso.example
  code                AADB2C90081

2 FAIL, 1 warn, 2 ok, 3 skipped
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestJSON(t *testing.T) {
	var b strings.Builder
	if err := full.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != len(full.Findings)+1 {
		t.Fatalf("got %d lines", len(lines))
	}
	for i, want := range map[int]string{
		0: `{"check":"connection","state":"ok","host":"login.contoso.example","found":"HTTP/2.0","facts":{"first_answer_ms":7,"http":"HTTP/2.0"}}`,
		6: `{"check":"client-credentials","state":"FAIL","flow":"B2C_1_susi","host":"login.contoso.example","found":"wrong","do":"correct it","facts":{"code":"AADB2C90081"}}`,
		8: `{"verdict":"FAIL","ok":2,"warn":1,"fail":2,"skipped":3,"status":1}`,
	} {
		if lines[i] != want {
			t.Errorf("got\n%s\nwant\n%s", lines[i], want)
		}
	}
}

// What can not be written is an error.
func TestWriteFails(t *testing.T) {
	no := errors.New("the pipe is closed")
	if err := full.WriteText(failing{no}, nil); !errors.Is(err, no) {
		t.Errorf("text: got %v", err)
	}
	if err := full.WriteJSON(failing{no}); !errors.Is(err, no) {
		t.Errorf("JSON: got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// The page has each check, found by its name.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../../../../docs/doctor.md")
	if err != nil {
		t.Fatal(err)
	}
	var headings []string
	for line := range strings.Lines(string(page)) {
		if name, ok := strings.CutPrefix(line, "### "); ok {
			headings = append(headings, strings.TrimSpace(name))
		}
	}
	var want []string
	for _, c := range report.Checks() {
		want = append(want, string(c))
	}
	if !slices.Equal(headings, want) {
		t.Errorf("docs/doctor.md has %q, want %q", headings, want)
	}
}
