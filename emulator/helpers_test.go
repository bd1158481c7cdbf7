// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

const (
	tenantID = "775527ff-9a37-4307-8b3d-cc311f58d925"
	apiID    = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"

	metadataURL = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/v2.0/.well-known/openid-configuration"
	keysURL     = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/discovery/v2.0/keys"
	partnerKeys = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1A_partner/discovery/v2.0/keys"
	tokenURL    = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token"
)

// noon is a time for tokens whose every byte a test looks at.
var noon = time.Unix(1750000000, 0)

// reply is a response with its body read.
type reply struct {
	status int
	header http.Header
	body   string
}

func get(t *testing.T, c *http.Client, url string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return do(t, c, req)
}

func do(t *testing.T, c *http.Client, req *http.Request) reply {
	t.Helper()
	res, err := c.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", req.Method, req.URL, err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s %s: body: %v", req.Method, req.URL, err)
	}
	return reply{res.StatusCode, res.Header, string(body)}
}

// names returns the member names of a JSON object, in order, at depth one.
func names(t *testing.T, object string) []string {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(object))
	var out []string
	if tok, err := d.Token(); err != nil || tok != json.Delim('{') {
		t.Fatalf("not an object: %q", object)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			t.Fatal(err)
		}
		out = append(out, name.(string))
	}
	return out
}

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return v
}

// published is a key set as a client reads it.
type published struct {
	Keys []map[string]any `json:"keys"`
}

func kids(t *testing.T, c *http.Client, url string) []string {
	t.Helper()
	r := get(t, c, url)
	if r.status != http.StatusOK {
		t.Fatalf("%s: got status %d", url, r.status)
	}
	out := []string{}
	for _, k := range decode[published](t, r.body).Keys {
		out = append(out, k["kid"].(string))
	}
	return out
}

// publicKey builds the RSA key of a JWK by RFC 7518 §6.3.1.
func publicKey(t *testing.T, jwk map[string]any) *rsa.PublicKey {
	t.Helper()
	n, err := base64.RawURLEncoding.DecodeString(jwk["n"].(string))
	if err != nil {
		t.Fatal(err)
	}
	e, err := base64.RawURLEncoding.DecodeString(jwk["e"].(string))
	if err != nil {
		t.Fatal(err)
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
}

// token is a JWS taken apart, without a look at its signature.
type token struct {
	header, payload string
	signed          []byte
	signature       []byte
}

func parse(t *testing.T, compact string) token {
	t.Helper()
	parts := strings.Split(compact, ".")
	if len(parts) != 3 {
		t.Fatalf("got %d parts in %q, want 3", len(parts), compact)
	}
	var raw [3][]byte
	for i, p := range parts {
		b, err := base64.RawURLEncoding.DecodeString(p)
		if err != nil {
			t.Fatalf("part %d of %q: %v", i, compact, err)
		}
		raw[i] = b
	}
	return token{string(raw[0]), string(raw[1]), []byte(parts[0] + "." + parts[1]), raw[2]}
}

// signedBy reports whether the token verifies as RS256 under the key.
func (k token) signedBy(public *rsa.PublicKey) bool {
	digest := sha256.Sum256(k.signed)
	return rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], k.signature) == nil
}

// verifiedBy returns the kid of the published key that a token names and
// verifies under, or "".
func verifiedBy(t *testing.T, c *http.Client, url, compact string) string {
	t.Helper()
	k := parse(t, compact)
	kid, _ := decode[map[string]any](t, k.header)["kid"].(string)
	for _, jwk := range decode[published](t, get(t, c, url).body).Keys {
		if jwk["kid"] == kid && k.signedBy(publicKey(t, jwk)) {
			return kid
		}
	}
	return ""
}

func claimsOf(t *testing.T, compact string) map[string]any {
	t.Helper()
	return decode[map[string]any](t, parse(t, compact).payload)
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func equalList(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

func mustPanic(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		text, _ := recover().(string)
		if text == "" || !strings.Contains(text, want) {
			t.Errorf("got panic %q, want one with %q", text, want)
		}
	}()
	f()
}

func isTimeout(err error) bool { return errors.Is(err, context.DeadlineExceeded) }

func mint(t *testing.T, tenant *emulator.Tenant, spec emulator.Spec) string {
	t.Helper()
	compact, err := tenant.Mint(spec)
	if err != nil {
		t.Fatal(err)
	}
	return compact
}
