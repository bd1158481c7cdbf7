// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package explain_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/explain"
	"github.com/b2ckit/b2ckit/emulator"
)

// A token on the command line would stay where others can see it.
func TestTokensAreNoArguments(t *testing.T) {
	good := token(t, nil)
	for _, arg := range []string{good, "Bearer " + good, `"` + good + `"`, `{"access_token":"` + good + `"}`, strings.Repeat("a", 60) + "." + strings.Repeat("b", 60) + ".c"} {
		status, stdout, stderr := run(t, "", arg)
		if status != 2 || stdout != "" || !strings.Contains(stderr, "pipe it") || strings.Contains(stderr, arg[len(arg)/2:]) {
			t.Errorf("%.20s…: got %d, %q, %q", arg, status, stdout, stderr)
		}
	}
}

func TestWrongCommandLines(t *testing.T) {
	file := filepath.Join(t.TempDir(), "odd.json")
	if err := os.WriteFile(file, []byte(`{"neither":1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	offline := judging[:8:8]
	for _, tc := range []struct {
		name string
		args []string
		want string
	}{
		{"two files", []string{"a", "b"}, "name one file"},
		{"no such file", append(judging, "nowhere.txt"), "nowhere.txt"},
		{"a scope as it is asked for", append(judging, "--require", "scope:https://contoso.onmicrosoft.com/tasks/tasks.read"), `want "tasks.read"`},
		{"an odd requirement", append(judging, "--require", "scop:x"), "want scope:NAME"},
		{"two odd requirements", append(judging, "--require", "scope:", "--require", "signed-in-within:5"), "signed-in-within:5"},
		{"an odd time", []string{"--now", "yesterday"}, "--now"},
		{"a requirement without a tenant", []string{"--require", "delegated"}, "--tenant contoso"},
		{"a daemon by name", append(judging, "--allow-missing-flow", "stock-job"), "--allow-missing-flow is no GUID"},
		{"a daemon without a tenant", []string{"--allow-missing-flow", webClient}, "or --tenant-id)"},
		{"no audience", judging[:6:6], "--audience"},
		{"a file of something else", append(offline, "--offline", file), "neither what --save-keys writes"},
		{"no keys of this flow", append(offline, "--flow", "B2C_1_other", "--offline", saved(t, `{"authorities":[]}`)), "there are no keys of"},
	} {
		status, stdout, stderr := run(t, "undefined", tc.args...)
		if status != 2 || stdout != "" || !strings.Contains(stderr, tc.want) {
			t.Errorf("%s: got %d, %q, %q, want %q", tc.name, status, stdout, stderr, tc.want)
		}
	}
	if status, _, stderr := run(t, " \n"); status != 2 || !strings.Contains(stderr, "no token") {
		t.Errorf("no input: got %d, %q", status, stderr)
	}
	if status, _, stderr := run(t, strings.Repeat("a", 1<<20+1)); status != 2 || !strings.Contains(stderr, "1048576 bytes") {
		t.Errorf("too much input: got %d, %q", status, stderr)
	}
}

func saved(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "keys.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Several tokens come a line each, and the worst verdict is the exit status.
func TestManyTokens(t *testing.T) {
	good, bad := token(t, nil), token(t, claims{"scp": nil})
	status, stdout, _ := run(t, good+"\n\n"+bad+"\r\n"+good+"\n", append(judging, "--json")...)
	if status != 1 || strings.Count(stdout, "\n") != 3 || strings.Count(stdout, `"verdict":"accepted"`) != 2 {
		t.Errorf("got %d, %s", status, stdout)
	}
	broken := good[:100] + "\n" + good[100:400] + "\n" + good[400:]
	if status, stdout, _ := run(t, broken, judging...); status != 0 {
		t.Errorf("a token of several lines: got %d, %s", status, stdout)
	}
}

// Without settings it says what the token is, and how to have it judged.
func TestWithoutSettings(t *testing.T) {
	for name, tc := range map[string]struct {
		input string
		want  []string
		not   string
	}{
		"a token of B2C":    {token(t, nil), []string{"an access token of Azure AD B2C", "--tenant contoso", "--tenant-id " + contosoID, "--flow B2C_1_susi", "--audience " + contosoAPI}, "Ada"},
		"a custom domain":   {token(t, claims{"iss": "https://login.contoso.com/tfp/" + contosoID + "/b2c_1_susi/v2.0/"}), []string{"--host login.contoso.com", "--tenant-id " + contosoID}, "--tenant contoso"},
		"a hostile issuer":  {token(t, claims{"iss": "https://x;reboot/" + contosoID + "/v2.0/"}), []string{"unverified"}, "To check it"},
		"a hostile flow":    {token(t, claims{"tfp": "B2C_1_x;reboot"}), []string{"unverified"}, "To check it"},
		"a hostile tenant":  {token(t, claims{"iss": "https://contoso.b2clogin.com/$(reboot)/v2.0/"}), []string{"unverified"}, "To check it"},
		"an ID token":       {token(t, claims{"scp": nil, "azp": nil}), []string{"an ID token of Azure AD B2C"}, "accepted"},
		"Entra":             {strange(t, nil, claims{"iss": "https://sts.windows.net/x/"}), []string{"Entra ID (version 1)"}, "To check it"},
		"Graph":             {strange(t, claims{"nonce": "x"}, claims{"iss": "https://sts.windows.net/x/"}), []string{"Microsoft Graph"}, "To check it"},
		"External ID":       {strange(t, nil, claims{"iss": "https://" + contosoID + ".ciamlogin.com/" + contosoID + "/v2.0", "tfp": nil}), []string{"Entra External ID", "--authority https://" + contosoID + ".ciamlogin.com \\\n", "--audience " + contosoAPI}, "--flow"},
		"Entra ID":          {strange(t, nil, claims{"iss": "https://login.microsoftonline.com/" + contosoID + "/v2.0", "tfp": nil}), []string{"Entra ID (version 2)", "--authority https://login.microsoftonline.com \\\n", "--tenant-id " + contosoID}, "--flow"},
		"a hostile GUID":    {strange(t, nil, claims{"iss": "https://x;reboot.ciamlogin.com/" + contosoID + "/v2.0"}), []string{"unverified"}, "To check it"},
		"a refresh token":   {"eyJ.a.b.c.d", []string{"encrypted, as refresh tokens"}, "To check it"},
		"an opaque token":   {"3f2c9e", []string{"no JWT"}, "To check it"},
		"half a token":      {"eyJhbGciOiJSUzI1NiJ9.eyJ", []string{"a part of a token"}, "To check it"},
		"undefined":         {"undefined", []string{"no token: placeholder"}, "To check it"},
		"escape in a claim": {token(t, claims{"azp": "\x1b[31mroot"}), []string{`\x1b[31mroot`}, "\x1b"},
	} {
		status, stdout, stderr := run(t, tc.input)
		if status != 3 || stderr != "" {
			t.Errorf("%s: got %d, %q", name, status, stderr)
		}
		for _, want := range tc.want {
			if !strings.Contains(stdout, want) {
				t.Errorf("%s: got %s, want %q", name, stdout, want)
			}
		}
		for line := range strings.Lines(stdout) {
			if len([]rune(line)) > 81 {
				t.Errorf("%s: got a line of %d columns: %s", name, len([]rune(line))-1, line)
			}
		}
		if strings.Contains(stdout, tc.not) {
			t.Errorf("%s: got %s, want no %q", name, stdout, tc.not)
		}
	}
}

func TestUnwrap(t *testing.T) {
	for pasted, want := range map[string]string{
		"a.b.c": "a.b.c", " a.b.c\n": "a.b.c", "Bearer a.b.c": "a.b.c", "bearer  a.b.c": "a.b.c", `"a.b.c"`: "a.b.c", "'Bearer a.b.c'": "a.b.c",
		"Authorization: Bearer a.b.c": "a.b.c", `curl -H "Authorization: Bearer a.b.c" https://x/y.z`: "a.b.c",
		`{"access_token":"a.b.c","id_token":"d.e.f"}`: "a.b.c", `{"id_token":"d.e.f"}`: "d.e.f", `{"error":"x"}`: `{"error":"x"}`,
		`"a.b.c",`: "a.b.c", `  "access_token": "eyJ.b.c",`: "eyJ.b.c", "https://jwt.ms/#id_token=eyJ.b.c&state=x": "eyJ.b.c", "eyJ.eyJ.c": "eyJ.eyJ.c", "a.eyJ.c": "a.eyJ.c",
		"undefined": "undefined", "": "",
	} {
		raw, note := explain.Unwrap(pasted)
		if raw != want || (note != "") != (raw != strings.TrimSpace(pasted)) {
			t.Errorf("%q: got %q, %q, want %q", pasted, raw, note, want)
		}
	}
}

// Names and addresses come with --claims alone.
func TestClaims(t *testing.T) {
	_, stdout, _ := run(t, token(t, nil), append(judging, "--claims")...)
	if !strings.Contains(stdout, `"Ada Example"`) || !strings.Contains(stdout, "ada@example.org") {
		t.Errorf("got %s", stdout)
	}
	_, stdout, _ = run(t, token(t, nil), append(judging, "--claims", "--json")...)
	var got struct {
		Token struct{ Claims map[string]any }
	}
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || got.Token.Claims["name"] != "Ada Example" {
		t.Errorf("got %s (%v)", stdout, err)
	}
}

// A daemon's token is judged as the service does that has the same settings, also
// without the network; the flag is above them.
func TestDaemons(t *testing.T) {
	const another = "eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee"
	b2c := emulator.NewServer(nil)
	defer b2c.Close()
	host := strings.TrimPrefix(b2c.URL, "https://")
	online := []string{"--host", host, "--ca-file", saved(t, string(b2c.CACertificatePEM())), "--tenant-id", b2c.ID(), "--flow", "B2C_1_susi", "--audience", b2c.API().ID}
	fresh := b2c.MustMint(emulator.Spec{Kind: emulator.AppToken, Host: host})
	for _, c := range []struct {
		raw, daemon string
		args        []string
	}{{token(t, claims{"tfp": nil}), webClient, judging}, {fresh, b2c.Daemon().ID, online}} {
		for _, by := range []struct {
			variable, flag string
			want           int
		}{{"", "", 1}, {another, "", 1}, {c.daemon, "", 0}, {"", c.daemon, 0}, {another, c.daemon, 0}, {c.daemon, another, 1}} {
			args := c.args
			if by.flag != "" {
				args = slices.Concat(args, []string{"--allow-missing-flow", by.flag})
			}
			if status, stdout, stderr := runWith(t, []string{"B2C_ALLOW_MISSING_FLOW=" + by.variable}, c.raw, args...); status != by.want {
				t.Errorf("%+v: got %d, %s%s", by, status, stdout, stderr)
			}
		}
	}
}

// A token is judged at its own time if asked to.
func TestNow(t *testing.T) {
	good := token(t, nil)
	for now, want := range map[string]int{"token": 0, "1750000660": 0, "2025-06-15T15:17:40Z": 0, "1760000000": 1, "2025-06-15T20:17:40+02:00": 1} {
		args := slices.Concat(judging[:len(judging)-2], []string{"--now", now})
		if status, stdout, stderr := run(t, good, args...); status != want {
			t.Errorf("--now %s: got %d, %s%s, want %d", now, status, stdout, stderr, want)
		}
	}
	if status, _, _ := run(t, good, judging[:len(judging)-2]...); status != 1 {
		t.Errorf("now: got %d, want 1", status)
	}
	if _, stdout, _ := run(t, good, slices.Concat(judging[:len(judging)-2], []string{"--now", "0001-01-01T00:00:00Z"})...); !strings.HasPrefix(stdout, "refused: not_yet_valid") {
		t.Errorf("the first of all times: got %s", stdout)
	}
}

// Keys come over the network, are saved, and serve without it; without either there is
// no answer.
func TestKeysAreSaved(t *testing.T) {
	b2c := emulator.NewServer(nil)
	host := strings.TrimPrefix(b2c.URL, "https://")
	ca := saved(t, string(b2c.CACertificatePEM()))
	raw, err := b2c.Mint(emulator.Spec{Host: host})
	if err != nil {
		t.Fatal(err)
	}
	tenant := []string{"--host", host, "--ca-file", ca, "--tenant-id", b2c.ID(), "--flow", "B2C_1_susi", "--audience", b2c.API().ID}
	if status, stdout, stderr := run(t, raw, tenant...); status != 0 {
		t.Fatalf("over the network: got %d, %s%s", status, stdout, stderr)
	}
	file := filepath.Join(t.TempDir(), "keys.json")
	if status, stdout, stderr := run(t, "", append(tenant, "--save-keys", file)...); status != 0 || stdout != "" || !strings.Contains(stderr, "keys of all trusted flows") {
		t.Fatalf("--save-keys: got %d, %q, %q", status, stdout, stderr)
	}
	b2c.Close()
	if status, stdout, stderr := run(t, raw, append(tenant, "--offline", file)...); status != 0 {
		t.Errorf("--offline: got %d, %s%s", status, stdout, stderr)
	}
	status, stdout, _ := run(t, raw, tenant...)
	if status != 3 || !strings.HasPrefix(stdout, "undecided: keys_unavailable (connect)") || !strings.Contains(stdout, "  warn  key") {
		t.Errorf("no server: got %d, %s", status, stdout)
	}
	if status, _, stderr := run(t, "", append(tenant, "--save-keys", file)...); status != 3 || !strings.Contains(stderr, "jwks:") {
		t.Errorf("--save-keys without a server: got %d, %q", status, stderr)
	}
}

// What a token holds neither ends a line nor reaches a terminal, and a name that is wider
// than the page is cut.
func TestHostileClaims(t *testing.T) {
	odd := "\u0085\u2028\u202e\u009b31m\x7f\x1b[31m\n\U000e0041"
	raw := token(t, claims{"azp": odd, "name": odd, odd: odd, strings.Repeat("n", 2000): strings.Repeat("v", 2000)})
	for _, args := range [][]string{{"--json"}, {"--json", "--claims"}, {"--claims"}, nil} {
		_, stdout, _ := run(t, raw, append(judging, args...)...)
		if i := strings.IndexFunc(stdout, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
			t.Errorf("%q: got %q", args, stdout[i:])
		}
		if len(args) == 0 || args[0] != "--json" {
			for line := range strings.Lines(stdout) {
				if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 80 {
					t.Errorf("%q: a line has %d columns: %s", args, n, line)
				}
			}
			continue
		}
		var got struct {
			Token struct {
				Client string
				Claims map[string]any
			}
		}
		if err := json.Unmarshal([]byte(stdout), &got); err != nil || got.Token.Client != odd || len(args) > 1 && got.Token.Claims[odd] != odd {
			t.Errorf("%q: got %q (%v)", args, stdout, err)
		}
	}
}

// A file of keys is read as far as there can be keys in it.
func TestHugeFileOfKeys(t *testing.T) {
	huge := saved(t, strings.Repeat(" ", 16<<20+1))
	status, stdout, stderr := run(t, "undefined", slices.Concat(judging[:8], []string{"--offline", huge})...)
	if status != 2 || stdout != "" || !strings.Contains(stderr, "more than 16777216 bytes") {
		t.Errorf("got %d, %q, %q", status, stdout, stderr)
	}
}
