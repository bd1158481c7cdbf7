// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	b2cotel "github.com/b2ckit/b2ckit/otel"
	"github.com/b2ckit/b2ckit/validator"
)

func TestValidations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
		v := p.newValidator(t, b2c, validator.Options{Requirements: []validator.Requirement{validator.Scope("tasks.read")}})
		good, poor := b2c.MustMint(emulator.Spec{}), b2c.MustMint(emulator.Spec{Scopes: []string{"other"}})
		for _, raw := range []string{good, good, good, poor, poor, b2c.MustMint(emulator.Spec{Lifetime: -time.Hour}), "x", "y"} {
			_, _ = v.Validate(t.Context(), raw)
		}
		b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultServerError})
		_, _ = v.Validate(t.Context(), b2c.MustMint(emulator.Spec{Key: emulator.NewKey(), Header: map[string]any{"kid": "new"}}))
		ids, err := validator.NewIDTokens(contoso(t).Flows("B2C_1_susi"), b2c.Web().ID, p.IDTokens(&validator.IDTokenOptions{Transport: b2c.Transport()}))
		if err != nil {
			t.Fatal(err)
		}
		defer ids.Close()
		_, _ = ids.Validate(t.Context(), "x", validator.Expected{})
		b2c.MustSetFaults()
		time.Sleep(time.Minute)
		if _, err := ids.Validate(t.Context(), b2c.MustMint(emulator.Spec{Kind: emulator.IDToken}), validator.Expected{}); err != nil {
			t.Fatal(err)
		}
		const access, id = "b2ckit.token.kind=access,b2ckit.validation.", "b2ckit.token.kind=id,b2ckit.validation."
		p.want(t, "b2ckit.validation.duration",
			access+"outcome=accepted,b2ckit.validation.remembered=false 1",
			access+"outcome=accepted,b2ckit.validation.remembered=true 2",
			access+"outcome=refused,b2ckit.validation.remembered=false,error.type=scope_required 1",
			access+"outcome=refused,b2ckit.validation.remembered=true,error.type=scope_required 1",
			access+"outcome=refused,b2ckit.validation.remembered=false,error.type=expired 1",
			access+"outcome=refused,b2ckit.validation.remembered=false,error.type=malformed 2",
			access+"outcome=unavailable,b2ckit.validation.remembered=false,error.type=keys_unavailable 1",
			id+"outcome=accepted,b2ckit.validation.remembered=false 1",
			id+"outcome=refused,b2ckit.validation.remembered=false,error.type=malformed 1",
		)
	})
}

// A validation is a span below that of its request, with the time that it really took.
func TestSpansOfValidations(t *testing.T) {
	for name, remembered := range map[string]bool{"without those remembered": false, "with": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, b2c := newProbe(t, b2cotel.Options{RememberedSpans: remembered}), emulator.NewTenant(nil)
				v := p.newValidator(t, b2c, validator.Options{})
				b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultSlow, Delay: time.Second})
				ctx, request := p.tracer.Tracer("app").Start(t.Context(), "GET /tasks")
				begun, raw := time.Now(), b2c.MustMint(emulator.Spec{})
				for _, c := range []struct {
					ctx context.Context
					raw string
				}{{ctx, raw}, {ctx, raw}, {ctx, "x"}, {t.Context(), raw}, {t.Context(), "x"}} {
					_, _ = v.Validate(c.ctx, c.raw)
				}
				want := 2
				if remembered {
					want = 3
				}
				spans := p.named("validate token")
				if len(spans) != want {
					t.Fatalf("got %d spans, want %d", len(spans), want)
				}
				for _, s := range spans {
					if s.Parent().SpanID() != request.SpanContext().SpanID() || s.Status().Code != codes.Unset {
						t.Errorf("got the parent %v and status %v", s.Parent(), s.Status())
					}
				}
				if s := spans[0]; !s.StartTime().Equal(begun) || s.EndTime().Sub(s.StartTime()) != 2*time.Second { // two documents
					t.Errorf("got a span from %v to %v, want two seconds from %v on", s.StartTime(), s.EndTime(), begun)
				}
			})
		})
	}
}

// That keys can't be had is a failure of this service, and the span says so, by reason.
func TestSpanOfAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
		v := p.newValidator(t, b2c, validator.Options{})
		b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultServerError})
		ctx, _ := p.tracer.Tracer("app").Start(t.Context(), "GET /tasks")
		_, _ = v.Validate(ctx, b2c.MustMint(emulator.Spec{}))
		spans := p.named("validate token")
		if len(spans) != 1 || spans[0].Status().Code != codes.Error || spans[0].Status().Description != "keys_unavailable" {
			t.Errorf("got %v", spans)
		}
	})
}

// A token seen before is measured without an allocation, and has no more than without.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		return // the race detector allocates too
	}
	p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
	raw := b2c.MustMint(emulator.Spec{})
	measured, err := validator.New(contoso(t).Flows("B2C_1_susi"), contosoAPI, p.Validator(&validator.Options{Transport: b2c.Transport()}))
	if err != nil {
		t.Fatal(err)
	}
	defer measured.Close()
	bare, err := validator.New(contoso(t).Flows("B2C_1_susi"), contosoAPI, &validator.Options{Transport: b2c.Transport()})
	if err != nil {
		t.Fatal(err)
	}
	defer bare.Close()
	ctx := trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{TraceID: [16]byte{1}, SpanID: [8]byte{1}}))
	var counts []float64
	for _, v := range []*validator.Validator{bare, measured} {
		if _, err := v.Validate(ctx, raw); err != nil {
			t.Fatal(err)
		}
		counts = append(counts, testing.AllocsPerRun(500, func() {
			if _, err := v.Validate(ctx, raw); err != nil {
				t.Fatal(err)
			}
		}))
	}
	if counts[0] != counts[1] {
		t.Errorf("got %v allocations for a token seen before, and %v with metrics", counts[0], counts[1])
	}
}

// What the caller's own options hold stays, and their hooks are called first.
func TestHooksOfTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
		var told []string
		opts := validator.Options{OnValidation: func(_ context.Context, done validator.Validation) {
			told = append(append(told, "validation"), p.lines(t, "b2ckit.validation.duration")...)
			if done.Err != nil {
				t.Error(done.Err)
			}
		}}
		v := p.newValidator(t, b2c, opts)
		if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{})); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(told, []string{"validation"}) {
			t.Errorf("the caller's hook saw %q, want nothing measured yet", told)
		}
		if got := p.lines(t, "b2ckit.validation.duration"); len(got) != 1 {
			t.Errorf("got %q, want it measured behind the caller's hook", got)
		}
	})
}

// Accepted tokens are counted by whose they are, which tells who still uses B2C. What
// is refused is nobody's.
func TestAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
		v := p.newValidator(t, b2c, validator.Options{})
		good := b2c.MustMint(emulator.Spec{})
		for _, raw := range []string{good, good, b2c.MustMint(emulator.Spec{}), b2c.MustMint(emulator.Spec{Lifetime: -time.Hour}), "x"} {
			_, _ = v.Validate(t.Context(), raw)
		}
		const b2ckit = "b2ckit.authority=" + susi + ",b2ckit.product=b2c,b2ckit.token.kind=access"
		p.want(t, "b2ckit.tokens.accepted", b2ckit+" 3")
	})
}

// Each product has a word of its own.
func TestAcceptedProducts(t *testing.T) {
	p := newProbe(t, b2cotel.Options{})
	opts := p.Validator(nil)
	external, err1 := authority.ExternalID("contoso", contosoID)
	entra, err2 := authority.Entra(contosoID)
	other, err3 := authority.OpenIDProvider("https://accounts.example.com", authority.ES256)
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	for _, a := range []authority.Authority{external, entra, other} {
		opts.OnValidation(t.Context(), validator.Validation{Authority: a})
	}
	const metadata, access = "/.well-known/openid-configuration", ",b2ckit.token.kind=access 1"
	p.want(t, "b2ckit.tokens.accepted",
		"b2ckit.authority=https://contoso.ciamlogin.com/"+contosoID+"/v2.0"+metadata+",b2ckit.product=external_id"+access,
		"b2ckit.authority=https://login.microsoftonline.com/"+contosoID+"/v2.0"+metadata+",b2ckit.product=entra_id"+access,
		"b2ckit.authority=https://accounts.example.com"+metadata+",b2ckit.product=openid"+access,
	)
}

// Of very many authorities the last ones to come are counted by their product, so that
// no token is lost to the question of who still uses B2C.
func TestAcceptedOfManyAuthorities(t *testing.T) {
	p := newProbe(t, b2cotel.Options{})
	opts := p.Validator(nil)
	for i := range 520 {
		opts.OnValidation(t.Context(), validator.Validation{Authority: contoso(t).Flow(fmt.Sprintf("B2C_1_f%d", i))})
	}
	lines := p.lines(t, "b2ckit.tokens.accepted")
	if want := "b2ckit.product=b2c,b2ckit.token.kind=access 20"; len(lines) != 501 || !slices.Contains(lines, want) {
		t.Errorf("got %d series, want 501 with %s", len(lines), want)
	}
}
