// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/validator"
)

const (
	benchTenant   = "775527ff-9a37-4307-8b3d-cc311f58d925"
	benchAudience = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
)

// benchToken makes an access token of about 1.2 kB with the claims of a real
// one.
func benchToken(tb testing.TB, key *rsa.PrivateKey) string {
	tb.Helper()
	now := time.Now().Unix()
	payload, err := json.Marshal(map[string]any{
		"ver": "1.0", "iss": "https://contoso.b2clogin.com/" + benchTenant + "/v2.0/",
		"sub": "cccccccc-cccc-cccc-cccc-cccccccccccc", "aud": benchAudience,
		"azp": "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb", "scp": "tasks.read tasks.write",
		"iat": now, "nbf": now, "exp": now + 86400, "auth_time": now, "nonce": "n-7f3a5c1d9e",
		"oid": "cccccccc-cccc-cccc-cccc-cccccccccccc", "name": "Ada Example", "given_name": "Ada",
		"family_name": "Example", "emails": []string{"ada@example.org"}, "idp": "google.com",
		"extension_LoyaltyTier": "gold", "tfp": "B2C_1_susi",
	})
	if err != nil {
		tb.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	input := b64([]byte(`{"alg":"RS256","kid":"X5eXk4xyojNFum1kl2Ytv8dlNP4-c57dO6QGTVBwaNk","typ":"JWT"}`)) + "." + b64(payload)
	digest := sha256.Sum256([]byte(input))
	sig, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		tb.Fatal(err)
	}
	raw := input + "." + b64(sig)
	if len(raw) < 1100 || len(raw) > 1300 {
		tb.Fatalf("the token has %d bytes, want about 1200", len(raw))
	}
	return raw
}

// A change where 1,000 tenants are trusted, all with keys: the audience of one.
func BenchmarkUpdate(b *testing.B) {
	all := saasTenants(b, 1000)
	v := saasValidator(b, newSaaSNetwork(b, 0))
	defer v.Close()
	for _, s := range all {
		trust(b, v, s.tenant.Flow("B2C_1_susi"))
	}
	if err := v.AllReady(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := v.Update(func(t *validator.Trust) error {
			t.Authorities[i%1000] = t.Authorities[i%1000].WithAudiences([]string{contosoAPI, webClient}[i/1000%2])
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}
