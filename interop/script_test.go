// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// script is a running program that uses a client library of another language,
// step by step: msal_python.py says how it talks. It serves one test at a time.
type script struct {
	name    string // of its file
	version string // of the library
	studied string // the version whose ways the tests note beside what they demand
	in      io.Writer
	out     *bufio.Scanner
	stderr  string // a file
	b2c     *emulator.Server

	before map[string]func(*result) // the step goes on, by the report's label
}

// startScript starts a command that talks as msal_python.py does. It ends with
// the test.
func startScript(t *testing.T, b2c *emulator.Server, name, studied string, cmd *exec.Cmd) *script {
	t.Helper()
	stderr, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer stderr.Close()
	cmd.Stderr = stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	hung := time.AfterFunc(50*time.Second, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() {
		_ = in.Close() // which ends the program
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		hung.Stop()
	})

	p := &script{name: name, studied: studied, in: in, out: bufio.NewScanner(out), stderr: stderr.Name(), b2c: b2c}
	p.out.Buffer(nil, 1<<20)
	var hello struct{ Missing, Version, About string }
	p.read(t, &hello)
	if hello.Missing != "" {
		unavailable(t, "%s: %s", name, hello.Missing)
	}
	t.Log(hello.About)
	p.version = hello.Version
	return p
}

// settingsFile writes the settings of a script to a file.
func settingsFile(t *testing.T, settings map[string]any) string {
	t.Helper()
	text, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "settings.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// unavailable skips the test, or fails it where that won't do.
func unavailable(t *testing.T, format string, args ...any) {
	t.Helper()
	why := fmt.Sprintf(format, args...) + " (see README.md)"
	if os.Getenv("B2CKIT_REQUIRE_INTEROP") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// report is one thing that a step has to say.
type report struct {
	Label        string
	Result       *result // nil for None
	UnknownNames []string
	Requests     emulator.Counts // that the tenant saw since the one before
}

// result is a dictionary of MSAL's or, in the second half, of the script's.
type result struct {
	AccessToken      string         `json:"access_token"`
	IDToken          string         `json:"id_token"`
	RefreshToken     string         `json:"refresh_token"`
	Scope            string         `json:"scope"`
	ClientInfo       string         `json:"client_info"`
	IDTokenClaims    map[string]any `json:"id_token_claims"`
	Error            string         `json:"error"`
	ErrorDescription string         `json:"error_description"`

	Nonce         string        `json:"nonce"`
	Raised        string        `json:"raised"`
	Message       string        `json:"message"`
	Environment   string        `json:"environment"`
	Realm         string        `json:"realm"`
	TokenEndpoint string        `json:"token_endpoint"`
	Address       string        `json:"address"`
	Rotated       bool          `json:"rotated"`
	FromCache     bool          `json:"from_cache"`
	Seconds       int           `json:"seconds"`
	Status        int           `json:"status"`
	Accounts      []msalAccount `json:"accounts"`

	raw json.RawMessage
}

type msalAccount struct {
	HomeAccountID  string `json:"home_account_id"`
	LocalAccountID string `json:"local_account_id"`
	Environment    string `json:"environment"`
	Realm          string `json:"realm"`
	Username       string `json:"username"`
}

// UnmarshalJSON keeps the text too.
func (r *result) UnmarshalJSON(text []byte) error {
	type plain result
	r.raw = slices.Clone(text)
	return json.Unmarshal(text, (*plain)(r))
}

// String tells what is in r, and shows no token.
func (r *result) String() string {
	if r == nil {
		return "None"
	}
	var parts []string
	for name, value := range map[string]string{"access token": r.AccessToken, "ID token": r.IDToken, "refresh token": r.RefreshToken} {
		if value != "" {
			parts = append(parts, name)
		}
	}
	slices.Sort(parts)
	for _, a := range r.Accounts {
		parts = append(parts, fmt.Sprintf("account %s of user name %q", a.HomeAccountID, a.Username))
	}
	if r.Error != "" {
		line, _, _ := strings.Cut(r.ErrorDescription, "\r\n")
		parts = append(parts, r.Error+", "+line)
	}
	if r.Raised != "" {
		parts = append(parts, "raised "+r.Raised+": "+r.Message)
	}
	if r.TokenEndpoint != "" {
		parts = append(parts, "accepted, environment "+r.Environment+", realm "+r.Realm)
	}
	if len(parts) == 0 {
		return "done"
	}
	return strings.Join(parts, ", ")
}

// steps are the reports of one step, by their labels.
type steps map[string]report

// run has the script run a step, and returns all it has to say.
func (p *script) run(t *testing.T, step string, args map[string]any) steps {
	t.Helper()
	if args == nil {
		args = map[string]any{}
	}
	line, err := json.Marshal(map[string]any{"step": step, "args": args})
	if err != nil {
		t.Fatal(err)
	}
	reports := steps{}
	for {
		before := p.b2c.Counts()
		p.write(t, line)
		var said struct {
			OK, Done      bool
			Detail, Label string
			Value         *result
			UnknownNames  []string `json:"unknown_names"`
		}
		p.read(t, &said)
		switch {
		case !said.OK:
			t.Fatalf("%s: %s", step, said.Detail)
		case said.Done:
			return reports
		}
		r := report{said.Label, said.Value, said.UnknownNames, since(before, p.b2c.Counts())}
		t.Logf("%s, %s: %s (%s)", step, r.Label, r.Result, requests(r.Requests))
		reports[r.Label] = r
		if do := p.before[r.Label]; do != nil {
			do(r.Result)
		}
		line = nil // go on
	}
}

// get returns a report, and its result, which must not be None.
func (s steps) get(t *testing.T, label string) (report, *result) {
	t.Helper()
	r, ok := s[label]
	if !ok {
		t.Fatalf("the script said nothing of %q", label)
	}
	if r.Result == nil {
		t.Fatalf("%s: got None", label)
	}
	return r, r.Result
}

func (p *script) write(t *testing.T, line []byte) {
	t.Helper()
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		p.fail(t, err)
	}
}

func (p *script) read(t *testing.T, v any) {
	t.Helper()
	if !p.out.Scan() {
		p.fail(t, p.out.Err())
	}
	if err := json.Unmarshal(p.out.Bytes(), v); err != nil {
		p.fail(t, err)
	}
}

func (p *script) fail(t *testing.T, err error) {
	t.Helper()
	stderr, _ := os.ReadFile(p.stderr)
	t.Fatalf("talking to %s: %v\n%s", p.name, err, stderr)
}

// note compares what the library does beside what the tests demand of it. Another
// version may do otherwise, so there it is only logged.
func (p *script) note(t *testing.T, what string, got, want any) {
	t.Helper()
	switch same := fmt.Sprint(got) == fmt.Sprint(want); {
	case same:
		t.Logf("noted: %s: %v", what, got)
	case p.version == p.studied:
		t.Errorf("%s: got %v, want %v", what, got, want)
	default:
		t.Logf("noted: %s: %v, but %v with version %s", what, got, want, p.studied)
	}
}

// since returns the requests between two counts.
func since(before, after emulator.Counts) emulator.Counts {
	return emulator.Counts{
		Metadata:  after.Metadata - before.Metadata,
		Keys:      after.Keys - before.Keys,
		Authorize: after.Authorize - before.Authorize,
		Token:     after.Token - before.Token,
		Logout:    after.Logout - before.Logout,
		Pages:     after.Pages - before.Pages,
		NotFound:  after.NotFound - before.NotFound,
	}
}

// requests puts counts into words.
func requests(c emulator.Counts) string {
	var parts []string
	for _, part := range []struct {
		n    int
		what string
	}{{c.Metadata, "metadata"}, {c.Keys, "keys"}, {c.Authorize, "authorize"}, {c.Token, "token"}, {c.Logout, "logout"}, {c.Pages, "pages"}, {c.NotFound, "not found"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	if len(parts) == 0 {
		return "no request"
	}
	return "requests: " + strings.Join(parts, ", ")
}
