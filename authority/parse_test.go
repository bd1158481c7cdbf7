// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
)

func TestParseAccepts(t *testing.T) {
	for _, tc := range []struct{ url, want string }{
		// Case of the host and of a GUID carries no meaning and goes; a domain
		// and a flow keep their spelling.
		{"https://Contoso.B2CLogin.com/Contoso.OnMicrosoft.com/b2c_1_SUSI", "https://contoso.b2clogin.com/Contoso.OnMicrosoft.com/b2c_1_SUSI"},
		{"https://contoso.b2clogin.com/ABCDEF01-1111-1111-1111-111111111111/B2C_1_susi", "https://contoso.b2clogin.com/abcdef01-1111-1111-1111-111111111111/B2C_1_susi"},
		// One flow said twice is no conflict; it is the path form.
		{"https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi?p=b2c_1_susi", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi"},
		// Default ports go, others stay.
		{"https://contoso.b2clogin.com:443/contoso.onmicrosoft.com/B2C_1_susi", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi"},
		{"https://contoso.b2clogin.com:8443/contoso.onmicrosoft.com/B2C_1_susi", "https://contoso.b2clogin.com:8443/contoso.onmicrosoft.com/B2C_1_susi"},
		{"http://localhost:80/contoso.onmicrosoft.com/B2C_1_susi", "http://localhost/contoso.onmicrosoft.com/B2C_1_susi"},
		{"http://localhost:443/contoso.onmicrosoft.com/B2C_1_susi", "http://localhost:443/contoso.onmicrosoft.com/B2C_1_susi"},
		// Loopback, by every name it has.
		{"http://127.9.9.9:8080/contoso.onmicrosoft.com/B2C_1_susi", "http://127.9.9.9:8080/contoso.onmicrosoft.com/B2C_1_susi"},
		{"http://[::1]:8080/contoso.onmicrosoft.com/B2C_1_susi", "http://[::1]:8080/contoso.onmicrosoft.com/B2C_1_susi"},
		{"https://[2001:db8::1]/contoso.onmicrosoft.com/B2C_1_susi", "https://[2001:db8::1]/contoso.onmicrosoft.com/B2C_1_susi"},
	} {
		if a := parsed(t, tc.url); a.String() != tc.want {
			t.Errorf("Parse(%q): got %s, want %s", tc.url, a, tc.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const (
		base = "https://contoso.b2clogin.com/contoso.onmicrosoft.com"
		good = base + "/B2C_1_susi"
	)
	for _, tc := range []struct{ name, url, want string }{
		{"empty", "", "absolute URL"},
		{"no scheme", "contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi", "absolute URL"},
		{"scheme relative", "//contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi", "absolute URL"},
		{"http", "http" + strings.TrimPrefix(good, "https"), "loopback"},
		{"http, private address", "http://10.0.0.1/contoso.onmicrosoft.com/B2C_1_susi", "loopback"},
		{"http, loopback look-alike", "http://127.0.0.1.evil.example/contoso.onmicrosoft.com/B2C_1_susi", "loopback"},
		{"http, localhost look-alike", "http://localhost.evil.example/contoso.onmicrosoft.com/B2C_1_susi", "loopback"},
		{"http, any address", "http://0.0.0.0/contoso.onmicrosoft.com/B2C_1_susi", "loopback"},
		{"ftp", "ftp" + strings.TrimPrefix(good, "https"), "https"},
		{"file", "file:///contoso.onmicrosoft.com/B2C_1_susi", "https"},
		{"no host", "https:///contoso.onmicrosoft.com/B2C_1_susi", "empty"},
		{"port only", "https://:443/contoso.onmicrosoft.com/B2C_1_susi", "empty"},
		{"port 0", "https://contoso.b2clogin.com:0/contoso.onmicrosoft.com/B2C_1_susi", "port"},
		{"port empty", "https://contoso.b2clogin.com:/contoso.onmicrosoft.com/B2C_1_susi", "port"},
		{"port 65536", "https://contoso.b2clogin.com:65536/contoso.onmicrosoft.com/B2C_1_susi", "port"},
		{"port with zero", "https://contoso.b2clogin.com:0443/contoso.onmicrosoft.com/B2C_1_susi", "port"},
		{"port plus", "https://contoso.b2clogin.com:+443/contoso.onmicrosoft.com/B2C_1_susi", "port"},
		{"host star", "https://*.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi", "host"},
		{"host underscore", "https://con_toso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi", "host"},
		{"host one label", "https://contoso/contoso.onmicrosoft.com/B2C_1_susi", "host"},
		{"host trailing dot", "https://contoso.b2clogin.com./contoso.onmicrosoft.com/B2C_1_susi", "host"},
		{"host empty label", "https://contoso..com/contoso.onmicrosoft.com/B2C_1_susi", "host"},
		{"host in brackets", "https://[contoso.b2clogin.com]/contoso.onmicrosoft.com/B2C_1_susi", "host"},
		{"IPv4 in brackets", "https://[127.0.0.1]/contoso.onmicrosoft.com/B2C_1_susi", "host"},
		{"IPv6 without brackets", "https://::1/contoso.onmicrosoft.com/B2C_1_susi", "host"},
		{"IPv6 zone", "http://[fe80::1%25eth0]/contoso.onmicrosoft.com/B2C_1_susi", "escapes"},
		{"label of 64", "https://" + strings.Repeat("a", 64) + ".com/contoso.onmicrosoft.com/B2C_1_susi", "host"},
		{"host Unicode", "https://contoso.b2clogın.com/contoso.onmicrosoft.com/B2C_1_susi", "character"},
		{"user", "https://ada@contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi", "user name"},
		{"empty user", "https://@contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi", "user name"},
		{"backslash host", `https://contoso.b2clogin.com\@evil.example/contoso.onmicrosoft.com/B2C_1_susi`, "user name"},
		{"fragment", good + "#", "fragment"},
		{"fragment with query", good + "#?p=B2C_1_susi", "fragment"},
		{"escape in flow", base + "/B2C_1_%73usi", "escapes"},
		{"escape in query", base + "?p=B2C%5F1_susi", "escapes"},
		{"escaped slash", base + "%2FB2C_1_susi", "escapes"},
		{"two flows", good + "?p=B2C_1_edit", "another in ?p="},
		{"query p twice", base + "?p=B2C_1_susi&p=B2C_1_susi", "exactly one ?p="},
		{"query p empty", base + "?p=", "exactly one ?p="},
		{"query empty", good + "?", "exactly one ?p="},
		{"query other name", base + "?p=B2C_1_susi&x=1", "other than p"},
		{"query P", base + "?P=B2C_1_susi", "other than p"},
		{"query semicolon", base + "?p=B2C_1_susi;q=1", "query"},
		{"query plus is a space", base + "?p=B2C_1_su+si", "user flow"},
		{"tfp with query", "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com?p=B2C_1_susi", "mixes"},
		{"no path", "https://contoso.b2clogin.com", "no tenant"},
		{"root", "https://contoso.b2clogin.com/", "no tenant"},
		{"no flow", base, "no user flow"},
		{"metadata without flow", base + "/v2.0/.well-known/openid-configuration", "no user flow"},
		{"tfp alone", "https://contoso.b2clogin.com/tfp", "no tenant"},
		{"tenant of one label", "https://contoso.b2clogin.com/contoso/B2C_1_susi", "no tenant"},
		{"tenant common", "https://login.microsoftonline.com/common/B2C_1_susi", "no tenant"},
		{"GUID too short", "https://contoso.b2clogin.com/11111111-1111-1111-1111-11111111111/B2C_1_susi", "no tenant"},
		{"GUID not hex", "https://contoso.b2clogin.com/g1111111-1111-1111-1111-111111111111/B2C_1_susi", "no tenant"},
		{"GUID in braces", "https://contoso.b2clogin.com/{11111111-1111-1111-1111-111111111111}/B2C_1_susi", "no tenant"},
		{"GUID zero", "https://contoso.b2clogin.com/00000000-0000-0000-0000-000000000000/B2C_1_susi", "no tenant"},
		{"segments", good + "/x/y", "more path segments"},
		{"double slash", base + "//B2C_1_susi", "more path segments"},
		{"leading double slash", "https://contoso.b2clogin.com//contoso.onmicrosoft.com/B2C_1_susi", "no tenant"},
		{"two trailing slashes", good + "//", "more path segments"},
		{"dot segment", base + "/./B2C_1_susi", "more path segments"},
		{"path traversal", base + "/../B2C_1_susi", "more path segments"},
		{"flow is dots", base + "/..", "user flow"},
		{"flow is text", base + "/signin", "user flow"},
		{"flow without name", base + "/B2C_1_", "user flow"},
		{"flow B2C_2", base + "/B2C_2_susi", "user flow"},
		{"flow B2C_1B", base + "/B2C_1B_susi", "user flow"},
		{"flow with tilde", base + "/B2C_1_su~si", "user flow"},
		{"flow with at", base + "/B2C_1_su@si", "user name"},
		{"flow with comma", base + "/B2C_1_susi,B2C_1_edit", "user flow"},
		{"flow of 129", base + "/B2C_1_" + strings.Repeat("a", 129), "user flow"},
		{"Kelvin sign", base + "/B2C_1_\u212a", "character"},
		{"long s", base + "/B2C_1_\u017fusi", "character"},
		{"space", base + "/B2C_1_su si", "character"},
		{"trailing space", good + " ", "character"},
		{"leading space", " " + good, "character"},
		{"tab", base + "/B2C_1_susi\t", "character"},
		{"CR LF", good + "\r\nX: y", "character"},
		{"NUL", good + "\x00", "character"},
		{"DEL", good + "\x7f", "character"},
		{"bad UTF-8", good + "\xff", "character"},
		{"long", good + strings.Repeat("a", 2048), "longer"},
		{"very long", strings.Repeat("https://", 1<<20), "longer"},
	} {
		_, err := authority.Parse(tc.url)
		checkError(t, tc.name, err, tc.want)
	}
}

func TestParseHidesPassword(t *testing.T) {
	for _, url := range []string{
		"https://ada:hunter2@contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi",
		"https://ada:hunter2@contoso.b2clogin.com",
		"https://hunter2@contoso.b2clogin.com/#",
		"https://ada:hunter2@contoso.b2clogin.com/%",
		"https://ada:hunter2@contoso.b2clogin.com:99999/x",
		"https://ada:hunter2@",
		"ftp://ada:hunter2@contoso.b2clogin.com/",
		"https://ada:hunter2@contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi\n",
		"https://ada:hunter2 @contoso.b2clogin.com/",
		"https:ada:hunter2@contoso.b2clogin.com/",
		"ada:hunter2@contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi",
		`https:\\ada:hunter2@contoso.b2clogin.com`,
		"https://ada:hunter2?x@contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi",
		"https://ada:hunter2/?x@contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi",
		"https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi?hunter2",
		"https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi?code=hunter2",
		"https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi#id_token=hunter2",
		"https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/authorize?id_token_hint=hunter2",
		"https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0/authorize?p=B2C_1_susi&state=hunter2&login_hint=a@b.example",
		"contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi?code=hunter2",
	} {
		_, err := authority.Parse(url)
		if err == nil {
			t.Errorf("Parse(%q): got no error", url)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Parse(%q): the error shows the password: %v", url, err)
		}
	}
}

func TestWithTenantID(t *testing.T) {
	a := parsed(t, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi")
	if a.TenantID() != "" || a.Issuers() != nil || a.MatchIssuer("https://contoso.b2clogin.com//v2.0/") {
		t.Errorf("without GUID: got %q, issuers %q", a.TenantID(), a.Issuers())
	}
	b, err := a.WithTenantID("ABCDEF01-1111-1111-1111-111111111111")
	if err != nil || b.TenantID() != "abcdef01-1111-1111-1111-111111111111" || b.String() != a.String() {
		t.Errorf("got %v with tenant %q, %v", b, b.TenantID(), err)
	}
	if a.TenantID() != "" {
		t.Error("WithTenantID changed its receiver")
	}
	if a == b {
		t.Error("authorities with and without GUID are equal")
	}
	for _, tc := range []struct{ id, want string }{
		{"", "empty"},
		{"contoso.onmicrosoft.com", "not a GUID"},
		{"00000000-0000-0000-0000-000000000000", "empty GUID"},
		{guid + "\n", "not a GUID"},
		{" " + guid, "not a GUID"},
		{strings.Repeat("1", 1<<20), "not a GUID"},
	} {
		_, err := a.WithTenantID(tc.id)
		checkError(t, "WithTenantID", err, "tenantID", tc.want)
	}
	if _, err := b.WithTenantID(guid); err == nil {
		t.Error("another GUID: got no error")
	}
	if _, err := (authority.Authority{}).WithTenantID(guid); err == nil {
		t.Error("empty authority: got no error")
	}
}
