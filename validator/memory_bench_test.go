// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// benchValidator is a validator with memory for the token that it returns.
func benchValidator(tb testing.TB, opts *validator.Options) (v *validator.Validator, raw string) {
	tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		tb.Fatal(err)
	}
	jwk := fmt.Sprintf(`{"keys":[{"kid":"X5eXk4xyojNFum1kl2Ytv8dlNP4-c57dO6QGTVBwaNk","use":"sig","kty":"RSA","e":"AQAB","n":"%s"}]}`,
		base64.RawURLEncoding.EncodeToString(key.N.Bytes()))
	tenant, err := authority.B2C("contoso", benchTenant)
	if err != nil {
		tb.Fatal(err)
	}
	source, err := jwks.NewStatic(tenant.Flow("B2C_1_susi"), "https://contoso.b2clogin.com/"+benchTenant+"/v2.0/", []byte(jwk))
	if err != nil {
		tb.Fatal(err)
	}
	v, err = validator.NewFromSources([]jwks.Source{source}, benchAudience, opts)
	if err != nil {
		tb.Fatal(err)
	}
	return v, benchToken(tb, key)
}

// BenchmarkSeenBefore compares a token that is remembered with its SHA-256 alone, by
// turns in one run: the medians of many short rounds, whose ratio is the figure.
func BenchmarkSeenBefore(b *testing.B) {
	v, raw := benchValidator(b, nil)
	defer v.Close()
	if _, err := v.Validate(b.Context(), raw); err != nil {
		b.Fatal(err)
	}
	data := []byte(raw)
	hash := func() { hashed = sha256.Sum256(data) }
	hit := func() {
		if _, err := v.Validate(b.Context(), raw); err != nil {
			b.Fatal(err)
		}
	}
	const calls = 200
	var hashes, hits []time.Duration
	b.ReportAllocs()
	for b.Loop() {
		hashes, hits = append(hashes, timed(calls, hash)), append(hits, timed(calls, hit))
	}
	floor, got := median(hashes)/calls, median(hits)/calls
	b.ReportMetric(0, "ns/op") // of a round, which says nothing
	b.ReportMetric(float64(floor), "ns/sha256")
	b.ReportMetric(float64(got), "ns/hit")
	b.ReportMetric(float64(got)/float64(floor), "hit/sha256")
	if s := v.State().Memory; s.Misses != 1 {
		b.Fatalf("got %+v, want one miss", s)
	}
}

var hashed [sha256.Size]byte

func timed(calls int, f func()) time.Duration {
	start := time.Now()
	for range calls {
		f()
	}
	return time.Since(start)
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// BenchmarkHit is the hit alone, for profiles.
func BenchmarkHit(b *testing.B) {
	v, raw := benchValidator(b, nil)
	defer v.Close()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Validate(b.Context(), raw); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRememberedBytes measures what a remembered token takes of the heap, and what
// it is counted as.
func BenchmarkRememberedBytes(b *testing.B) {
	key := keysOf(b).userFlow
	const tokens = 2000
	var raws []string
	for i := range tokens {
		raws = append(raws, signToken(key, headerOf(key), payloadOf(set("oid", quoted(fmt.Sprintf("%08d-cccc-cccc-cccc-cccccccccccc", i))),
			add("given_name", `"Ada"`), add("family_name", `"Example"`), add("extension_LoyaltyTier", `"gold"`))))
	}
	for b.Loop() {
		v := staticValidator(b, &validator.Options{MemoryBytes: 64 << 20})
		if _, err := v.Validate(b.Context(), raws[0]); err != nil {
			b.Fatal(err)
		}
		before := heap()
		for _, raw := range raws {
			if _, err := v.Validate(b.Context(), raw); err != nil {
				b.Fatal(err)
			}
		}
		got, s := heap()-before, v.State().Memory
		b.ReportMetric(float64(got)/(tokens-1), "heap-B/token")
		b.ReportMetric(float64(s.Bytes)/float64(s.Tokens), "counted-B/token")
		b.ReportMetric(float64(len(raws[0])), "raw-B/token")
		_ = v.Close()
	}
}
