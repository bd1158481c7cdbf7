// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/emulator"
)

// weakSet is a key set whose only key has 1024 bits.
var weakSet = `{"keys":[{"kid":"weak","use":"sig","kty":"RSA","e":"AQAB","n":"u` + strings.Repeat("f00dcafe", 22)[:169] + `w"}]}`

// sick are configurations of which something is wrong, each with the checks that
// say so and the exit status.
var sick = []struct {
	name   string
	spoil  func(*testing.T, *emulator.Server, *doctor.Config)
	says   map[report.Check]report.State
	status int
}{
	{"misspelt-flow", func(t *testing.T, _ *emulator.Server, c *doctor.Config) {
		c.Authorities = tenant(t, tenantID, loginHost).Flows("B2C_1_susi", "B2C_1_sisu")
	}, map[report.Check]report.State{report.Metadata: report.Fail}, 1},
	{"user-flow-for-policy", func(t *testing.T, _ *emulator.Server, c *doctor.Config) {
		c.Authorities = tenant(t, tenantID, loginHost).Flows("B2C_1_partner")
	}, map[report.Check]report.State{report.Metadata: report.Fail}, 1},
	{"wrong-domain", func(t *testing.T, _ *emulator.Server, c *doctor.Config) {
		misspelt, err := authority.NewTenant(tenantID, []string{loginHost}, &authority.Options{Domain: "contosso.onmicrosoft.com"})
		if err != nil {
			t.Fatal(err)
		}
		c.Authorities = misspelt.Flows("B2C_1_susi")
	}, map[report.Check]report.State{report.Metadata: report.Fail}, 1},
	{"wrong-tenant", func(t *testing.T, _ *emulator.Server, c *doctor.Config) {
		c.Authorities = tenant(t, "11111111-1111-1111-1111-111111111111", loginHost).Flows("B2C_1_susi")
	}, map[report.Check]report.State{report.Issuer: report.Fail, report.Keys: report.Skipped}, 1},
	{"wrong-secret", func(t *testing.T, b2c *emulator.Server, c *doctor.Config) {
		c.App = confidential(t, b2c.Daemon().ID, "yesterday's")
	}, map[report.Check]report.State{report.Credentials: report.Fail, report.Token: report.Skipped}, 1},
	{"wrong-scope", func(_ *testing.T, _ *emulator.Server, c *doctor.Config) {
		c.Scope = "https://contoso.onmicrosoft.com/tusks/.default"
	}, map[report.Check]report.State{report.Credentials: report.Fail}, 1},
	{"scope-of-users", func(_ *testing.T, _ *emulator.Server, c *doctor.Config) {
		c.Scope = "https://contoso.onmicrosoft.com/tasks/tasks.read"
	}, map[report.Check]report.State{report.Credentials: report.Fail}, 1},
	{"no-flow-in-token", func(_ *testing.T, _ *emulator.Server, c *doctor.Config) {
		c.AllowMissingFlow = nil
	}, map[report.Check]report.State{report.Credentials: report.OK, report.Token: report.Warn}, 0},
	{"other-audience", func(t *testing.T, _ *emulator.Server, c *doctor.Config) {
		c.Authorities = tenant(t, tenantID, loginHost).WithAudiences("22222222-2222-2222-2222-222222222222").Flows("B2C_1_susi")
	}, map[report.Check]report.State{report.Credentials: report.OK, report.Token: report.Skipped}, 0},
	{"redirect-not-registered", func(t *testing.T, b2c *emulator.Server, c *doctor.Config) {
		c.App, c.PublicApp, c.RedirectURI = nil, public(t, b2c.Web().ID), "https://app.contoso.example/elsewhere"
	}, map[report.Check]report.State{report.RedirectURI: report.Fail}, 1},
	{"unknown-client", func(t *testing.T, _ *emulator.Server, c *doctor.Config) {
		c.App, c.PublicApp, c.RedirectURI = nil, public(t, "33333333-3333-3333-3333-333333333333"), "https://app.contoso.example/callback"
	}, map[report.Check]report.State{report.RedirectURI: report.Fail}, 1},
	{"clock", func(_ *testing.T, b2c *emulator.Server, _ *doctor.Config) {
		dated(b2c, 5*time.Minute)
	}, map[report.Check]report.State{report.Clock: report.Fail}, 1},
	{"clock-a-little", func(_ *testing.T, b2c *emulator.Server, _ *doctor.Config) {
		dated(b2c, -45*time.Second)
	}, map[report.Check]report.State{report.Clock: report.Warn}, 0},
	{"weak-key", func(_ *testing.T, b2c *emulator.Server, c *doctor.Config) {
		answer(b2c, "/discovery/v2.0/keys", "application/json", func(string) string { return weakSet })
		c.Authorities = c.Authorities[1:]
	}, map[report.Check]report.State{report.Keys: report.Fail, report.Metadata: report.OK}, 1},
	{"odd-keys", func(_ *testing.T, b2c *emulator.Server, c *doctor.Config) {
		b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultOddKeys})
		c.Authorities = c.Authorities[:1]
	}, map[report.Check]report.State{report.Keys: report.Warn}, 0},
	{"html", func(_ *testing.T, b2c *emulator.Server, c *doctor.Config) {
		b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultHTML, Endpoint: emulator.MetadataEndpoint})
		c.Authorities = c.Authorities[:1]
	}, map[report.Check]report.State{report.Metadata: report.Fail, report.Connection: report.OK}, 1},
	{"throttled", func(_ *testing.T, b2c *emulator.Server, c *doctor.Config) {
		b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultThrottled, RetryAfter: 30 * time.Second})
		c.Authorities = c.Authorities[:1]
	}, map[report.Check]report.State{report.Metadata: report.Fail, report.Credentials: report.Skipped}, 1},
	{"redirected", func(_ *testing.T, b2c *emulator.Server, c *doctor.Config) {
		b2c.Intercept(func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			http.Redirect(w, r, "https://portal.example/sign-in?from=here", http.StatusFound)
		})
		c.Authorities = c.Authorities[:1]
	}, map[report.Check]report.State{report.Metadata: report.Fail}, 1},
	{"keys-elsewhere", func(_ *testing.T, b2c *emulator.Server, c *doctor.Config) {
		answer(b2c, "/openid-configuration", "application/json", func(body string) string {
			return strings.Replace(body, `"jwks_uri":"https://contoso.b2clogin.com/`, `"jwks_uri":"https://keys.example/`, 1)
		})
		c.Authorities = c.Authorities[:1]
	}, map[report.Check]report.State{report.Endpoints: report.Fail, report.Issuer: report.OK}, 1},
	{"endpoints-elsewhere", func(_ *testing.T, b2c *emulator.Server, c *doctor.Config) {
		answer(b2c, "/openid-configuration", "application/json", func(body string) string {
			return strings.Replace(body, `"token_endpoint":"https://contoso.b2clogin.com/`, `"token_endpoint":"https://proxy.example/`, 1)
		})
		c.Authorities = c.Authorities[:1]
	}, map[report.Check]report.State{report.Endpoints: report.Warn, report.Keys: report.OK}, 0},
	{"no-issuer", func(_ *testing.T, b2c *emulator.Server, c *doctor.Config) {
		answer(b2c, "/openid-configuration", "application/json", func(string) string { return `{}` })
		c.Authorities = c.Authorities[:1]
	}, map[report.Check]report.State{report.Metadata: report.OK, report.Issuer: report.Fail}, 1},
	{"no-answer", func(_ *testing.T, b2c *emulator.Server, c *doctor.Config) {
		b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultHang, Endpoint: emulator.KeysEndpoint})
		c.Authorities, c.RequestTimeout = c.Authorities[:1], 2*time.Second // connects and has the metadata by then
	}, map[report.Check]report.State{report.Keys: report.Fail, report.Connection: report.Warn}, 1},
}

// dated has the tenant's answers tell another time.
func dated(b2c *emulator.Server, ahead time.Duration) {
	b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
		next.ServeHTTP(w, r)
	})
}

// answer changes the bodies of the answers at an endpoint.
func answer(b2c *emulator.Server, endpoint, mediaType string, change func(string) string) {
	b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if !strings.HasSuffix(r.URL.Path, endpoint) {
			next.ServeHTTP(w, r)
			return
		}
		was := &written{header: http.Header{}}
		next.ServeHTTP(was, r)
		w.Header().Set("Content-Type", mediaType)
		fmt.Fprint(w, change(was.body.String()))
	})
}

// written is an answer that is not sent.
type written struct {
	header http.Header
	body   strings.Builder
}

func (w *written) Header() http.Header         { return w.header }
func (w *written) WriteHeader(int)             {}
func (w *written) Write(p []byte) (int, error) { return w.body.Write(p) }

func TestSick(t *testing.T) {
	for _, s := range sick {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			b2c := serve(t, nil)
			cfg := healthy(t, b2c)
			s.spoil(t, b2c, &cfg)
			r := run(t, cfg)
			golden(t, s.name, r)
			for check, want := range s.says {
				if got := worst(r, check); got != want {
					t.Errorf("%s: got %s, want %s", check, got, want)
				}
			}
			if got := r.Status(); got != s.status {
				t.Errorf("got status %d, want %d", got, s.status)
			}
			wantNoSecret(t, r, b2c.Daemon().Secret, "yesterday's")
		})
	}
}

// worst returns the worst state that a check has come to.
func worst(r *report.Report, c report.Check) report.State {
	for _, s := range []report.State{report.Fail, report.Warn, report.OK, report.Skipped} {
		for _, f := range r.Findings {
			if f.Check == c && f.State == s {
				return s
			}
		}
	}
	return ""
}

// wantNoSecret fails if a secret or token stands in the report. What failed or is to
// be looked at says what to do.
func wantNoSecret(t *testing.T, r *report.Report, secrets ...string) {
	t.Helper()
	var b strings.Builder
	if err := r.WriteText(&b, nil); err != nil {
		t.Fatal(err)
	}
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	for _, s := range append(secrets, "eyJ") {
		if s != "" && strings.Contains(b.String(), s) {
			t.Errorf("the report has the secret %q:\n%s", s, b.String())
		}
	}
	for _, f := range r.Findings {
		if (f.State == report.Fail || f.State == report.Warn) && f.Do == "" {
			t.Errorf("%s %s %q says nothing to do", f.State, f.Check, f.Found)
		}
	}
}
