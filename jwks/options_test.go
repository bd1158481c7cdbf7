// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

func TestOptionErrorsNameTheField(t *testing.T) {
	for _, tt := range []struct {
		want string
		opts jwks.Options
	}{
		{"MinRefresh", jwks.Options{MinRefresh: -1}},
		{"MaxRefresh", jwks.Options{MaxRefresh: -1}},
		{"MinRefetch", jwks.Options{MinRefetch: -1}},
		{"MaxStale", jwks.Options{MaxStale: -1}},
		{"KeyGrace", jwks.Options{KeyGrace: -1}},
		{"FetchTimeout", jwks.Options{FetchTimeout: -1}},
		{"MinRefresh", jwks.Options{MinRefresh: 2 * time.Hour, MaxRefresh: time.Hour}},
		{"MaxStale", jwks.Options{MaxStale: time.Minute}},
		{"MaxStale", jwks.Options{MaxStale: 30 * time.Hour, MaxRefresh: 31 * time.Hour}},
		{"KeyHosts", jwks.Options{KeyHosts: []string{""}}},
		{"KeyHosts", jwks.Options{KeyHosts: []string{":443"}}},
		{"KeyHosts", jwks.Options{KeyHosts: []string{":8443"}}},
		{"KeyHosts", jwks.Options{KeyHosts: []string{"good.example", "https://keys.example.com"}}},
		{"KeyHosts", jwks.Options{KeyHosts: []string{"keys.example.com/path"}}},
		{"KeyHosts", jwks.Options{KeyHosts: []string{"user@keys.example.com"}}},
		{"KeyHosts", jwks.Options{KeyHosts: []string{"*.example.com"}}},
	} {
		if c, err := jwks.New(susi(t), &tt.opts); c != nil || err == nil || !strings.Contains(err.Error(), "Options."+tt.want+":") {
			t.Errorf("%+v: got %v, want an error that names Options.%s", tt.opts, err, tt.want)
		}
	}
}

func TestContradictionsThatAreNone(t *testing.T) {
	for _, opts := range []*jwks.Options{
		nil,
		{},
		{MinRefresh: 2 * time.Hour},  // more than the default ceiling
		{MaxRefresh: time.Second},    // less than the default floor
		{MaxRefresh: 48 * time.Hour}, // more than the default MaxStale
		{MaxRefresh: time.Hour, MaxStale: time.Hour},           // just enough
		{MinRefresh: time.Hour, MaxRefresh: time.Hour},         // jitter is taken below
		{KeyGrace: 48 * time.Hour, FetchTimeout: time.Hour},    // odd, but clear
		{KeyHosts: []string{"KEYS.example.com", "[::1]:8443"}}, // any case, any port
	} {
		if _, err := jwks.New(susi(t), opts); err != nil {
			t.Errorf("%+v: %v", opts, err)
		}
	}
}

// Options are copied: what the caller does to them later changes nothing.
func TestOptionsAreCopied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := jwks.Options{KeyHosts: []string{"keys.example.com"}}
		opts.Transport = documents(metadataOf(issuer, "https://keys.example.com/x/discovery/v2.0/keys"), keySet(jwk("kid", 2048)))
		c, err := jwks.New(susi(t), &opts)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		opts.KeyHosts[0], opts.Transport = "evil.example", nil
		if !finds(t, c, "kid") {
			t.Error("the cache follows the caller's copy")
		}
	})
}

// Without the GUID a stranger's issuer can't be told from the tenant's.
func TestAuthorityMustBeComplete(t *testing.T) {
	noID, err := authority.Parse(flowURL)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		a    authority.Authority
		want string
	}{
		{"no GUID", noID, "WithTenantID"},
		{"empty", authority.Authority{}, "empty Authority"},
		{"no flow", contoso(t).Flow(""), "flow"},
		{"bad flow", contoso(t).Flow("../susi"), "flow"},
		{"empty tenant", authority.Tenant{}.Flow("B2C_1_susi"), "empty Tenant"},
	} {
		if c, err := jwks.New(tt.a, nil); c != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("New, %s: got %v, want %q", tt.name, err, tt.want)
		}
		if s, err := jwks.NewStatic(tt.a, issuer, []byte(keySet(jwk("kid", 2048)))); s != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("NewStatic, %s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestStatic(t *testing.T) {
	s, err := jwks.NewStatic(susi(t), tfpIssuer, []byte(keySet(jwk("b", 2048), jwk("a", 2048))))
	if err != nil {
		t.Fatal(err)
	}
	var _ jwks.Source = s
	for _, id := range []string{"", "a", "unknown"} {
		set, err := s.Find(t.Context(), jwks.Query{KeyID: id})
		if err != nil || set != s.Current() || set.Issuer() != tfpIssuer {
			t.Errorf("Find(%q): got %v, %v", id, set, err)
		}
	}
	state := s.State()
	if err := s.Refresh(t.Context()); err != nil || !state.Usable || state.Issuer != tfpIssuer || strings.Join(state.KeyIDs, "") != "ab" ||
		state.Authority != susi(t).ID() || s.Authority().ID() != susi(t).ID() {
		t.Errorf("got %+v, Refresh %v", state, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestStaticRefuses(t *testing.T) {
	good := keySet(jwk("kid", 2048))
	for _, tt := range []struct{ issuer, document, want string }{
		{"", good, "jwks: issuer:"},
		{origin + "/" + otherID + "/v2.0/", good, "jwks: issuer:"},
		{strings.TrimSuffix(issuer, "/"), good, "jwks: issuer:"},
		{"https://evil.example/" + tenantID + "/v2.0/", good, "jwks: issuer:"},
		{issuer, "", "jwks: document:"},
		{issuer, `{"keys":[]}`, "jwks: document:"},
		{issuer, jwk("kid", 2048), `no member "keys"`},
		{issuer, keySet(jwk("kid", 1024)), "1024 bits"},
	} {
		if s, err := jwks.NewStatic(susi(t), tt.issuer, []byte(tt.document)); s != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("issuer %q, document %.40q: got %v, want %q", tt.issuer, tt.document, err, tt.want)
		}
	}
}
