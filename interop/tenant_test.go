// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
	"github.com/b2ckit/b2ckit/validator"
)

// Literals of the emulated tenant.
const (
	tenantID     = "775527ff-9a37-4307-8b3d-cc311f58d925"
	domain       = "contoso.onmicrosoft.com"
	host         = "contoso.b2clogin.com"
	customHost   = "login.contoso.example"
	issuer       = "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"
	customIssuer = "https://login.contoso.example/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"
	apiID        = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
	apiURI       = "https://contoso.onmicrosoft.com/tasks"
	redirectURI  = "http://localhost:8400/callback"

	ada = "11111111-aaaa-4aaa-8aaa-111111111111"
	lin = "22222222-bbbb-4bbb-8bbb-222222222222"
)

// newTenant starts the emulated tenant on two hosts. Its sign-in flow is as
// strict as B2C may be: a refresh token is good once. Its custom policy writes
// numbers as strings. Users do what the login_hint says.
func newTenant(t *testing.T, more ...emulator.Flow) *emulator.Server {
	t.Helper()
	b2c := emulator.NewServer(&emulator.Options{
		Hosts: []string{host, customHost},
		Flows: append([]emulator.Flow{
			{Name: "B2C_1_susi", RefreshOnce: true},
			{Name: "B2C_1_edit", Kind: emulator.EditProfile},
			{Name: "B2C_1_ropc", Kind: emulator.ROPC},
			{Name: "B2C_1A_partner", StringNumbers: true},
		}, more...),
		Users: []emulator.User{
			{ObjectID: ada, Name: "Ada Example", Emails: []string{"ada@example.org"}, IDP: "google.com"},
			{ObjectID: lin, Name: "Lin Example", Emails: []string{"lin@example.org"}, Password: emulator.DefaultPassword},
		},
	})
	t.Cleanup(b2c.Close)
	b2c.OnSignIn(func(r emulator.SignInRequest) (emulator.SignIn, error) {
		switch r.Parameters.Get("login_hint") {
		case "cancel":
			return emulator.SignIn{}, emulator.ErrCancelled
		case "forgot-password":
			return emulator.SignIn{}, emulator.ErrForgotPassword
		}
		return emulator.SignIn{}, nil
	})
	return b2c
}

// noted compares what a client of this module's go.mod does beside what the
// tests demand of it: its users may be used to it.
func noted(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
		return
	}
	t.Logf("noted: %s: %v", what, got)
}

// contoso returns the tenant as our own packages know it.
func contoso(t *testing.T) authority.Tenant {
	t.Helper()
	tenant, err := authority.B2C("contoso", tenantID)
	if err != nil {
		t.Fatal(err)
	}
	return tenant
}

// api returns a validator as the tasks API has one, that trusts some flows. It
// takes tokens of the daemon that name no flow.
func api(t *testing.T, b2c *emulator.Server, audience string, trusted ...authority.Authority) *validator.Validator {
	t.Helper()
	v, err := validator.New(trusted, audience, &validator.Options{
		Transport:        b2c.Transport(),
		Logger:           emulatortest.Logger(t),
		AllowMissingFlow: []string{b2c.Daemon().ID},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// accept validates an access token, which must be good for v and for a
// requirement.
func accept(t *testing.T, v *validator.Validator, raw string, ask validator.Requirement) *validator.Token {
	t.Helper()
	token, err := v.Validate(t.Context(), raw)
	if err != nil {
		t.Fatalf("the access token was refused: %v", err)
	}
	if err := ask.Check(t.Context(), token); err != nil {
		t.Errorf("the access token doesn't do: %v", err)
	}
	return token
}

// refuse validates an access token, which must be refused for a reason.
func refuse(t *testing.T, v *validator.Validator, raw string, want validator.Reason) {
	t.Helper()
	if _, err := v.Validate(t.Context(), raw); !errors.Is(err, want) {
		t.Errorf("validating a token that is not for here: got %v, want %v", err, want)
	}
}

// acceptID validates an ID token, which must be good.
func acceptID(t *testing.T, b2c *emulator.Server, at authority.Authority, clientID, raw string, want validator.Expected) *validator.IDToken {
	t.Helper()
	v, err := validator.NewIDTokens([]authority.Authority{at}, clientID, &validator.IDTokenOptions{
		Transport: b2c.Transport(),
		Logger:    emulatortest.Logger(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	token, err := v.Validate(t.Context(), raw, want)
	if err != nil {
		t.Fatalf("the ID token was refused: %v", err)
	}
	return token
}

// visit is the user's browser: it returns the parameters that come to the app.
func visit(t *testing.T, b2c *emulator.Server, address string) url.Values {
	t.Helper()
	client := b2c.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	back, err := answer.Location()
	if err != nil {
		t.Fatalf("the authorize endpoint answered %s: %v", answer.Status, err)
	}
	return back.Query()
}

// web returns an app of package acquire that is the tenant's web app.
func web(t *testing.T, b2c *emulator.Server) *acquire.App {
	t.Helper()
	registered := b2c.Web()
	app, err := acquire.NewConfidential(contoso(t).Flow("B2C_1_susi"), registered.ID, acquire.Secret(registered.Secret), quietly(b2c, nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Close() })
	return app
}

// quietly returns options for apps of package acquire.
func quietly(b2c *emulator.Server, shared acquire.Cache) *acquire.Options {
	return &acquire.Options{Transport: b2c.Transport(), Cache: shared, Logger: slog.New(slog.DiscardHandler)}
}

// memory is a shared cache that forgets nothing.
type memory struct {
	mu     sync.Mutex
	values map[string][]byte
}

func (m *memory) Get(_ context.Context, key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.values[key], nil
}

func (m *memory) Set(_ context.Context, key string, value []byte, _ time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values = map[string][]byte{}
	}
	m.values[key] = append([]byte(nil), value...)
	return nil
}

func (m *memory) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.values, key)
	return nil
}
