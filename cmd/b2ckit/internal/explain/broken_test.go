// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package explain_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the files of testdata as they are")

// broken is a token as it comes in, and what is wrong with it.
type broken struct {
	name, input string
	args        []string
	status      int
	reason      string
	hint        string
}

func brokenTokens(tb testing.TB) []broken {
	tb.Helper()
	good := token(tb, nil)
	of := func(changes claims) string { return token(tb, changes) }
	unknown := func(header, changes claims) string { return strange(tb, header, changes) }
	require := func(what ...string) (args []string) {
		for _, w := range what {
			args = append(args, "--require", w)
		}
		return args
	}
	const otherTenant = "https://fabrikam.b2clogin.com/99999999-9999-4999-8999-999999999999/v2.0/"
	const graph = "00000003-0000-0000-c000-000000000000"
	return []broken{
		{"a good token", good, nil, 0, "", ""},
		{"a good token for a route", good, require("scope:tasks.read", "flow:b2c_1_susi", "client:"+webClient, "delegated", "signed-in-within:1h"), 0, "", ""},
		{"an ID token", of(claims{"scp": nil, "azp": nil, "aud": webClient, "nonce": "n"}), nil, 1, "audience", "id_token"},
		{"an ID token of client and API in one", of(claims{"scp": nil, "azp": nil, "nonce": "n"}), nil, 1, "not_access_token", "id_token"},
		{"a refresh token", "eyJraWQiOiJjcGltY29yZV8wOTI1MjAxNSIsInppcCI6IkRlZmxhdGUifQ.AAAA.BBBB.CCCC.DDDD", nil, 1, "encrypted", "refresh_token_or_code"},
		{"an App ID URI as audience", of(claims{"aud": "https://contoso.onmicrosoft.com/tasks"}), nil, 1, "audience", "app_id_uri"},
		{"the client as audience", of(claims{"aud": webClient}), nil, 1, "audience", "client_as_audience"},
		{"another flow", of(claims{"tfp": "B2C_1A_kiosk_for_partners"}), nil, 1, "flow", "other_flow"},
		{"the reset flow", of(claims{"tfp": "B2C_1_passwordreset"}), nil, 1, "flow", "reset_flow"},
		{"the edit flow", of(claims{"tfp": "B2C_1_profile_editing"}), nil, 1, "flow", "edit_flow"},
		{"a misspelt flow", of(claims{"tfp": "B2C_1_sisu"}), nil, 1, "flow", "flow_spelling"},
		{"no flow", of(claims{"tfp": nil}), nil, 1, "flow", "no_flow"},
		{"another tenant under the shared key", of(claims{"iss": otherTenant}), nil, 1, "issuer", "other_tenant"},
		{"another host", of(claims{"iss": "https://login.contoso.com/" + contosoID + "/v2.0/"}), nil, 1, "issuer", "other_host"},
		{"Entra ID v1", unknown(nil, claims{"iss": "https://sts.windows.net/" + contosoID + "/", "aud": "api://tasks", "tfp": nil}), nil, 1, "unknown_key", "entra_v1"},
		{"Entra ID v2", unknown(nil, claims{"iss": "https://login.microsoftonline.com/" + contosoID + "/v2.0", "ver": "2.0", "tfp": nil}), nil, 1, "unknown_key", "entra_v2"},
		{"Microsoft Graph", unknown(claims{"nonce": "x", "x5t": "y"}, claims{"iss": "https://sts.windows.net/" + contosoID + "/", "aud": graph, "tfp": nil}), nil, 1, "unknown_key", "microsoft_graph"},
		{"External ID", unknown(nil, claims{"iss": "https://" + contosoID + ".ciamlogin.com/" + contosoID + "/v2.0", "tfp": nil}), nil, 1, "unknown_key", "external_id"},
		{"expired, and for another API", of(claims{"exp": 1750000000, "aud": "11111111-2222-4333-8444-555555555555"}), nil, 1, "audience", "other_audience"},
		{"expired an hour ago", of(claims{"iat": 1749993000, "nbf": 1749993000, "exp": 1749997060}), nil, 1, "expired", ""},
		{"expired just now", of(claims{"exp": 1750000540}), nil, 1, "expired", "clock"},
		{"not yet valid", of(claims{"nbf": 1750001260}), nil, 1, "not_yet_valid", "clock"},
		{"a scope is missing", good, require("scope:tasks.delete"), 1, "scope_required", ""},
		{"no scope at all", of(claims{"scp": nil}), nil, 1, "not_access_token", "no_scope"},
		{"another client", good, require("client:eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee"), 1, "client_required", ""},
		{"a user where an app is wanted", good, require("app-only"), 1, "app_required", ""},
		{"signed in long ago", good, require("signed-in-within:5m"), 1, "sign_in_too_old", ""},
		{"opaque", "3f2c9e1ab5d54c7e", nil, 1, "malformed", "opaque_token"},
		{"cut off", good[:len(good)-202], nil, 1, "signature", "truncated"},
		{"undefined", "undefined", nil, 1, "malformed", "placeholder"},
		{"altered", altered(good), nil, 1, "signature", ""},
		{"HS256", unknown(claims{"alg": "HS256"}, nil), nil, 1, "algorithm", ""},
		{"an unknown key, and an untrusted flow", unknown(nil, claims{"tfp": "B2C_1_kiosk_for_partners"}), nil, 1, "unknown_key", "other_flow"},
		{"an unknown key", unknown(nil, nil), nil, 1, "unknown_key", "unpublished_key"},
		{"a token response", `{"access_token":"` + of(claims{"exp": 1749997060}) + `","token_type":"Bearer"}`, nil, 1, "expired", ""},
		{"a header line", "Authorization: Bearer " + good, nil, 0, "", ""},
	}
}

// altered gives a token more scopes than were signed.
func altered(good string) string {
	parts := strings.Split(good, ".")
	return parts[0] + "." + strings.Split(tokenOfAnybody, ".")[1] + "." + parts[2]
}

// tokenOfAnybody has the claims of the flow, and a scope more.
const tokenOfAnybody = "e30.eyJhdWQiOiI5MGMwZmU2My1iY2YyLTQ0ZDUtOGZiNy1iOGJiYzBiMjlkYzYiLCJleHAiOjE3NTAwMDM2MDAsImlhdCI6MTc1MDAwMDAwMCwiaXNzIjoiaHR0cHM6Ly9jb250b3NvLmIyY2xvZ2luLmNvbS83NzU1MjdmZi05YTM3LTQzMDctOGIzZC1jYzMxMWY1OGQ5MjUvdjIuMC8iLCJzY3AiOiJhZG1pbiIsInRmcCI6IkIyQ18xX3N1c2kifQ.e30"

// What is said of each broken token is in testdata/broken.txt, for people to read.
func TestBrokenTokens(t *testing.T) {
	all := brokenTokens(t)
	if len(all) < 30 {
		t.Fatalf("got %d tokens", len(all))
	}
	wantExplained(t, "testdata/broken.txt", all, func(b broken) ([]string, []string) { return nil, slices.Concat(judging, b.args) })
}

// wantExplained fails if a file is not what is said of tokens, under the variables and
// with the arguments that a function returns for each.
func wantExplained(t *testing.T, file string, all []broken, setting func(broken) (environ, args []string)) {
	t.Helper()
	var text strings.Builder
	for _, b := range all {
		environ, args := setting(b)
		status, stdout, stderr := runWith(t, environ, b.input+"\n", args...)
		if status != b.status || stderr != "" {
			t.Errorf("%s: got status %d, %q, want %d", b.name, status, stderr, b.status)
		}
		fmt.Fprintf(&text, "=== %s: exit status %d\n\n%s\n", b.name, status, stdout)
		for line := range strings.Lines(stdout) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 80 {
				t.Errorf("%s: a line has %d columns: %s", b.name, n, line)
			}
		}
		wantNothingSecret(t, b, stdout)

		status, stdout, _ = runWith(t, environ, b.input, slices.Concat(args, []string{"--json"})...)
		var got struct{ Verdict, Reason, Hint string }
		if err := json.Unmarshal([]byte(stdout), &got); err != nil || strings.Count(stdout, "\n") != 1 {
			t.Errorf("%s: got %q, want one line of JSON (%v)", b.name, stdout, err)
		}
		wantVerdict := map[int]string{0: "accepted", 1: "refused", 3: "undecided"}[b.status]
		if status != b.status || got.Verdict != wantVerdict || got.Reason != b.reason || got.Hint != b.hint {
			t.Errorf("%s: got %d, %+v, want %s, %q, %q", b.name, status, got, wantVerdict, b.reason, b.hint)
		}
		wantNothingSecret(t, b, stdout)
	}
	if *update {
		if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(file); err != nil || string(want) != text.String() {
		t.Errorf("%s is not what is said now (%v); read what has changed, and run with -update", file, err)
	}
}

// wantNothingSecret fails if the signature or the user is shown.
func wantNothingSecret(t *testing.T, b broken, shown string) {
	t.Helper()
	parts := strings.Split(strings.Trim(b.input, `"} `), ".")
	if last := parts[len(parts)-1]; len(last) > 100 && strings.Contains(shown, last[:100]) {
		t.Errorf("%s: the signature is shown", b.name)
	}
	for _, name := range []string{"Ada", "ada@example.org", "cccccccc-cccc"} {
		if strings.Contains(shown, name) {
			t.Errorf("%s: %s is shown", b.name, name)
		}
	}
}
