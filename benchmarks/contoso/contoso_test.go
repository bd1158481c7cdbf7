// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package contoso_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/benchmarks/contoso"
)

type parsed struct {
	KeyID    string `json:"kid"`
	Issuer   string `json:"iss"`
	Audience string `json:"aud"`
	Expires  int64  `json:"exp"`
	User     string `json:"oid"`
	signed   bool
}

func parse(t *testing.T, tenant *contoso.Tenant, raw string) (p parsed) {
	t.Helper()
	parts := strings.Split(raw, ".")
	for _, part := range parts[:2] {
		data, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &p); err != nil {
			t.Fatal(err)
		}
	}
	sig, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	p.signed = rsa.VerifyPKCS1v15(tenant.PublicKey(), crypto.SHA256, digest[:], sig) == nil
	return p
}

var tenant = contoso.New(2048, 1)

// Tokens are of the flows in turn, each of another user, and about as long as a real
// one.
func TestTokens(t *testing.T) {
	three := tenant.WithFlows(3)
	users := map[string]bool{}
	for i, raw := range three.Tokens(7) {
		p := parse(t, three, raw)
		f := three.Flows[i%3]
		if p.Issuer != f.Issuer || p.KeyID != f.KeyID || p.Audience != contoso.Audience || !p.signed || p.Expires < time.Now().Unix()+3600 {
			t.Errorf("token %d: got %+v, want one of %s", i, p, f.Name)
		}
		if len(raw) < 1100 || len(raw) > 1300 {
			t.Errorf("token %d has %d bytes, want about 1200", i, len(raw))
		}
		users[p.User] = true
	}
	if len(users) != 7 {
		t.Errorf("got the users %v, want 7", slices.Sorted(maps.Keys(users)))
	}
	if got, want := three.Flows[2].Issuer, "https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi0002/v2.0/"; got != want {
		t.Errorf("got the issuer %s, want %s", got, want)
	}
}

// A bad token has one fault.
func TestBad(t *testing.T) {
	for what, raw := range tenant.Bad() {
		p := parse(t, tenant, raw)
		faults := map[string]bool{"bad signature": !p.signed, "expired": p.Expires < time.Now().Unix()-600, "wrong audience": p.Audience != contoso.Audience}
		if len(faults) != len(tenant.Bad()) || !faults[what] {
			t.Errorf("%s: got %v", what, faults)
		}
		delete(faults, what)
		for other, is := range faults {
			if is {
				t.Errorf("%s: it is %s, too", what, other)
			}
		}
	}
}

// The client gets what discovery needs, and nothing else.
func TestClient(t *testing.T) {
	client := tenant.WithFlows(2).Client()
	issuer := "https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi0001/v2.0/"
	for address, want := range map[string]string{
		issuer + ".well-known/openid-configuration": `"issuer":"` + issuer + `"`,
		issuer + "keys": `"kid":"X5eXk4xyojNFum1kl2Ytv8dlNP4-c57dO6QGTVB0001"`,
		strings.Replace(issuer, "0001", "0002", 1) + "keys": "",
	} {
		resp, err := client.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if ok := resp.StatusCode == 200; err != nil || ok != (want != "") || !strings.Contains(string(body), want) {
			t.Errorf("%s: got %s %s %v, want %s", address, resp.Status, body, err, want)
		}
	}
}
