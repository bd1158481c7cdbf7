// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"crypto/x509"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/emulator"
)

// external is a tenant of External ID with a configuration of which all is right.
func external(t *testing.T) (*emulator.Server, *doctor.Config) {
	t.Helper()
	ext := serve(t, &emulator.Options{Kind: emulator.ExternalID, Pages: true})
	at, err := authority.ExternalID("contoso", ext.ID())
	if err != nil {
		t.Fatal(err)
	}
	c := &doctor.Config{
		Authorities: []authority.Authority{at.WithAudiences(ext.API().ID)},
		Scope:       ext.API().URI + "/.default",
		RedirectURI: "https://app.contoso.example/callback",
		Transport:   ext.Transport(), RequestTimeout: 5 * time.Second,
	}
	c.App = func(o *acquire.Options) (*acquire.App, error) {
		return acquire.NewConfidential(at, ext.Daemon().ID, acquire.Secret(ext.Daemon().Secret), o)
	}
	c.PublicApp = func(o *acquire.Options) (*acquire.App, error) { return acquire.NewPublic(at, ext.Web().ID, o) }
	return ext, c
}

// TestSuccessors: what is wrong with a tenant of External ID or its configuration.
func TestSuccessors(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil  func(*testing.T, *emulator.Server, *doctor.Config)
		says   map[report.Check]report.State
		status int
	}{
		"external-healthy": {
			func(*testing.T, *emulator.Server, *doctor.Config) {},
			map[report.Check]report.State{report.Issuer: report.OK, report.Keys: report.OK, report.Credentials: report.OK, report.Token: report.OK, report.RedirectURI: report.OK},
			0,
		},
		"external-wrong-tenant": {func(t *testing.T, ext *emulator.Server, c *doctor.Config) {
			answer(ext, "/openid-configuration", "application/json", func(body string) string {
				return strings.ReplaceAll(body, ext.ID(), "11111111-1111-1111-1111-111111111111")
			})
		}, map[report.Check]report.State{report.Issuer: report.Fail, report.Keys: report.Skipped}, 1},
		"external-foreign-keys": {func(t *testing.T, ext *emulator.Server, c *doctor.Config) {
			answer(ext, "/discovery/v2.0/keys", "application/json", func(body string) string {
				return strings.ReplaceAll(body, ext.Issuer(""), "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0")
			})
		}, map[report.Check]report.State{report.Keys: report.Fail}, 1},
		"external-wrong-secret": {func(t *testing.T, ext *emulator.Server, c *doctor.Config) {
			c.App = func(o *acquire.Options) (*acquire.App, error) {
				return acquire.NewConfidential(c.Authorities[0], ext.Daemon().ID, acquire.Secret("yesterday's"), o)
			}
		}, map[report.Check]report.State{report.Credentials: report.Fail, report.Token: report.Skipped}, 1},
		"external-certificate-soon": {func(_ *testing.T, _ *emulator.Server, c *doctor.Config) {
			c.Certificate = &x509.Certificate{NotAfter: time.Now().Add(73 * time.Hour)}
		}, map[report.Check]report.State{report.Credentials: report.Warn}, 0},
		"external-redirect-not-registered": {func(_ *testing.T, _ *emulator.Server, c *doctor.Config) {
			c.RedirectURI = "https://app.contoso.example/elsewhere"
		}, map[report.Check]report.State{report.RedirectURI: report.Fail}, 1},
		"external-two-applications": {func(_ *testing.T, _ *emulator.Server, c *doctor.Config) {
			c.App, c.PublicApp, c.Applications = nil, nil, []string{"AzureAdB2C", "AzureAd"}
		}, map[report.Check]report.State{report.Credentials: report.Skipped, report.RedirectURI: report.Skipped}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ext, c := external(t)
			tc.spoil(t, ext, c)
			r := run(t, *c)
			golden(t, name, r)
			for check, want := range tc.says {
				if got := worst(r, check); got != want {
					t.Errorf("%s: got %s, want %s", check, got, want)
				}
			}
			if got := r.Status(); got != tc.status {
				t.Errorf("got status %d, want %d", got, tc.status)
			}
			wantNoSecret(t, r, ext.Daemon().Secret, "yesterday's")
		})
	}
}

// TestEntra: many tenants share metadata and keys, which name none of them.
func TestEntra(t *testing.T) {
	entra := serve(t, &emulator.Options{Kind: emulator.EntraID})
	one, err := authority.Entra(entra.ID())
	if err != nil {
		t.Fatal(err)
	}
	many, err := authority.EntraMultiTenant(entra.ID())
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, doctor.Config{
		Authorities: []authority.Authority{one, many}, Transport: entra.Transport(), RequestTimeout: 5 * time.Second,
		Proxy: func(*http.Request) (*url.URL, error) { return nil, nil },
	})
	golden(t, "entra", r)
	if r.Status() != 0 {
		t.Errorf("got status %d, want 0", r.Status())
	}
}
