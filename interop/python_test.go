// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"bufio"
	"context"
	_ "embed"
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

// studied is the version of MSAL Python whose ways the tests note beside what
// they demand; another one may have other ways.
const studied = "1.21.0"

//go:embed msal_python.py
var msalPython []byte // embedded, so that a change of it runs the test again

// python is a running msal_python.py, see there for the conversation. It serves
// one test at a time.
type python struct {
	msal   string // its version
	in     io.Writer
	out    *bufio.Scanner
	stderr string // a file
	b2c    *emulator.Server
}

// startPython starts msal_python.py with settings. It ends with the test.
func startPython(t *testing.T, b2c *emulator.Server, settings map[string]any) *python {
	t.Helper()
	const interpreter = "/usr/bin/python3"
	if _, err := os.Stat(interpreter); err != nil {
		unavailable(t, "there is no %s", interpreter)
	}
	text, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	program, config := filepath.Join(dir, "msal_python.py"), filepath.Join(dir, "settings.json")
	for file, content := range map[string][]byte{program: msalPython, config: text} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	stderr, err := os.Create(filepath.Join(dir, "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer stderr.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Second)
	cmd := exec.CommandContext(ctx, interpreter, "-I", program, config)
	// Nothing of ours: REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE would beat the CA
	// file that MSAL is told of, and proxies, ~/.netrc and REGION_NAME change
	// where requests go.
	cmd.Env = []string{"HOME=" + dir, "LANG=C.UTF-8", "PATH=/usr/bin:/bin"}
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
	t.Cleanup(func() {
		_ = in.Close() // which ends the program
		if err := cmd.Wait(); err != nil {
			t.Errorf("msal_python.py: %v", err)
		}
		cancel()
	})

	p := &python{in: in, out: bufio.NewScanner(out), stderr: stderr.Name(), b2c: b2c}
	p.out.Buffer(nil, 1<<20)
	var hello struct{ Missing, MSAL, Python, Requests string }
	p.read(t, &hello)
	if hello.Missing != "" {
		unavailable(t, "%s: %s", interpreter, hello.Missing)
	}
	t.Logf("MSAL Python %s, Python %s, requests %s", hello.MSAL, hello.Python, hello.Requests)
	p.msal = hello.MSAL
	return p
}

// unavailable skips the test, or fails it where that won't do.
func unavailable(t *testing.T, format string, args ...any) {
	t.Helper()
	why := fmt.Sprintf(format, args...) + "; apt-get install python3-msal"
	if os.Getenv("B2CKIT_REQUIRE_INTEROP") == "1" {
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
func (p *python) run(t *testing.T, step string, args map[string]any) steps {
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

func (p *python) write(t *testing.T, line []byte) {
	t.Helper()
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		p.fail(t, err)
	}
}

func (p *python) read(t *testing.T, v any) {
	t.Helper()
	if !p.out.Scan() {
		p.fail(t, p.out.Err())
	}
	if err := json.Unmarshal(p.out.Bytes(), v); err != nil {
		p.fail(t, err)
	}
}

func (p *python) fail(t *testing.T, err error) {
	t.Helper()
	stderr, _ := os.ReadFile(p.stderr)
	t.Fatalf("talking to msal_python.py: %v\n%s", err, stderr)
}

// note compares what MSAL does beside what the tests demand of it. Another
// version may do otherwise, so there it is only logged.
func (p *python) note(t *testing.T, what string, got, want any) {
	t.Helper()
	switch same := fmt.Sprint(got) == fmt.Sprint(want); {
	case same:
		t.Logf("noted: %s: %v", what, got)
	case p.msal == studied:
		t.Errorf("%s: got %v, want %v", what, got, want)
	default:
		t.Logf("noted: %s: %v, but %v with MSAL %s", what, got, want, studied)
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
		NotFound:  after.NotFound - before.NotFound,
	}
}

// requests puts counts into words.
func requests(c emulator.Counts) string {
	var parts []string
	for _, part := range []struct {
		n    int
		what string
	}{{c.Metadata, "metadata"}, {c.Keys, "keys"}, {c.Authorize, "authorize"}, {c.Token, "token"}, {c.Logout, "logout"}, {c.NotFound, "not found"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	if len(parts) == 0 {
		return "no request"
	}
	return "requests: " + strings.Join(parts, ", ")
}
