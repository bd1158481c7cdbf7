// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/internal/redistest"
)

// program is the command line, with an environment and nobody to ask.
type program struct {
	environ []string
	color   bool
	answer  string // of whoever is asked for the secret; "" is nobody
}

func (p program) run(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	s := &cli.Streams{In: strings.NewReader(""), Out: &out, Err: &errs, Environ: p.environ, Color: p.color}
	if p.answer != "" {
		s.Ask = func(context.Context, string) (string, error) { return p.answer, nil }
	}
	status = cli.Run(t.Context(), s, append([]string{"doctor"}, args...), doctor.New)
	return status, out.String(), errs.String()
}

// at returns the flags for an emulated tenant behind a socket.
func at(t *testing.T, b2c *emulator.Server, more ...string) []string {
	t.Helper()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, b2c.CACertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	return append([]string{
		"--tenant", "contoso", "--tenant-id", tenantID, "--host", strings.TrimPrefix(b2c.URL, "https://"), "--ca-file", ca,
		"--flow", "B2C_1_susi", "--flow", "B2C_1A_partner",
	}, more...)
}

func TestCommand(t *testing.T) {
	t.Chdir(t.TempDir())
	b2c := serve(t, nil)
	daemon, web := b2c.Daemon(), b2c.Web()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(daemon.Secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		program program
		args    []string
		status  int
		want    []string // in what is printed
	}{
		{"flows alone", program{}, nil, 0, []string{
			"\nok      B2C_1_susi at 127.0.0.1:", "\nskipped client-credentials: no client secret is configured\n", "\n0 FAIL, 0 warn, ",
		}},
		{"a secret in a file", program{}, []string{"--client-id", daemon.ID, "--client-secret-file", secret, "--scope", scope, "--audience", b2c.API().ID}, 0, []string{
			"\nok      client-credentials, ", "\nwarn    token\n",
		}},
		{"a daemon that the settings allow", program{environ: []string{"B2C_ALLOW_MISSING_FLOW=" + daemon.ID}}, []string{"--client-id", daemon.ID, "--client-secret-file", secret, "--scope", scope, "--audience", b2c.API().ID}, 0, []string{
			"\nok      token: the API takes the token\n", "\n  allow_missing_flow ",
		}},
		{"a daemon that a flag allows", program{}, []string{"--client-id", daemon.ID, "--client-secret-file", secret, "--scope", scope, "--audience", b2c.API().ID, "--allow-missing-flow", daemon.ID}, 0, []string{
			"\nok      token: the API takes the token\n",
		}},
		{"a wrong one in the environment", program{environ: []string{"B2C_CLIENT_SECRET=yesterday's"}}, []string{"--client-id", daemon.ID, "--scope", scope}, 1, []string{
			"\n  AADB2C90081 ",
		}},
		{"one that is asked for", program{answer: daemon.Secret}, []string{"--client-id", daemon.ID, "--scope", scope}, 0, []string{
			"\nok      client-credentials, ",
		}},
		{"a redirect URI", program{}, []string{"--client-id", web.ID, "--redirect-uri", web.RedirectURIs[0]}, 0, []string{
			"\nok      redirect-uri, ",
		}},
		{"another flow", program{}, []string{"--flow", "B2C_1_susy"}, 1, []string{
			"\nFAIL    B2C_1_susy at ", "-> correct the name, or remove it: is it B2C_1_susi that is meant?\n",
		}},
		{"a flow that resets passwords is trusted", program{}, []string{"--flow", "B2C_1_reset"}, 0, []string{
			"\nwarn    settings\n", "\n  by its name the trusted flow B2C_1_reset resets passwords; ",
		}},
		{"too slow", program{}, []string{"--timeout", "1ns"}, 3, []string{"\nThe checks ended early: --timeout 1ns is over.\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, stdout, stderr := c.program.run(t, at(t, b2c, c.args...)...)
			if status != c.status || stderr != "" {
				t.Errorf("got status %d, want %d; stderr %q", status, c.status, stderr)
			}
			for _, want := range c.want {
				if !strings.Contains("\n"+stdout, want) {
					t.Errorf("got\n%s\nwant %q in it", stdout, want)
				}
			}
			for line := range strings.Lines(stdout) {
				if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 80 && !strings.Contains(line, "https://") && !strings.Contains(line, "appsettings") {
					t.Errorf("a line has %d columns: %s", n, line)
				}
			}
			if strings.Contains(stdout, daemon.Secret) || strings.Contains(stdout, "yesterday's") || strings.Contains(stdout, "eyJ") {
				t.Errorf("the report has a secret:\n%s", stdout)
			}
		})
	}
}

func TestCommandLine(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		name   string
		args   []string
		stderr string
	}{
		{"nothing", nil, "b2ckit doctor: nothing is set: "},
		{"argument", []string{"B2C_1_susi"}, "b2ckit doctor: \"B2C_1_susi\" is no flag\n"},
		{"password in the address", []string{"--redis", "redis://:hunter2@localhost"}, "b2ckit doctor: --redis: the address holds a password, which other users of this machine can read there, and the shell keeps.\nInstead: --redis-password-file FILE, or the variable REDIS_PASSWORD\n"},
		{"password", []string{"--redis-password", "hunter2"}, "b2ckit doctor: --redis-password is refused:"},
		{"password for nothing", []string{"--redis-password-file", "x"}, "b2ckit doctor: --redis-password-file is of no use without --redis\n"},
		{"no such file", []string{"--redis", "redis://localhost", "--redis-password-file", "none"}, "b2ckit doctor: --redis-password-file: open none: no such file or directory\n"},
		{"no address", []string{"--redis", "localhost"}, "b2ckit doctor: --redis: the address of Redis is none; it looks like redis://HOST:6379, or rediss:// for TLS\n"},
		{"timeout", []string{"--timeout", "0s"}, "b2ckit doctor: --timeout is 0s; want a positive one\n"},
		{"no flow", []string{"--tenant", "contoso", "--tenant-id", tenantID, "--flow", "susi"}, "b2ckit doctor: "},
	} {
		status, stdout, stderr := program{}.run(t, c.args...)
		if status != 2 || stdout != "" || !strings.HasPrefix(stderr, c.stderr) {
			t.Errorf("%s: got status %d, %q, %q", c.name, status, stdout, stderr)
		}
		if strings.Contains(stderr, "hunter2") {
			t.Errorf("%s: the password is told: %s", c.name, stderr)
		}
	}
}

func TestCommandJSON(t *testing.T) {
	t.Chdir(t.TempDir())
	b2c := serve(t, nil)
	_, stdout, _ := program{}.run(t, at(t, b2c, "--json")...)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	for _, line := range lines {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
	}
	if last := lines[len(lines)-1]; !strings.HasPrefix(last, `{"verdict":"ok","ok":`) || !strings.Contains(last, `"at":"2`) {
		t.Errorf("got %s", last)
	}
}

func TestCommandColor(t *testing.T) {
	t.Chdir(t.TempDir())
	b2c := serve(t, nil)
	_, stdout, _ := program{color: true}.run(t, at(t, b2c, "--flow", "B2C_1_none")...)
	for _, want := range []string{"\x1b[32mok      \x1b[0mB2C_1_susi", "\x1b[31mFAIL    \x1b[0mB2C_1_none", "\nskipped other-host"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("got\n%s\nwant %q", stdout, want)
		}
	}
}

// What stands in a file and means nothing is told.
func TestCommandSettings(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	b2c := serve(t, nil)
	if err := os.WriteFile("appsettings.json", []byte(`{"AzureAdB2C": {
		"Instance": "`+b2c.URL+`", "Domain": "contoso.onmicrosoft.com", "TenantId": "`+tenantID+`",
		"ClientId": "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", "SignUpSignInPolicyId": "B2C_1_susi", "Colour": "blue"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	flags := at(t, b2c)
	status, stdout, _ := program{}.run(t, flags[6], flags[7]) // --ca-file alone
	_, misspelt, _ := program{environ: []string{"B2C_FLOWS=B2C_1_resat", "AzureAdB2C__ResetPasswordPolicyId=B2C_1_reset"}}.run(t, flags[6], flags[7])
	if want := "-> correct the name, or remove it: is it B2C_1_reset that is meant?\n"; !strings.Contains(misspelt, want) {
		t.Errorf("a link: got\n%s\nwant %q", misspelt, want)
	}
	for _, want := range []string{
		"\nwarn    settings\n", "\n  some of them mean nothing here: appsettings.json: AzureAdB2C:Colour is not\n  known here\n",
		"\n  audiences           90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("got status %d and\n%s\nwant %q", status, stdout, want)
		}
	}
}

func TestCommandRedis(t *testing.T) {
	t.Chdir(t.TempDir())
	server := redistest.Start(t)
	admin := redis.NewClient(&redis.Options{Addr: server.Addr})
	defer func() { _ = admin.Close() }()
	if err := admin.Do(t.Context(), "ACL", "SETUSER", "shop", "on", ">hunter2", "~shop:*", "+@all", "-eval").Err(); err != nil {
		t.Fatal(err)
	}
	p := program{environ: []string{"REDIS_PASSWORD=hunter2"}}
	status, stdout, stderr := p.run(t, "--redis", "redis://shop@"+server.Addr, "--redis-prefix", "shop:")
	if status != 1 || stderr != "" || strings.Contains(stdout, "hunter2") {
		t.Errorf("got status %d, %q", status, stderr)
	}
	for _, want := range []string{
		"\nFAIL    redis-acl, " + server.Addr + "\n", "-> an administrator grants it by: ACL SETUSER <user> ~shop:* +eval\n",
		"\n  redis_acl_asked_by  dry run\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("got\n%s\nwant %q", stdout, want)
		}
	}
	server.Kill()
	if status, stdout, _ := p.run(t, "--redis", "redis://shop@"+server.Addr); status != 3 || !strings.Contains(stdout, "connection refused") {
		t.Errorf("away: got status %d and\n%s", status, stdout)
	}
}
