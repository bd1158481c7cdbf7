// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// waitingSource is a source whose Find waits for its context, and tells when it
// ended.
type waitingSource struct {
	jwks.Source
	ended chan<- time.Duration
}

func (s waitingSource) Find(ctx context.Context, _ jwks.Query) (*jwks.Set, error) {
	start := time.Now()
	<-ctx.Done()
	s.ended <- time.Since(start)
	return nil, &jwks.UnavailableError{Authority: s.Authority().ID(), Err: context.Cause(ctx)}
}

// A token that names no flow may be of several. Once one of them has the key,
// nobody waits for the others any more.
func TestTheFirstThatHasTheKeyEndsTheSearch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		ended := make(chan time.Duration, 2)
		var sources []jwks.Source
		for i, a := range contosoTenant(t).Flows("B2C_1_edit", "B2C_1_susi", "B2C_1_reset") {
			c, err := jwks.New(a, &jwks.Options{Transport: b2c.Transport(), Logger: quiet})
			if err != nil {
				t.Fatal(err)
			}
			if i == 1 {
				sources = append(sources, c)
				continue
			}
			sources = append(sources, waitingSource{c, ended})
		}
		v, err := validator.NewFromSources(sources, contosoAPI, &validator.Options{AllowMissingFlow: []string{daemonClient}})
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		start := time.Now()
		raw := b2c.MustMint(emulator.Spec{Kind: emulator.AppToken, ClientID: daemonClient, FlowClaim: emulator.ClaimNone, Audience: contosoAPI})
		if _, err := v.Validate(t.Context(), raw); err != nil {
			t.Fatalf("Validate: %v", err)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("took %v, want no wait for those that don't answer", took)
		}
		for range 2 {
			if waited := <-ended; waited != 0 {
				t.Errorf("a search went on for %v after the key was found", waited)
			}
		}
	})
}

func TestRefreshAsksAll(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := manyFlows(60)
		v := p.validator(t)
		if err := v.AllReady(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		start := time.Now()
		p.b2c.Rotate("B2C_1A_partner", false)
		if err := v.Refresh(t.Context()); err != nil {
			t.Fatalf("Refresh: %v", err)
		}
		if n := p.since(start); n != 120 {
			t.Errorf("got %d requests, want metadata and keys of 60 flows", n)
		}
		if got := v.State().Authorities[59].KeyIDs; !slices.Equal(got, []string{p.b2c.CurrentKey("B2C_1A_partner").ID()}) {
			t.Errorf("got keys %q, want the new one", got)
		}
		// Each one's error, and the keys stay.
		p.set(answer(500))
		time.Sleep(time.Second)
		err := v.Refresh(t.Context())
		joined, ok := err.(interface{ Unwrap() []error })
		if !ok || len(joined.Unwrap()) != 60 || usableFlows(v) != 60 {
			t.Errorf("got %.200v, want 60 errors and keys that stay", err)
		}
	})
}

// panickingSource is a source of the user's with a mistake in it.
type panickingSource struct{ jwks.Source }

func (panickingSource) Find(context.Context, jwks.Query) (*jwks.Set, error) { panic("mine") }
func (panickingSource) Refresh(context.Context) error                       { panic("mine") }

// A panic of a source comes out where it can be caught, however many are asked.
func TestPanicOfASource(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		var sources []jwks.Source
		for _, a := range contosoTenant(t).Flows("B2C_1_edit", "B2C_1_susi") {
			c, err := jwks.New(a, &jwks.Options{Transport: b2c.Transport(), Logger: quiet})
			if err != nil {
				t.Fatal(err)
			}
			sources = append(sources, panickingSource{c})
		}
		v, err := validator.NewFromSources(sources, contosoAPI, &validator.Options{AllowMissingFlow: []string{daemonClient}})
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		raw := b2c.MustMint(emulator.Spec{Kind: emulator.AppToken, ClientID: daemonClient, FlowClaim: emulator.ClaimNone, Audience: contosoAPI})
		for name, call := range map[string]func(){
			"Validate": func() { _, _ = v.Validate(t.Context(), raw) },
			"Ready":    func() { _ = v.Ready(t.Context()) },
			"AllReady": func() { _ = v.AllReady(t.Context()) },
			"Refresh":  func() { _ = v.Refresh(t.Context()) },
		} {
			func() {
				defer func() {
					if got, _ := recover().(string); !strings.HasPrefix(got, "mine\n") || !strings.Contains(got, "panickingSource") {
						t.Errorf("%s: got panic %q, want the source's with its stack", name, got)
					}
				}()
				call()
			}()
		}
	})
}
