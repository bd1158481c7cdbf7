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
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

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

// BenchmarkScaling tells how much more all cores do than one, each having its tokens
// in turn: floor and validation at first sight, with memory, in the same rounds, and by
// the clock on the wall, which waiting for each other would show on. The figure that
// counts is the medians' ratio: 1 if validation scales as the floor does.
func BenchmarkScaling(b *testing.B) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	flows := flowsOf(b, key, "flows", 200)
	flows.memory = 0
	v := flows.validator(b)
	tokens := tokensOf(b, flows)
	cores := runtime.GOMAXPROCS(0)
	works := []func(int){floorOf(b, &key.PublicKey, tokens), validating(b, v, tokens)}
	var gains [2][]float64
	for round, more := 0, b.Loop(); more || round < minRounds; round++ {
		for k, work := range works {
			v.Purge()
			alone := together(1, work)
			v.Purge()
			gains[k] = append(gains[k], float64(alone)/float64(together(cores, work)))
		}
		more = more && b.Loop()
	}
	b.ReportMetric(0, "ns/op") // of a round, which tells nothing
	floor, first := middle(gains[0]), middle(gains[1])
	b.ReportMetric(floor, "floor-gain")
	b.ReportMetric(first, "validate-gain")
	b.ReportMetric(first/floor, "validate/floor")
}

// together tells how long so many take for the tokens, each doing its share.
func together(n int, work func(int)) time.Duration {
	start := time.Now()
	var wg sync.WaitGroup
	for g := range n {
		wg.Go(func() {
			for i := range distinct / n {
				work(g*(distinct/n) + i)
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

// BenchmarkRefusals tells what tokens cost that are refused, against the floor of a good
// one, which most of them don't even reach: 512 of them in turn.
func BenchmarkRefusals(b *testing.B) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	flows := flowsOf(b, key, "flows", 200)
	flows.memory = 0
	v := flows.validator(b)
	good := tokensOf(b, flows)
	c := contest{all: []contender{{"floor", floorOf(b, &key.PublicKey, good)}}}
	for name, change := range map[string]func(i int) string{
		"unsigned": func(i int) string {
			_, rest, _ := strings.Cut(good[i], ".")
			return b64([]byte(`{"alg":"none"}`)) + "." + rest[:strings.IndexByte(rest, '.')+1]
		},
		"bad-signature": func(i int) string { return good[i][:len(good[i])-8] + "AAAAAAAA" },
		"unknown-kid":   func(i int) string { return flows.token(b, fmt.Sprintf("made-up-%d", i), nil) },
		"foreign": func(i int) string {
			return flows.token(b, flows.kid(0), map[string]any{"iss": fmt.Sprintf("https://stranger%d.example/", i)})
		},
		"expired": func(i int) string { return flows.token(b, flows.kid(0), map[string]any{"exp": 1500000000 + i}) },
	} {
		tokens := make([]string, distinct)
		for i := range tokens {
			tokens[i] = change(i)
		}
		c.all = append(c.all, contender{name, func(i int) {
			if _, err := v.Validate(b.Context(), tokens[i%distinct]); err == nil {
				b.Fatal("accepted")
			}
		}})
	}
	c.run(b, distinct, func() {})
	for _, of := range c.all[1:] {
		b.ReportMetric(c.ratio(of.name, "floor"), of.name+"/floor")
	}
}
