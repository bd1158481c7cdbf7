// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package token_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/token"
	"github.com/b2ckit/b2ckit/emulator"
)

const (
	daemonID     = "5c7c9b0c-0f0e-4d5f-9a53-6d1f1f0b7a3e"
	webID        = "2fdd06f3-7b34-49a3-a78b-545da6bd4d4b"
	nativeID     = "e7a1c8d2-4b7f-4d0e-8a36-1f5f6c2b9d41"
	apiID        = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
	tenantID     = "775527ff-9a37-4307-8b3d-cc311f58d925"
	readScope    = "https://contoso.onmicrosoft.com/tasks/tasks.read"
	defaultScope = "https://contoso.onmicrosoft.com/tasks/.default"
)

// tenant is an emulated one behind TLS, with the file of its certificate.
type tenant struct {
	*emulator.Server
	flags       []string
	redirectURI string // of its web and native app
}

func newTenant(t *testing.T) *tenant {
	t.Helper()
	t.Chdir(t.TempDir()) // no appsettings.json
	o, uri := emulator.DefaultOptions(), freeURI(t)
	for i := range o.Apps {
		if len(o.Apps[i].RedirectURIs) > 0 {
			o.Apps[i].RedirectURIs = []string{uri}
		}
	}
	b2c := emulator.NewServer(o)
	t.Cleanup(b2c.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, b2c.CACertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(b2c.URL, "https://")
	return &tenant{b2c, []string{"--tenant", "contoso", "--tenant-id", tenantID, "--host", host, "--ca-file", ca}, uri}
}

// program is a run of b2ckit token.
type program struct {
	in      string
	environ []string
	ask     func(question string) string // nil is nobody to ask
}

// run runs it and returns its exit status and both outputs.
func (p program) run(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	status = p.start(t.Context(), &out, &errs, args)
	return status, out.String(), errs.String()
}

func (p program) start(ctx context.Context, out, errs io.Writer, args []string) int {
	s := &cli.Streams{In: strings.NewReader(p.in), Out: out, Err: errs, Environ: p.environ}
	if p.ask != nil {
		s.Ask = func(_ context.Context, question string) (string, error) { return p.ask(question), nil }
	}
	return cli.Run(ctx, s, append([]string{"token"}, args...), token.New)
}

// claims reads the payload of what should be a token alone on a line.
func claims(t *testing.T, stdout string) map[string]any {
	t.Helper()
	parts := strings.Split(strings.TrimSuffix(stdout, "\n"), ".")
	if len(parts) != 3 || strings.ContainsAny(strings.Join(parts, ""), "\n ") {
		t.Fatalf("got %q, want a token", stdout)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := json.Unmarshal(payload, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestClientCredentials: with a secret from each place that it may come from.
func TestClientCredentials(t *testing.T) {
	b2c := newTenant(t)
	if err := os.WriteFile("secret", []byte("emulated-daemon-secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	flags := slices.Concat(b2c.flags, []string{"--flow", "B2C_1_susi", "--client-id", daemonID})
	asked := ""
	for what, c := range map[string]struct {
		program program
		args    []string
	}{
		"environment":    {program{environ: []string{"B2C_CLIENT_SECRET=emulated-daemon-secret"}}, nil},
		".NET's":         {program{environ: []string{"AzureAdB2C__ClientSecret=emulated-daemon-secret"}}, nil},
		"file":           {program{}, []string{"--client-secret-file", "secret"}},
		"standard input": {program{in: "emulated-daemon-secret\n"}, []string{"--client-secret-file", "-"}},
		"terminal":       {program{ask: func(q string) string { asked = q; return "emulated-daemon-secret" }}, nil},
	} {
		status, stdout, stderr := c.program.run(t, slices.Concat(flags, c.args, []string{defaultScope})...)
		if status != 0 || stderr != "" {
			t.Errorf("%s: got %d, %q", what, status, stderr)
			continue
		}
		if got := claims(t, stdout); got["aud"] != apiID || got["azp"] != daemonID || got["scp"] != "jobs.run" {
			t.Errorf("%s: got %v", what, got)
		}
	}
	if asked != "Client secret of "+daemonID+" (not shown):" {
		t.Errorf("got asked %q", asked)
	}
}

// TestOutputs: all forms carry the same token, and none of them as an argument.
func TestOutputs(t *testing.T) {
	b2c := newTenant(t)
	p := program{environ: []string{"B2C_CLIENT_SECRET=emulated-daemon-secret"}}
	get := func(args ...string) string {
		status, stdout, stderr := p.run(t, slices.Concat(b2c.flags, []string{"--flow", "B2C_1_susi", "--client-id", daemonID, defaultScope}, args)...)
		if status != 0 || stderr != "" {
			t.Fatalf("%q: got %d, %q", args, status, stderr)
		}
		return stdout
	}
	header, ok := strings.CutPrefix(get("--header"), "Authorization: Bearer ")
	if !ok || claims(t, header)["aud"] != apiID {
		t.Errorf("got header %q", header)
	}
	curl := strings.Split(get("--curl", "https://api.contoso.com/tasks?a=b&c=d%20e"), "\n")
	if len(curl) != 5 || curl[0] != "curl --globoff --config - <<'END'" || curl[1] != `url = "https://api.contoso.com/tasks?a=b&c=d%20e"` || curl[3] != "END" {
		t.Fatalf("got %q", curl)
	}
	quoted, ok := strings.CutPrefix(curl[2], `header = "Authorization: Bearer `)
	if !ok || claims(t, strings.TrimSuffix(quoted, `"`))["aud"] != apiID {
		t.Errorf("got %q", curl[2])
	}
	var object struct {
		Type, Token string
		ExpiresAt   time.Time `json:"expires_at"`
		ExpiresIn   int       `json:"expires_in"`
		Scopes      []string
		User        string
	}
	text := get("--json")
	if err := json.Unmarshal([]byte(text), &object); err != nil || strings.Count(text, "\n") != 1 {
		t.Fatalf("got %q, %v", text, err)
	}
	exp, _ := claims(t, object.Token)["exp"].(float64)
	if object.Type != "access_token" || object.User != "" || object.Scopes != nil || object.ExpiresIn < 3500 || object.ExpiresIn > 3600 ||
		object.ExpiresAt.Unix() > int64(exp) || object.ExpiresAt.Unix() < int64(exp)-10 {
		t.Errorf("got %+v, want one that ends at %v", object, exp)
	}
}

// TestPassword: ROPC, at a flow of its own, with the password from each place.
func TestPassword(t *testing.T) {
	b2c := newTenant(t)
	flags := slices.Concat(b2c.flags, []string{"--client-id", nativeID, "--user", "lin@example.org", "--flow"})
	for what, c := range map[string]struct {
		program program
		args    []string
	}{
		"environment":    {program{environ: []string{"B2CKIT_PASSWORD=emulated-password"}}, nil},
		"standard input": {program{in: "emulated-password\n"}, []string{"--password-file", "-"}},
		"terminal":       {program{ask: func(string) string { return "emulated-password" }}, nil},
		"and a secret":   {program{environ: []string{"B2CKIT_PASSWORD=emulated-password", "B2C_CLIENT_SECRET=x"}}, nil},
	} {
		status, stdout, stderr := c.program.run(t, slices.Concat(flags, []string{"B2C_1_ropc", readScope}, c.args)...)
		if status != 0 || !strings.HasPrefix(stderr, "A password belongs on B2C's own page") {
			t.Errorf("%s: got %d, %q", what, status, stderr)
			continue
		}
		if got := claims(t, stdout); got["aud"] != apiID || got["name"] != "Lin Example" || got["scp"] != "tasks.read" || got["tfp"] != "B2C_1_ropc" {
			t.Errorf("%s: got %v", what, got)
		}
	}
	p := program{environ: []string{"B2CKIT_PASSWORD=emulated-password"}}
	status, stdout, _ := p.run(t, append(flags, "B2C_1_ropc", "--id-token")...)
	if got := claims(t, stdout); status != 0 || got["aud"] != nativeID || got["scp"] != nil {
		t.Errorf("ID token: got %d, %v", status, got)
	}
	for want, args := range map[string][]string{
		"AADB2C90225": {"B2C_1_ropc", readScope, "--password-file", "-"},
		"AADB2C90224": {"B2C_1_susi", readScope},
	} {
		p := p
		p.in = "hush"
		status, stdout, stderr := p.run(t, append(flags, args...)...)
		if status != 1 || stdout != "" || !strings.Contains(stderr, want) || strings.Contains(stderr, "hush") || strings.Contains(stderr, "emulated-password") {
			t.Errorf("%s: got %d, %q, %q", want, status, stdout, stderr)
		}
	}
	if status, _, stderr := (program{}).run(t, append(flags, "B2C_1_ropc", readScope)...); status != 2 || !strings.Contains(stderr, "--password-file FILE reads it\n") {
		t.Errorf("without a password: got %d, %q", status, stderr)
	}
}

// TestRefusals: what is wrong is said before anything is asked for, and no secret is.
func TestRefusals(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct{ args, want string }{
		{"", "want a scope, like https://contoso.onmicrosoft.com/tasks/.default\n"},
		{"--browser", "want a scope, like https://contoso.onmicrosoft.com/tasks/tasks.read,\nor say --id-token: "},
		{"--browser --user lin s", "--browser and --user are two ways: say one\n"},
		{"--password-file x s", "--password-file is for --user\n"},
		{"--no-open s", "--no-open and --prompt are for --browser\n"},
		{"--id-token s", "--id-token is for --browser and --user: an application has none\n"},
		{"--browser --wait 1ms s", "--wait 1ms is not between 1s and 24h\n"},
		{"--header --json s", "of --header, --curl and --json say one\n"},
		{"--curl http://api.contoso.com/ s", "--curl: a token doesn't go over plain http to another machine\n"},
		{"--curl api.contoso.com s", "--curl wants the URL of an API, such as https://api.contoso.com/tasks\n"},
		{`--curl https://x/" s`, "--curl wants the URL of an API"},
		{"--browser --redirect-uri https://localhost/ s", "--redirect-uri wants http://localhost:PORT/PATH\n"},
		{"--browser --redirect-uri http://app.contoso.com/ s", "--redirect-uri is not on this machine: "},
		{"eyJhbGciOiJSUzI1NiJ9.e30.c2ln", "a scope is asked for, and no token: to look into one, b2ckit explain\n"},
		{"--password hush s", "--password is refused: "},
		{"--client-secret=hush s", "--client-secret is refused: "},
		{"s", "nothing is set: "},
		{"--tenant contoso --tenant-id " + tenantID + " --flow B2C_1_a s", "AzureAdB2C:ClientId is missing (or B2C_CLIENT_ID, or --client-id): "},
		{"--tenant contoso --tenant-id " + tenantID + " --flow B2C_1_a --client-id " + nativeID + " s", "AzureAdB2C:ClientSecret is missing (or B2C_CLIENT_SECRET, or --client-secret-file): "},
		{"--tenant contoso --tenant-id " + tenantID + " --flow B2C_1_a --client-id " + nativeID + " --browser --ca-file none s", "--ca-file: open none: "},
	} {
		status, stdout, stderr := program{}.run(t, strings.Fields(c.args)...)
		if status != 2 || stdout != "" || !strings.HasPrefix(stderr, "b2ckit token: "+c.want) || !strings.HasSuffix(stderr, "\nIts flags: b2ckit help token\n") {
			t.Errorf("%s: got %d, %q, %q, want %q", c.args, status, stdout, stderr, c.want)
		}
		if strings.Contains(stderr, "hush") || strings.Contains(stderr, "eyJ") {
			t.Errorf("%s: got a secret: %q", c.args, stderr)
		}
	}
}

// TestAway: that B2C can't be reached is no answer.
func TestAway(t *testing.T) {
	b2c := newTenant(t)
	b2c.Close()
	status, stdout, stderr := program{environ: []string{"B2C_CLIENT_SECRET=emulated-daemon-secret"}}.run(t, append(b2c.flags, "--flow", "B2C_1_susi", "--client-id", daemonID, defaultScope)...)
	if status != 3 || stdout != "" || !strings.Contains(stderr, "refused") {
		t.Errorf("got %d, %q, %q", status, stdout, stderr)
	}
}
