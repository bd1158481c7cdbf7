// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// Allocations returns how many allocations a request costs whose token was seen
// before, on a guarded route and more than on one that is not: those of
// Validate, of the guard and of the adapter. Under the race detector, which has pools
// lose some of what they hold, they can't be told, and ok is false.
func Allocations(tb testing.TB, adapter Adapter) (n float64, ok bool) {
	tb.Helper()
	if raceEnabled {
		return 0, false
	}
	c := newCosts(tb, adapter)
	return testing.AllocsPerRun(200, c.requests("/remembered")) - testing.AllocsPerRun(200, c.requests("/bare")), true
}

// Benchmark measures requests with a token that was seen before:
//
//	bare        on a route without a guard
//	own         on a guarded one whose validator costs two allocations, and nothing else
//	remembered  on a guarded one whose validator is a real one
//	nested      on one that is guarded twice
//	ratios      all of these in turn, in many short rounds, of which the medians count
//
// The figures of ratios are ns-bare, ns-remembered, ns-nested and, beside them,
// ns-validate for Validate alone, ns-rsa for one bare check of an RSA-2048
// signature, and %rsa: what the middleware costs beyond Validate, in hundredths of
// that check.
func Benchmark(b *testing.B, adapter Adapter) {
	c := newCosts(b, adapter)
	for _, path := range costPaths {
		b.Run(path[1:], func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) { // one goroutine with -cpu 1
				for request := c.requests(path); pb.Next(); {
					request()
				}
			})
		})
	}
	b.Run("ratios", c.ratios)
}

var costPaths = []string{"/bare", "/own", "/remembered", "/nested"}

// costs are routes of which each costs something else.
type costs struct {
	handler   http.Handler
	validator *validator.Validator
	token     string
	verify    func() // one bare check of a signature
}

// free is a validator of the application's own.
type free struct{}

func (free) Validate(context.Context, string) (*validator.Token, error) {
	return &validator.Token{Scopes: []string{"tasks.read"}}, nil
}

func newCosts(tb testing.TB, adapter Adapter) *costs {
	tb.Helper()
	b2c := emulator.NewTenant(nil)
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		tb.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	v, err := validator.New(tenant.Flows("B2C_1_susi"), b2c.API().ID, &validator.Options{Transport: b2c.Transport(), Logger: quiet})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = v.Close() })
	rule := func(v guard.Validator) Rule {
		return Rule{Guard: guard.New(v, &guard.Options{Logger: quiet}), Requirements: []validator.Requirement{validator.Scope("tasks.read")}}
	}
	real, own := rule(v), rule(free{})
	handler := func(w http.ResponseWriter, _ *http.Request, _ *validator.Token) { w.WriteHeader(http.StatusNoContent) }
	c := &costs{
		handler: adapter.Router([]Route{
			{Method: http.MethodGet, Path: "/bare", Handler: handler},
			{Method: http.MethodGet, Path: "/own", Rules: []Rule{own}, Handler: handler},
			{Method: http.MethodGet, Path: "/remembered", Rules: []Rule{real}, Handler: handler},
			{Method: http.MethodGet, Path: "/nested", Rules: []Rule{real, real}, Handler: handler},
		}),
		validator: v, token: b2c.MustMint(emulator.Spec{}), verify: bareCheck(tb),
	}
	for _, path := range costPaths {
		if got := inProcess(c.handler, request{http.MethodGet, path, bearer(c.token)}); got != "204\n\n" {
			tb.Fatalf("%s: got answer\n%s\nwant 204", path, got)
		}
	}
	return c
}

// bareCheck returns a check of the signature that RS256 takes.
func bareCheck(tb testing.TB) func() {
	tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		tb.Fatal(err)
	}
	digest := sha256.Sum256([]byte("header.payload"))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		tb.Fatal(err)
	}
	return func() {
		if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature); err != nil {
			tb.Error(err)
		}
	}
}

// requests returns what has the path serve one request after the other.
func (c *costs) requests(path string) func() {
	req := httptest.NewRequest(http.MethodGet, path, nil)
	req.Header.Set("Authorization", "Bearer "+c.token)
	w := discard{http.Header{}}
	return func() { c.handler.ServeHTTP(w, req) }
}

// discard is a ResponseWriter that costs nothing.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

func (c *costs) ratios(b *testing.B) {
	ctx := b.Context()
	contenders := []struct {
		name   string
		f      func()
		rounds int // about 50 µs
		times  []float64
	}{
		{"bare", c.requests("/bare"), 200, nil},
		{"remembered", c.requests("/remembered"), 40, nil},
		{"nested", c.requests("/nested"), 40, nil},
		{"validate", func() {
			if _, err := c.validator.Validate(ctx, c.token); err != nil {
				b.Error(err)
			}
		}, 40, nil},
		{"rsa", c.verify, 2, nil},
	}
	for b.Loop() {
		for i := range contenders {
			contender := &contenders[i]
			start := time.Now()
			for range contender.rounds {
				contender.f()
			}
			contender.times = append(contender.times, float64(time.Since(start))/float64(contender.rounds))
		}
	}
	median := make(map[string]float64)
	for _, contender := range contenders {
		slices.Sort(contender.times)
		median[contender.name] = contender.times[len(contender.times)/2]
		b.ReportMetric(median[contender.name], "ns-"+contender.name)
	}
	b.ReportMetric(0, "ns/op") // of all of them together: it says nothing
	b.ReportMetric(100*(median["remembered"]-median["bare"]-median["validate"])/median["rsa"], "%rsa")
}
