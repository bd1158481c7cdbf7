// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/jwks"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	b2cotel "github.com/b2ckit/b2ckit/otel"
	"github.com/b2ckit/b2ckit/validator"
)

// order is what the caller's hooks saw of a metric when they were called: each time how
// many series it had then.
type order struct {
	mu   sync.Mutex
	seen []int
}

func (o *order) note(t *testing.T, p *probe, metric string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen = append(o.seen, len(p.lines(t, metric)))
}

// want holds the calls to what they should be, and the metric to what is measured
// behind the last of them.
func (o *order) want(t *testing.T, p *probe, metric string, seen []int, then int) {
	t.Helper()
	if !slices.Equal(o.seen, seen) {
		t.Errorf("%s: the caller's hook saw %v series, want %v", metric, o.seen, seen)
	}
	if got := p.lines(t, metric); len(got) != then {
		t.Errorf("%s: got %q, want %d series", metric, got, then)
	}
}

const fetchesMetric = "b2ckit.keys.fetches"

// A hook of the caller's for fetches is called before what is measured, that of an
// ID tokens' validator as well.
func TestFetchHooksOfTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
		var of order
		keys := &jwks.Options{OnFetch: func(jwks.Fetch) { of.note(t, p, fetchesMetric) }}
		v := p.newValidator(t, b2c, validator.Options{Keys: keys})
		if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{})); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		of.want(t, p, fetchesMetric, []int{0, 1}, 2) // metadata and keys

		ids, err := validator.NewIDTokens(contoso(t).Flows("B2C_1_susi"), b2c.Web().ID,
			p.IDTokens(&validator.IDTokenOptions{Transport: b2c.Transport(), Logger: slog.New(slog.DiscardHandler), Keys: keys}))
		if err != nil {
			t.Fatal(err)
		}
		defer ids.Close()
		if _, err := ids.Validate(t.Context(), b2c.MustMint(emulator.Spec{Kind: emulator.IDToken}), validator.Expected{}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		of.want(t, p, fetchesMetric, []int{0, 1, 2, 2}, 2) // the same series once more
	})
}

func TestGuardHooksOfTheCaller(t *testing.T) {
	const accepted, refused = "b2ckit.guard.acceptances", "b2ckit.guard.refusals"
	p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
	var ofAccepted, ofRefused order
	g := guard.New(p.newValidator(t, b2c, validator.Options{}), p.Guard(&guard.Options{
		Logger:       slog.New(slog.DiscardHandler),
		Realm:        "tasks",
		OnAcceptance: func(*http.Request, *guard.Acceptance) { ofAccepted.note(t, p, accepted) },
		OnRefusal:    func(*http.Request, *guard.Refusal) { ofRefused.note(t, p, refused) },
	}))
	h := b2chttp.New(g, nil).Require()(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	send(t, h, b2c.MustMint(emulator.Spec{}))
	send(t, h, "")
	send(t, h, "x")
	ofAccepted.want(t, p, accepted, []int{0}, 1)
	ofRefused.want(t, p, refused, []int{0, 1}, 2)
}

func TestAppHooksOfTheCaller(t *testing.T) {
	const acquired = "b2ckit.acquisition.duration"
	synctest.Test(t, func(t *testing.T) {
		p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
		var ofAcquired, ofFetched order
		app, err := acquire.NewPublic(contoso(t).Flow("B2C_1_ropc"), b2c.Native().ID, p.App(&acquire.Options{
			Transport: b2c.Transport(), Logger: slog.New(slog.DiscardHandler),
			OnAcquisition: func(context.Context, acquire.Acquisition) { ofAcquired.note(t, p, acquired) },
			OnFetch:       func(jwks.Fetch) { ofFetched.note(t, p, fetchesMetric) },
		}))
		if err != nil {
			t.Fatal(err)
		}
		defer app.Close()
		signIn, err := app.SignInWithPassword(t.Context(), "lin@example.org", emulator.DefaultPassword, "https://contoso.onmicrosoft.com/tasks/tasks.read")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := app.User(signIn.Account).Token(t.Context(), "https://contoso.onmicrosoft.com/tasks/tasks.read"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		ofAcquired.want(t, p, acquired, []int{0, 1}, 2)     // by password, of the memory
		ofFetched.want(t, p, fetchesMetric, []int{0, 1}, 2) // for the ID token
	})
}
