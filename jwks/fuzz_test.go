// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
		p := k.Public()
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
	})
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
		first := true
		c, err := jwks.New(a, &jwks.Options{Logger: slog.New(slog.DiscardHandler), Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			if first {
				first = false
				return reply(r, string(document)), nil
			}
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
	})
}
