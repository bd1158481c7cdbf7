// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
)

// FuzzParse: nothing panics, and what is accepted is one thing only. It reads
// back from each of its texts, it has no odd characters, and net/url, which
// will dial it, sees the same host.
func FuzzParse(f *testing.F) {
	for _, tc := range forms {
		f.Add(tc.url)
		f.Add(tc.metadata)
		f.Add(tc.keys)
	}
	for _, s := range []string{
		"https://contoso.b2clogin.com@evil.example/contoso.onmicrosoft.com/B2C_1_susi",
		`https://contoso.b2clogin.com\.evil.example/contoso.onmicrosoft.com/B2C_1_susi`,
		"http://[::1]:80/contoso.onmicrosoft.com/B2C_1_susi", "http://[::ffff:127.0.0.1]/a.b/b2c_1_x", "https://[::1%25lo]/a.b/B2C_1_x",
		"https://a.b:443/tfp/tfp.b/B2C_1_..", "https://a.b/te/a.b?p=B2C_1_x", "https://a.b/a.b/B2C_1_x?p=b2c_1_X&", "https://a.b/a.b?p=B2C_1_x;",
		"https://contoso.ciamlogin.com", "https://11111111-1111-1111-1111-111111111111.ciamlogin.com/?appid=11111111-1111-1111-1111-111111111111",
		"https://contoso.ciamlogin.com/contoso.onmicrosoft.com/v2.0?appid=11111111-1111-1111-1111-111111111111&", "https://login.microsoftonline.com/common",
		"https://1.2.3.4/a.b/B2C_1_x", "https://0x7f.1/a.b/B2C_1_x", "https://127.1/a.b/B2C_1_x", "x://", "https://a.b/v2.0/v2.0/B2C_1_x", "https://a.b/v2.0/B2C_1_x/v2.0",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := authority.Parse(s)
		if err != nil {
			checkPrintable(t, s, err.Error())
			return
		}
		if a.Err() != nil {
			t.Fatalf("Parse(%q) gives an authority with the error %v", s, a.Err())
		}
		for _, text := range []string{a.String(), a.MetadataURL(), a.ID()} {
			if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"<>@\%#{}|^`+"`'", r) }) {
				t.Fatalf("Parse(%q) gives %q", s, text)
			}
			again, err := authority.Parse(text)
			if err != nil || again.ID() != a.ID() || again.TenantID() != a.TenantID() {
				t.Fatalf("Parse(%q) gives %q, which reads back as %v, %v", s, text, again, err)
			}
			u, err := url.Parse(text)
			if err != nil || !strings.EqualFold(u.Host, a.Host()) || u.User != nil || u.Fragment != "" {
				t.Fatalf("Parse(%q) gives %q, for net/url %+v, %v", s, text, u, err)
			}
			if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
				t.Fatalf("Parse(%q) gives %q, not https", s, text)
			}
		}
		// The original text, too, leads net/url to the same host.
		u, err := url.Parse(s)
		if err != nil {
			t.Fatalf("Parse(%q) accepts what net/url refuses: %v", s, err)
		}
		want := strings.ToLower(u.Hostname())
		if addr, err := netip.ParseAddr(want); err == nil {
			want = addr.String() // an IPv6 address has many spellings
		}
		if want != strings.Trim(strings.TrimSuffix(a.Host(), ":"+u.Port()), "[]") {
			t.Fatalf("Parse(%q): host %q, for net/url %q", s, a.Host(), u.Host)
		}
	})
}

func loopback(host string) bool {
	return host == "localhost" || strings.HasPrefix(host, "127.") || strings.Contains(host, ":")
}

// FuzzTenant: what names a tenant, a flow and an audience is that in each of the
// addresses and issuers that come of it, read by net/url, and nothing else: no
// name breaks out of its place.
func FuzzTenant(f *testing.F) {
	const id = "775527ff-9a37-4307-8b3d-cc311f58d925"
	for _, s := range [][4]string{
		{"contoso", id, "B2C_1_susi", id},
		{"CONTOSO", strings.ToUpper(id), "b2c_1a_x", "api"},
		{"a.b", id, "B2C_1_a/b", "x y"},
		{"evil.example#", id, "B2C_1_a?b", ""},
		{"a-b", id, "B2C_1_ſusi", "\x00"},
		{"", id, "", ""},
		{"contoso", "common", "B2C_1_x", "x"},
		{"contoso@evil", id, "B2C_1_..", "{775527ff}"},
		{"ä", id, "B2C_1_%2f", id},
		{"contoso:443", id + "/", "B2C_1_x\n", id},
	} {
		f.Add(s[0], s[1], s[2], s[3])
	}
	f.Fuzz(func(t *testing.T, name, id, flow, audience string) {
		tenant, err := authority.B2C(name, id)
		if err != nil {
			checkLines(t, name+id, err)
			return
		}
		a := tenant.WithAudiences(audience).Flow(flow)
		if a.Err() != nil {
			checkLines(t, flow+audience, a.Err())
			return
		}
		host, folded := strings.ToLower(name)+".b2clogin.com", strings.ToLower(flow)
		if !strings.EqualFold(a.Flow(), flow) || a.TenantID() != strings.ToLower(id) || len(a.TenantID()) != 36 || len(a.Audiences()) != 1 || !strings.EqualFold(a.Audiences()[0], audience) {
			t.Fatalf("%q %q %q %q is %+v", name, id, flow, audience, a)
		}
		issuers := a.Issuers()
		if len(issuers) != 2 || issuers[0] != "https://"+host+"/"+a.TenantID()+"/v2.0/" || issuers[1] != "https://"+host+"/tfp/"+a.TenantID()+"/"+folded+"/v2.0/" {
			t.Fatalf("%q %q %q: issuers %q", name, id, flow, issuers)
		}
		for _, text := range []string{a.MetadataURL(), a.JWKSURI(), a.TokenEndpoint(), a.AuthorizationEndpoint(), a.EndSessionEndpoint()} {
			u, err := url.Parse(text)
			if err != nil || u.Scheme != "https" || u.Host != host || u.User != nil || u.Fragment != "" || u.RawQuery != "" || u.String() != text || !strings.Contains(strings.ToLower(u.Path), "/"+folded+"/") {
				t.Fatalf("%q %q %q: %q, for net/url %+v, %v", name, id, flow, text, u, err)
			}
		}
		for _, issuer := range append(issuers, "https://"+host+"/TFP/"+id, issuers[0]+"x", issuers[1]+"/") {
			if got, want := a.MatchIssuer(issuer), issuer == issuers[0] || issuer == issuers[1]; got != want {
				t.Fatalf("MatchIssuer(%q) is %v", issuer, got)
			}
		}
	})
}

// checkLines checks an error that tells one mistake a line.
func checkLines(t *testing.T, what string, err error) {
	t.Helper()
	for line := range strings.SplitSeq(err.Error(), "\n") {
		checkPrintable(t, what, line)
	}
}
