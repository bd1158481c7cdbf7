// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

func seed(f *testing.F, folder string) {
	f.Helper()
	files, _ := filepath.Glob(filepath.Join("..", "testdata", folder, "*.json"))
	if len(files) == 0 {
		f.Fatal("no fixtures")
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

// checkSet holds a set to law 2: no key outside the rules, whatever was read.
func checkSet(t *testing.T, set *jwks.Set) {
	t.Helper()
	ids := set.KeyIDs()
	if len(ids) == 0 || len(ids) > 64 {
		t.Errorf("got a set of %d keys", len(ids))
	}
	for _, id := range ids {
		k, ok := set.Key(id)
		if !ok || k.ID() != id {
			t.Fatalf("key %q is listed but not there", id)
		}
		if len(id) > 256 || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
			t.Errorf("got kid %q", id)
		}
		p := rsaOf(k)
		if bits := p.N.BitLen(); bits < 2048 || bits > 8192 || p.N.Bit(0) == 0 || p.E < 65537 || p.E&1 == 0 || p.E > 1<<31-1 {
			t.Errorf("got a key of %d bits, e=%d", bits, p.E)
		}
	}
	for _, k := range set.Ignored() {
		if len(k.ID) > 1<<10 || strings.ContainsFunc(k.ID, func(r rune) bool { return r < ' ' || r == 0x7f }) || k.Reason == "" {
			t.Errorf("got ignored key %+q", k)
		}
	}
}

func FuzzKeySet(f *testing.F) {
	seed(f, "jwks")
	for _, s := range []string{
		keySet(), keySet(jwk("a", 2048), jwk("a", 2048), jwk("b", 2048)), keySet(with("a", "alg", `"RS512"`), jwk("b", 2048)),
		keySet(with("a", "d", `"AQAB"`)), keySet(with("a", "e", `"AQAAAAAAAQAB"`)), keySet(with("a", "kid", `"\u001b"`), jwk("b", 2048)),
	} {
		f.Add([]byte(s))
	}
	for _, odd := range [][2]string{{"use", `"enc"`}, {"use", `["sig"]`}, {"key_ops", `["sign"]`}, {"key_ops", `"verify"`}, {"alg", `null`}, {"kty", `"EC"`}, {"e", `"Aw"`}, {"e", `"AQAB="`}, {"n", `"AQAB"`}, {"k", `"AQAB"`}} {
		f.Add([]byte(keySet(with("a", odd[0], odd[1]), jwk("b", 2048))))
	}
	a := susi(f)
	f.Fuzz(func(t *testing.T, document []byte) {
		s, err := jwks.NewStatic(a, issuer, document)
		if err != nil {
			if s != nil || len(err.Error()) > 500 {
				t.Errorf("got %v, %v", s, err)
			}
			return
		}
		checkSet(t, s.Current())
		checkDocument(t, a, s.Current(), document)
	})
}

// checkDocument holds the keys of a set to the document, read by encoding/json:
// each stands there, allowed to verify RS256, under no kid of other material
// that could be used; and from its plain form it is read as the same key.
func checkDocument(t *testing.T, a authority.Authority, set *jwks.Set, document []byte) {
	t.Helper()
	var read struct {
		Keys []map[string]any `json:"keys"`
	}
	if err := json.Unmarshal(document, &read); err != nil {
		t.Fatalf("taken, but encoding/json fails: %v", err)
	}
	for _, id := range set.KeyIDs() {
		k, _ := set.Key(id)
		n, e := base64.RawURLEncoding.EncodeToString(rsaOf(k).N.Bytes()), base64.RawURLEncoding.EncodeToString(big.NewInt(int64(rsaOf(k).E)).Bytes())
		published := slices.ContainsFunc(read.Keys, func(jwk map[string]any) bool {
			return jwk["kid"] == id && jwk["kty"] == "RSA" && jwk["n"] == n && jwk["e"] == e && mayVerify(jwk)
		})
		if !published {
			t.Fatalf("key %q is used, and not published for it: %s", id, document)
		}
		plain, err := json.Marshal(map[string]any{"keys": []any{map[string]string{"kid": id, "kty": "RSA", "n": n, "e": e}}})
		if err != nil {
			t.Fatal(err)
		}
		again, err := jwks.NewStatic(a, issuer, plain)
		if err != nil {
			t.Fatalf("%s: %v", plain, err)
		}
		if other, ok := again.Current().Key(id); !ok || !other.SameAs(k) || !rsaOf(k).Equal(other.Public()) {
			t.Fatalf("%s is read as another key", plain)
		}
	}
}

// mayVerify reports whether a JWK is a public one, and says nothing against
// verifying RS256 with it.
func mayVerify(jwk map[string]any) bool {
	for _, private := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
		if _, has := jwk[private]; has {
			return false
		}
	}
	alg, hasAlg := jwk["alg"]
	use, hasUse := jwk["use"]
	ops, hasOps := jwk["key_ops"]
	list, _ := ops.([]any)
	return (!hasAlg || alg == "RS256") && (!hasUse || use == "sig") && (!hasOps || slices.Contains(list, any("verify")))
}

func FuzzMetadata(f *testing.F) {
	seed(f, "metadata")
	f.Add([]byte(metadataOf(issuer, keysURL)))
	f.Add([]byte(metadataOf(tfpIssuer, "https://CONTOSO.b2clogin.com:443/a?b")))
	for _, bad := range foreign {
		if len(bad.metadata) < 4096 {
			f.Add([]byte(bad.metadata))
		}
	}
	a, keys := susi(f), keySet(jwk("kid", 2048))
	f.Fuzz(func(t *testing.T, document []byte) {
		first, asked := true, ""
		c, err := jwks.New(a, &jwks.Options{Logger: slog.New(slog.DiscardHandler), Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			if first {
				first = false
				return reply(r, string(document)), nil
			}
			asked = r.URL.String()
			if u := r.URL; u.Scheme != "https" || !strings.EqualFold(u.Hostname(), "contoso.b2clogin.com") || u.Port() != "" && u.Port() != "443" || u.User != nil {
				t.Errorf("asked %s for keys", u)
			}
			return reply(r, keys), nil
		})})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		set, err := c.Find(context.Background(), jwks.Query{KeyID: "kid"})
		if err != nil {
			unavailable(t, err)
			return
		}
		if got := set.Issuer(); got != issuer && !strings.EqualFold(got, tfpIssuer) {
			t.Errorf("got issuer %q", got)
		}
		checkSet(t, set)
		var read map[string]any
		if err := json.Unmarshal(document, &read); err != nil {
			t.Fatalf("taken, but encoding/json fails: %v", err)
		}
		uri, _ := read["jwks_uri"].(string)
		if u, err := url.Parse(uri); err != nil || u.String() != asked || read["issuer"] != set.Issuer() {
			t.Errorf("issuer %q and keys of %q; for encoding/json and net/url %q and %q, %v", set.Issuer(), asked, read["issuer"], uri, err)
		}
	})
}
