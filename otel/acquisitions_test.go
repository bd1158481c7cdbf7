// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel_test

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
	b2cotel "github.com/b2ckit/b2ckit/otel"
)

const tasks = "https://contoso.onmicrosoft.com/tasks/.default"

// newApp returns an application of the tenant's that is measured.
func (p *probe) newApp(t *testing.T, b2c *emulator.Tenant, secret string) *acquire.App {
	t.Helper()
	app, err := acquire.NewConfidential(contoso(t).Flow("B2C_1_susi"), b2c.Daemon().ID, acquire.Secret(secret),
		p.App(&acquire.Options{Transport: b2c.Transport(), Logger: slog.New(slog.DiscardHandler)}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Close() })
	return app
}

func TestAcquisitions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
		app := p.newApp(t, b2c, b2c.Daemon().Secret)
		for range 3 {
			if _, err := app.Token(t.Context(), tasks); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(50 * time.Minute) // of an hour
		if _, err := app.Token(t.Context(), tasks); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		wrong := p.newApp(t, b2c, "a-wrong-secret-that-nobody-should-see")
		for range 2 {
			if _, err := wrong.Token(t.Context(), tasks); err == nil {
				t.Error("a wrong secret brought a token")
			}
			synctest.Wait()
		}
		const of = "b2ckit.acquisition.grant=client_credentials,b2ckit.acquisition.renewal="
		p.want(t, "b2ckit.acquisition.duration",
			of+"false,b2ckit.acquisition.source=endpoint 1", of+"false,b2ckit.acquisition.source=memory 3",
			of+"true,b2ckit.acquisition.source=endpoint 1",
			of+"false,b2ckit.acquisition.source=endpoint,error.type=configuration 1",
			of+"false,b2ckit.acquisition.source=none,error.type=configuration 1")
		const server = "server.address=contoso.b2clogin.com,server.port=443"
		p.want(t, "http.client.request.duration",
			"http.request.method=POST,http.response.status_code=200,"+server+" 2",
			"error.type=configuration,http.request.method=POST,http.response.status_code=400,"+server+" 1")
	})
}

func TestSpansOfAcquisitions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
		b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultSlow, Delay: time.Second, Endpoint: emulator.TokenEndpoint})
		begun := time.Now()
		for range 2 {
			if _, err := p.newApp(t, b2c, b2c.Daemon().Secret).Token(t.Context(), tasks); err != nil {
				t.Fatal(err)
			}
		}
		_, _ = p.newApp(t, b2c, "a-wrong-secret-that-nobody-should-see").Token(t.Context(), tasks)
		synctest.Wait()
		spans := p.named("get token")
		if len(spans) != 3 {
			t.Fatalf("got %d spans, want 3: one for each request", len(spans))
		}
		if s := spans[0]; s.SpanKind() != trace.SpanKindClient || !s.StartTime().Equal(begun) || s.EndTime().Sub(begun) != time.Second || s.Status().Code != codes.Unset {
			t.Errorf("got %v, %v to %v, %v", s.SpanKind(), s.StartTime(), s.EndTime(), s.Status())
		}
		if s := spans[2]; s.Status().Code != codes.Error || s.Status().Description != "configuration" {
			t.Errorf("got %v", s.Status())
		}
	})
}
