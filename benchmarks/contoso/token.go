// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package contoso

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Tokens returns n different good tokens, of the flows in turn, each of a user of
// its own. They live for a day.
func (t *Tenant) Tokens(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = t.Token(i, nil)
	}
	return all
}

// Token returns the i-th token: an access token of about 1.2 kB with the claims of a
// real one, which edit may change.
func (t *Tenant) Token(i int, edit func(claims map[string]any)) string {
	f := t.Flows[i%len(t.Flows)]
	now := time.Now().Unix()
	user := fmt.Sprintf("cccccccc-cccc-cccc-cccc-%012d", i)
	claims := map[string]any{
		"ver": "1.0", "iss": f.Issuer, "sub": user, "oid": user, "aud": Audience,
		"azp": "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb", "scp": "tasks.read tasks.write",
		"iat": now, "nbf": now, "exp": now + 86400, "auth_time": now, "nonce": "n-7f3a5c1d9e",
		"name": "Ada Example", "given_name": "Ada", "family_name": "Example",
		"emails": []string{"ada@example.org"}, "idp": "google.com", "tfp": f.Name,
	}
	if edit != nil {
		edit(claims)
	}
	return t.sign(f.KeyID, claims)
}

// Bad returns tokens that whoever validates has to refuse, by what is wrong with
// them. Apart from that they are as the first good one.
func (t *Tenant) Bad() map[string]string {
	return map[string]string{
		"bad signature":  altered(t.Token(0, nil)),
		"expired":        t.Token(0, func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() }),
		"wrong audience": t.Token(0, func(c map[string]any) { c["aud"] = "11111111-2222-3333-4444-555555555555" }),
	}
}

// altered changes one character in the middle of the signature.
func altered(raw string) string {
	b := []byte(raw)
	i := strings.LastIndexByte(raw, '.') + 100
	if b[i] == 'A' {
		b[i] = 'B'
	} else {
		b[i] = 'A'
	}
	return string(b)
}

func (t *Tenant) sign(kid string, claims map[string]any) string {
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err) // an edit put in what JSON has no word for
	}
	b64 := base64.RawURLEncoding.EncodeToString
	input := b64(fmt.Appendf(nil, `{"alg":"RS256","kid":"%s","typ":"JWT"}`, kid)) + "." + b64(payload)
	digest := sha256.Sum256([]byte(input))
	sig, err := rsa.SignPKCS1v15(nil, t.key, crypto.SHA256, digest[:])
	if err != nil {
		panic(err)
	}
	return input + "." + b64(sig)
}
