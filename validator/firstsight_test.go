// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

//go:build unix

package validator_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/validator"
)

// distinct is how many tokens take turns, so that neither the processor's caches nor
// its predictions know the next one.
const distinct = 512

// tokensOf are distinct tokens of about 1.2 kB, with the claims of real ones, of
// different users at the flows in turn.
func tokensOf(tb testing.TB, c *crowdOfFlows) []string {
	tb.Helper()
	all := make([]string, distinct)
	for i := range all {
		id := fmt.Sprintf("%08x-cccc-cccc-cccc-cccccccccccc", i*7919)
		all[i] = c.token(tb, c.kid(c.last()), map[string]any{
			"sub": id, "oid": id, "nonce": fmt.Sprintf("n-%x", i*104729), "name": "Ada Example"[:5+i%7],
			"tfp": c.trusted[i*len(c.trusted)/distinct].Flow(),
		})
		if n := len(all[i]); n < 1100 || n > 1300 {
			tb.Fatalf("the token has %d bytes, want about 1200", n)
		}
	}
	return all
}

// floorOf is the work that nobody can save: base64, SHA-256 and crypto/rsa of the
// same tokens.
func floorOf(tb testing.TB, key *rsa.PublicKey, tokens []string) func(i int) {
	public := &rsa.PublicKey{N: new(big.Int).Set(key.N), E: key.E}
	return func(i int) {
		raw := tokens[i%len(tokens)]
		dot := strings.LastIndexByte(raw, '.')
		first := strings.IndexByte(raw, '.')
		for _, part := range []string{raw[:first], raw[first+1 : dot]} {
			if _, err := base64.RawURLEncoding.DecodeString(part); err != nil {
				tb.Fatal(err)
			}
		}
		sig, err := base64.RawURLEncoding.DecodeString(raw[dot+1:])
		if err != nil {
			tb.Fatal(err)
		}
		digest := sha256.Sum256([]byte(raw[:dot]))
		if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], sig); err != nil {
			tb.Fatal(err)
		}
	}
}

// BenchmarkValidate compares the whole validation of tokens at first sight with the
// floor, in rounds of 512 tokens: medians of the rounds' ratios. Tokens are remembered,
// as usual, and forgotten between the rounds, but for the first figure.
func BenchmarkValidate(b *testing.B) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	one := flowsOf(b, key, "flows", 1)
	c := contest{all: []contender{
		{"floor", floorOf(b, &key.PublicKey, tokensOf(b, one))},
		{"no memory", validating(b, one.validator(b), tokensOf(b, one))},
	}}
	var remembering []*validator.Validator
	for _, n := range []int{1, 200, 1000} {
		flows := flowsOf(b, key, "flows", n)
		flows.memory = 0
		v := flows.validator(b)
		remembering = append(remembering, v)
		c.all = append(c.all, contender{fmt.Sprint(n), validating(b, v, tokensOf(b, flows))})
	}
	c.run(b, distinct, func() {
		for _, v := range remembering {
			v.Purge()
		}
	})
	for _, v := range remembering {
		if s := v.State().Memory; s.Hits > 0 || s.Tokens != distinct {
			b.Fatalf("got %+v, want %d tokens and none that was recalled", s, distinct)
		}
	}
	b.ReportMetric(c.ratio("no memory", "floor"), "no-memory/floor")
	b.ReportMetric(c.ratio("1", "floor"), "1-flow/floor")
	b.ReportMetric(c.ratio("200", "1"), "200-flows/1")
	b.ReportMetric(c.ratio("1000", "1"), "1000-flows/1")
}

func validating(b *testing.B, v *validator.Validator, tokens []string) func(i int) {
	return func(i int) {
		if _, err := v.Validate(b.Context(), tokens[i%len(tokens)]); err != nil {
			b.Fatal(err)
		}
	}
}
