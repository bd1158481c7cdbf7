// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

//go:build unix

package validator_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"testing"

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
// turns in one run. Keys are in place, or in a cache, which has them for a time only.
func BenchmarkSeenBefore(b *testing.B) {
	v, raw := benchValidator(b, nil)
	defer v.Close()
	cached, fetched := cachingValidator(b)
	defer cached.Close()
	ctx, data := b.Context(), []byte(raw)
	c := contest{all: []contender{
		{"SHA-256", func(int) { hashed = sha256.Sum256(data) }},
		{"hit", func(int) { mustValidate(ctx, v, raw) }},
		{"hit-over-cache", func(int) { mustValidate(ctx, cached, fetched) }},
	}}
	c.run(b, 4096, func() {})
	for _, of := range c.all[1:] {
		b.ReportMetric(c.ratio(of.name, "SHA-256"), of.name+"-of-SHA-256")
	}
	for _, v := range []*validator.Validator{v, cached} {
		if s := v.State().Memory; s.Misses != 1 {
			b.Fatalf("got %+v, want one miss", s)
		}
	}
}

var hashed [sha256.Size]byte

// mustValidate is what is measured, so it calls nothing of the benchmark's.
func mustValidate(ctx context.Context, v *validator.Validator, raw string) {
	if _, err := v.Validate(ctx, raw); err != nil {
		panic(err)
	}
}

// cachingValidator has a cache that has fetched its keys.
func cachingValidator(b *testing.B) (v *validator.Validator, raw string) {
	b.Helper()
	c := flowsOf(b, keysOf(b).userFlow, "flows", 1)
	cache, err := jwks.New(c.trusted[0], &jwks.Options{Transport: c.network(0), Logger: quiet})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cache.Close() })
	if _, err := cache.Find(b.Context(), jwks.Query{}); err != nil {
		b.Fatal(err)
	}
	if v, err = validator.NewFromSources([]jwks.Source{cache}, benchAudience, nil); err != nil {
		b.Fatal(err)
	}
	return v, c.token(b, c.kid(0), nil)
}

// BenchmarkHit is the hit alone, for profiles.
func BenchmarkHit(b *testing.B) {
	v, raw := benchValidator(b, nil)
	defer v.Close()
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		mustValidate(ctx, v, raw)
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
