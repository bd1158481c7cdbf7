// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// updatable returns a validator that trusts nobody so far, but may.
func updatable(tb testing.TB, rt routed, audience string, opts validator.Options) *validator.Validator {
	tb.Helper()
	opts.Updatable, opts.Transport, opts.Logger = true, rt, quiet
	v, err := validator.New(nil, audience, &opts)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

func trust(tb testing.TB, v *validator.Validator, added ...authority.Authority) {
	tb.Helper()
	if err := v.Update(func(t *validator.Trust) error {
		t.Authorities = append(t.Authorities, added...)
		return nil
	}); err != nil {
		tb.Fatal(err)
	}
}

func distrust(tb testing.TB, v *validator.Validator, tenantID string) {
	tb.Helper()
	if err := v.Update(func(t *validator.Trust) error {
		t.Authorities = slices.DeleteFunc(t.Authorities, func(a authority.Authority) bool { return a.TenantID() == tenantID })
		return nil
	}); err != nil {
		tb.Fatal(err)
	}
}

// Tenants come and go. One that stays keeps its keys, whatever else changes.
func TestUpdate(t *testing.T) {
	bubble(t, func(t *testing.T) {
		contoso := emulator.NewTenant(nil)
		fabrikam := emulator.NewTenant(&emulator.Options{Name: "fabrikam", ID: fabrikamID})
		network := overNetwork(contoso, fabrikam)
		v := updatable(t, network, contosoAPI, validator.Options{})
		defer v.Close()
		ours, theirs := contoso.MustMint(emulator.Spec{}), fabrikam.MustMint(emulator.Spec{Audience: contosoAPI})
		check := func(when string, wantOurs, wantTheirs validator.Reason) {
			t.Helper()
			for what, c := range map[string]struct {
				raw  string
				want validator.Reason
			}{"contoso's": {ours, wantOurs}, "fabrikam's": {theirs, wantTheirs}} {
				if _, err := v.Validate(t.Context(), c.raw); c.want != "" {
					wantReason(t, when+", "+what, err, c.want)
				} else if err != nil {
					t.Errorf("%s, %s: %v", when, what, err)
				}
			}
		}
		for name, ask := range map[string]func() error{
			"Ready": func() error { return v.Ready(t.Context()) }, "AllReady": func() error { return v.AllReady(t.Context()) }, "Refresh": func() error { return v.Refresh(t.Context()) },
		} {
			if err := ask(); err != nil {
				t.Errorf("%s of nobody: %v; want nil, since all tokens can be judged", name, err)
			}
		}
		check("nobody", validator.ErrUnknownKey, validator.ErrUnknownKey)

		trust(t, v, contosoTenant(t).Flow("B2C_1_susi"))
		check("contoso", "", validator.ErrIssuer)
		trust(t, v, fabrikamTenant(t).Flow("B2C_1_susi"))
		check("both", "", "")
		fetched := len(network.asked)

		// The same authority for other audiences: no fetch, and no token but by them.
		if err := v.Update(func(t *validator.Trust) error {
			t.Authorities[0] = t.Authorities[0].WithAudiences(webClient)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		check("contoso for another audience", validator.ErrAudience, "")
		if _, err := v.Validate(t.Context(), contoso.MustMint(emulator.Spec{Audience: webClient})); err != nil {
			t.Errorf("the other audience: %v", err)
		}
		distrust(t, v, contosoID)
		check("fabrikam", validator.ErrIssuer, "")
		if states := v.State().Authorities; len(states) != 1 || !strings.Contains(states[0].Authority, "fabrikam") {
			t.Errorf("State: got %v, want fabrikam's alone", states)
		}
		if n := len(network.asked) - fetched; n != 0 {
			t.Errorf("%d requests for keys that were there", n)
		}
		trust(t, v, contosoTenant(t).Flow("B2C_1_susi"))
		check("both again", "", "")
		distrust(t, v, fabrikamID)
		distrust(t, v, contosoID)
		check("nobody again", validator.ErrUnknownKey, validator.ErrUnknownKey)
	})
}

// Who may be a client, and whose tokens may name no flow, changes in the same way.
func TestUpdateClients(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		web, daemon := b2c.Web().ID, b2c.Daemon().ID
		v := updatable(t, overNetwork(b2c), contosoAPI, validator.Options{Clients: []string{strings.ToUpper(web)}})
		defer v.Close()
		trust(t, v, contosoTenant(t).Flow("B2C_1_susi"))
		user := b2c.MustMint(emulator.Spec{ClientID: web})
		app := b2c.MustMint(emulator.Spec{Kind: emulator.AppToken, ClientID: daemon})
		check := func(when string, wantUser, wantApp validator.Reason) {
			t.Helper()
			for raw, want := range map[string]validator.Reason{user: wantUser, app: wantApp} {
				if _, err := v.Validate(t.Context(), raw); want != "" {
					wantReason(t, when, err, want)
				} else if err != nil {
					t.Errorf("%s: %v", when, err)
				}
			}
		}
		check("the web app", "", validator.ErrFlow)
		for _, step := range []struct {
			clients, missingFlow []string
			user, app            validator.Reason
		}{
			{[]string{web, daemon}, nil, "", validator.ErrFlow},
			{[]string{web, strings.ToUpper(daemon)}, []string{daemon}, "", ""},
			{[]string{daemon}, []string{daemon}, validator.ErrClient, ""},
		} {
			if err := v.Update(func(t *validator.Trust) error {
				t.Clients, t.AllowMissingFlow = step.clients, step.missingFlow
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			check(strings.Join(step.clients, " "), step.user, step.app)
		}
	})
}

// A bad change is told whole, and nothing of it is made.
func TestUpdateRefuses(t *testing.T) {
	good := contosoTenant(t).Flow("B2C_1_susi")
	source := counted(t, "B2C_1_susi")
	own := errors.New("the database is away")
	for _, tc := range []struct {
		name   string
		change func(*validator.Trust) error
		want   []string // parts of the lines
	}{
		{"the function's own error", func(t *validator.Trust) error { t.Authorities = nil; return own }, []string{own.Error()}},
		{"the function's own error behind what it has written", func(t *validator.Trust) error {
			t.Authorities[0], t.Clients[0] = authority.Authority{}, daemonClient
			return own
		}, []string{own.Error()}},
		{"named twice", func(t *validator.Trust) error { t.Authorities = append(t.Authorities, good); return nil }, []string{"validator: Trust.Authorities: " + good.String() + " is named twice"}},
		{"named twice, once by a source", func(t *validator.Trust) error { t.Sources = append(t.Sources, source); return nil }, []string{"validator: Trust.Authorities: " + good.String() + " is named twice"}},
		{"everything", func(t *validator.Trust) error {
			t.Authorities = append(t.Authorities, authority.Authority{}, good.WithAudiences("a b"))
			t.Sources = []jwks.Source{nil}
			t.Audience = "https://contoso.onmicrosoft.com/tasks"
			t.Clients = []string{"my app"}
			t.AllowMissingFlow = []string{daemonClient, ""}
			return nil
		}, []string{
			"validator: Trust.Authorities: authority: empty Authority", "validator: Trust.Authorities: authority: audiences:",
			"validator: Trust.Sources: number 0 is nil", "validator: Trust.Audience: ", `validator: Trust.Clients: "my app"`,
			`validator: Trust.AllowMissingFlow: client "` + daemonClient + `" is not in Trust.Clients`, `validator: Trust.AllowMissingFlow: "": not a GUID`,
		}},
		{"no client left", func(t *validator.Trust) error { t.Clients = t.Clients[:0]; return nil }, []string{"validator: Trust.Clients: empty, which would accept every client; name those that are accepted"}},
		{"clients not read", func(t *validator.Trust) error { t.Clients = nil; return nil }, []string{"validator: Trust.Clients: empty, which would accept every client; name those that are accepted"}},
		{"no audience", func(t *validator.Trust) error { t.Audience = ""; return nil }, []string{"validator: Trust.Audience: empty, though https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi names none of its own (WithAudiences)"}},
	} {
		v := updatable(t, overNetwork(emulator.NewTenant(nil)), contosoAPI, validator.Options{Clients: []string{webClient}})
		trust(t, v, good)
		before := v.Trust()
		err := v.Update(tc.change)
		wantLines(t, tc.name, err, tc.want...)
		if after := v.Trust(); !slices.Equal(after.Authorities, before.Authorities) || len(after.Sources) != 0 ||
			after.Audience != before.Audience || !slices.Equal(after.Clients, before.Clients) || len(after.AllowMissingFlow) != 0 {
			t.Errorf("%s: got %v, want what was trusted before: %v", tc.name, after, before)
		}
		_ = v.Close()
	}

	// A copy is a copy.
	v := updatable(t, overNetwork(emulator.NewTenant(nil)), contosoAPI, validator.Options{Clients: []string{webClient}})
	defer v.Close()
	trust(t, v, good)
	mine := v.Trust()
	mine.Authorities[0], mine.Clients[0] = authority.Authority{}, daemonClient
	var kept *validator.Trust
	if err := v.Update(func(t *validator.Trust) error { kept = t; return nil }); err != nil {
		t.Fatal(err)
	}
	kept.Authorities[0], kept.Clients[0] = authority.Authority{}, daemonClient
	if got := v.Trust(); got.Authorities[0] != good || got.Clients[0] != webClient {
		t.Errorf("got %v, which somebody has written to", got)
	}
}

// An Update is refused where there is nothing to update any more, or never was.
func TestUpdateOfWhat(t *testing.T) {
	nothing := func(*validator.Trust) error { return nil }
	if err := new(validator.Validator).Update(nothing); err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("the zero Validator: got %v", err)
	}
	if got := new(validator.Validator).Trust(); got.Authorities != nil || got.Sources != nil {
		t.Errorf("the zero Validator trusts %v", got)
	}
	fixed := trusting(t, overNetwork(emulator.NewTenant(nil)), nil, contosoTenant(t).Flow("B2C_1_susi"))
	defer fixed.Close()
	if err := fixed.Update(nothing); err == nil || !strings.Contains(err.Error(), "Options.Updatable") {
		t.Errorf("a fixed list: got %v, want an error that names Options.Updatable", err)
	}
	v := updatable(t, overNetwork(emulator.NewTenant(nil)), "", validator.Options{})
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if err := v.Update(nothing); !errors.Is(err, jwks.ErrClosed) {
		t.Errorf("after Close: got %v, want jwks.ErrClosed", err)
	}
	v = updatable(t, overNetwork(emulator.NewTenant(nil)), "", validator.Options{})
	if err := v.Update(func(*validator.Trust) error { return v.Close() }); !errors.Is(err, jwks.ErrClosed) {
		t.Errorf("closed by the change: got %v, want jwks.ErrClosed", err)
	}
	// A panic of the function is the caller's, and holds nobody up.
	v = updatable(t, overNetwork(emulator.NewTenant(nil)), contosoAPI, validator.Options{})
	defer v.Close()
	func() {
		defer func() { _ = recover() }()
		_ = v.Update(func(*validator.Trust) error { panic("mine") })
	}()
	trust(t, v, contosoTenant(t).Flow("B2C_1_susi"))
}

// Two validators share a cache: one fetch for both, and who closes the first ends
// nothing of the second. Leaving a source out closes it as little.
func TestSourcesAreShared(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		network := overNetwork(b2c)
		cache, err := jwks.New(contosoTenant(t).Flow("B2C_1_susi"), &jwks.Options{Transport: network, Logger: quiet})
		if err != nil {
			t.Fatal(err)
		}
		api, err := validator.NewFromSources([]jwks.Source{cache}, contosoAPI, &validator.Options{Updatable: true})
		if err != nil {
			t.Fatal(err)
		}
		other, err := validator.NewFromSources([]jwks.Source{cache}, fabrikamAPI, nil)
		if err != nil {
			t.Fatal(err)
		}
		app, err := validator.NewIDTokensFromSources([]jwks.Source{cache}, b2c.Web().ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		id := func() error {
			_, err := app.Validate(t.Context(), b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, ClientID: b2c.Web().ID}), validator.Expected{})
			return err
		}
		if _, err := api.Validate(t.Context(), b2c.MustMint(emulator.Spec{})); err != nil {
			t.Fatal(err)
		}
		if _, err := other.Validate(t.Context(), b2c.MustMint(emulator.Spec{Audience: fabrikamAPI})); err != nil {
			t.Error(err)
		}
		if err := id(); err != nil {
			t.Error(err)
		}
		if err := api.Update(func(t *validator.Trust) error { t.Sources = nil; return nil }); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(api.Close(), other.Close()); err != nil {
			t.Error(err)
		}
		if err := id(); err != nil {
			t.Errorf("behind the Close of others: %v", err)
		}
		if n := len(network.asked); n != 2 {
			t.Errorf("%d requests, want 2", n)
		}
		if err := errors.Join(app.Close(), cache.Close()); err != nil {
			t.Error(err)
		}
	})
}
