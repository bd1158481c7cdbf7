// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// These tests are about what changes while a token is being validated.

// changing is a source that shows one set after the other, one a look.
type changing struct {
	jwks.Source // the last one
	looks       atomic.Int32
	before      []*jwks.Set
}

func (c *changing) Current() *jwks.Set {
	if i := int(c.looks.Add(1)) - 1; i < len(c.before) {
		return c.before[i]
	}
	return c.Source.Current()
}

func setOf(t *testing.T, b2c *emulator.Tenant) *jwks.Static {
	t.Helper()
	resp, err := b2c.Client().Get(b2c.JWKSURL("B2C_1_susi"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	document, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	s, err := jwks.NewStatic(contosoTenant(t).Flow("B2C_1_susi"), contosoIssuer, document)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A key that another caller's fetch brings in between two looks counts.
func TestKeyArrivesBetweenTwoLooks(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	old := setOf(t, b2c).Current()
	b2c.Rotate(emulator.UserFlowKeys, false)
	raw := b2c.MustMint(emulator.Spec{})
	for name, before := range map[string]*jwks.Set{"rotation": old, "cold": nil} {
		for looks := range 6 {
			source := &changing{Source: setOf(t, b2c)}
			for range looks {
				source.before = append(source.before, before)
			}
			v, err := validator.NewFromSources([]jwks.Source{source}, contosoAPI, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := v.Validate(t.Context(), raw); err != nil {
				t.Errorf("%s, key there after %d looks: %v", name, looks, err)
			}
		}
	}
}

// The same with real caches and many callers: nobody is refused.
func TestHerdAtStartAndRotation(t *testing.T) {
	for _, warm := range []bool{false, true} {
		for range 20 {
			b2c := emulator.NewTenant(nil)
			v := susiOf(t, b2c, nil)
			if warm {
				if err := v.Ready(t.Context()); err != nil {
					t.Fatal(err)
				}
				b2c.Rotate(emulator.UserFlowKeys, false)
			}
			raw := b2c.MustMint(emulator.Spec{})
			var wg sync.WaitGroup
			for range 100 {
				wg.Go(func() {
					for range 5 {
						if _, err := v.Validate(context.Background(), raw); err != nil {
							t.Errorf("warm %v: %v", warm, err)
						}
					}
				})
			}
			wg.Wait()
			_ = v.Close()
		}
	}
}

// All waiting of one validation together is bounded by one fetch's time.
func TestWaitingIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		v := susiOf(t, b2c, nil)
		defer v.Close()
		if err := v.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		var n atomic.Int32
		b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if n.Add(1) > 1 {
				<-r.Context().Done()
				return
			}
			time.Sleep(4900 * time.Millisecond)
			next.ServeHTTP(w, r)
		})
		raw := b2c.MustMint(emulator.Spec{Header: map[string]any{"kid": "made-up"}})
		go func() { _, _ = v.Validate(t.Context(), raw) }()
		time.Sleep(10 * time.Millisecond)
		start := time.Now()
		_, err := v.Validate(context.Background(), raw)
		wantReason(t, "hanging", err, validator.ErrUnavailable)
		if took := time.Since(start); took > 5100*time.Millisecond {
			t.Errorf("waited %v, want at most about 5 s", took)
		}
	})
}

// A transport that does not honour its context delays fetches, not callers.
func TestDeafTransport(t *testing.T) {
	bubble(t, func(t *testing.T) {
		release := make(chan struct{})
		v := trusting(t, deaf(release), nil, contosoTenant(t).Flow("B2C_1_susi"))
		start := time.Now()
		_, err := v.Validate(context.Background(), emulator.NewTenant(nil).MustMint(emulator.Spec{}))
		wantReason(t, "deaf", err, validator.ErrUnavailable)
		if took := time.Since(start); took > 6*time.Second {
			t.Errorf("waited %v", took)
		}
		close(release)
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
}

type deaf chan struct{}

func (d deaf) RoundTrip(*http.Request) (*http.Response, error) {
	<-d
	return nil, errors.New("at last")
}

// However many authorities fail, an error's text is one line.
func TestErrorIsOneLine(t *testing.T) {
	down := failingTransport{}
	b2c := emulator.NewTenant(nil)
	v := trusting(t, down, &validator.Options{AllowMissingFlow: []string{b2c.Daemon().ID}}, contosoTenant(t).Flows("B2C_1_susi", "B2C_1_edit", "B2C_1A_partner")...)
	defer v.Close()
	_, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{Kind: emulator.AppToken}))
	wantReason(t, "down", err, validator.ErrUnavailable)
	if text := fmt.Sprint(err); strings.Contains(text, "\n") {
		t.Errorf("got %q", text)
	}
}

type failingTransport struct{}

func (failingTransport) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("down")
}

// The first token ever seen may be a bad one. Its reason is as exact as any.
func TestFirstTokenIsBad(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		for name, tc := range map[string]struct {
			spec emulator.Spec
			want validator.Reason
		}{
			"expired":    {emulator.Spec{IssuedAt: time.Now().Add(-2 * time.Hour)}, validator.ErrExpired},
			"audience":   {emulator.Spec{Audience: "11111111-2222-3333-4444-555555555555"}, validator.ErrAudience},
			"ID token":   {emulator.Spec{Kind: emulator.IDToken}, validator.ErrAudience},
			"other flow": {emulator.Spec{Flow: "B2C_1_reset"}, validator.ErrFlow},
			"issuer":     {emulator.Spec{Claims: map[string]any{"iss": "https://sts.windows.net/775527ff-9a37-4307-8b3d-cc311f58d925/"}}, validator.ErrIssuer},
			"forged":     {emulator.Spec{Key: emulator.NewKey()}, validator.ErrSignature},
		} {
			v := trusting(t, overNetwork(b2c), nil, contosoTenant(t).Flows("B2C_1_susi", "B2C_1A_partner")...)
			_, err := v.Validate(t.Context(), b2c.MustMint(tc.spec))
			wantReason(t, name, err, tc.want)
			_ = v.Close()
		}
	})
}

// A daemon's app role stands in scp in B2C, and ScopeOrRole looks there.
func TestScopeOrRoleOfADaemon(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		v := susiOf(t, b2c, &validator.Options{AllowMissingFlow: []string{b2c.Daemon().ID}})
		defer v.Close()
		r := validator.ScopeOrRole("tasks.read", "jobs.run")
		for name, tc := range map[string]struct {
			spec emulator.Spec
			ok   bool
		}{
			"a daemon with the role":     {emulator.Spec{Kind: emulator.AppToken}, true},
			"a daemon with another role": {emulator.Spec{Kind: emulator.AppToken, Scopes: []string{"jobs.read"}}, false},
			"a user with the scope":      {emulator.Spec{Scopes: []string{"tasks.read"}}, true},
			"a user with another scope":  {emulator.Spec{Scopes: []string{"tasks.write"}}, false},
			"a user with a roles claim":  {emulator.Spec{Scopes: []string{"tasks.write"}, Claims: map[string]any{"roles": []string{"jobs.run"}}}, false},
		} {
			token, err := v.Validate(t.Context(), b2c.MustMint(tc.spec))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := r.Check(t.Context(), token); (err == nil) != tc.ok {
				t.Errorf("%s: got %v", name, err)
			}
		}
	})
}
