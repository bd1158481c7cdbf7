// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel_test

import (
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/b2ckit/b2ckit/emulator"
	b2cotel "github.com/b2ckit/b2ckit/otel"
	"github.com/b2ckit/b2ckit/validator"
)

func fetched(document, cause, failed string) string {
	s := "b2ckit.authority=" + susi + ",b2ckit.fetch.cause=" + cause + ",b2ckit.fetch.document=" + document + ",b2ckit.fetch.via=server"
	if failed != "" {
		s += ",error.type=" + failed
	}
	return s
}

const requested = "http.request.method=GET,http.response.status_code=200,server.address=contoso.b2clogin.com,server.port=443"

func TestFetches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
		v := p.newValidator(t, b2c, validator.Options{})
		mint := func() string { return b2c.MustMint(emulator.Spec{}) }
		_, _ = v.Validate(t.Context(), mint())
		b2c.Rotate("", true)
		_, _ = v.Validate(t.Context(), mint())
		synctest.Wait()
		p.want(t, "b2ckit.keys.fetches",
			fetched("metadata", "first_use", "")+" 1", fetched("keys", "first_use", "")+" 1", fetched("keys", "unknown_key", "")+" 1")
		p.want(t, "b2ckit.keys.changes", "b2ckit.authority="+susi+",b2ckit.keys.change=added 2")
		p.want(t, "http.client.request.duration", requested+" 3")

		b2c.Retire("")
		b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultServerError, Status: 502, Endpoint: emulator.MetadataEndpoint})
		if err := v.Refresh(t.Context()); err == nil {
			t.Error("the fault has not come over the refresh")
		}
		synctest.Wait()
		p.want(t, "b2ckit.keys.fetches",
			fetched("metadata", "first_use", "")+" 1", fetched("keys", "first_use", "")+" 1", fetched("keys", "unknown_key", "")+" 1",
			fetched("metadata", "requested", "502")+" 1", fetched("keys", "requested", "")+" 1")
		p.want(t, "b2ckit.keys.changes",
			"b2ckit.authority="+susi+",b2ckit.keys.change=added 2", "b2ckit.authority="+susi+",b2ckit.keys.change=removed 1")
		p.want(t, "http.client.request.duration", requested+" 4",
			"error.type=502,http.request.method=GET,http.response.status_code=502,server.address=contoso.b2clogin.com,server.port=443 1")
	})
}

// What an outage is called: a silent server, one that cuts connections, a page.
func TestKindsOfOutage(t *testing.T) {
	for name, c := range map[string]struct {
		fault emulator.Fault
		want  string
	}{
		"slow":    {emulator.Fault{Kind: emulator.FaultSlow, Delay: time.Minute}, "timeout"},
		"cut":     {emulator.Fault{Kind: emulator.FaultDown}, "transport"},
		"page":    {emulator.Fault{Kind: emulator.FaultHTML}, "document"},
		"refusal": {emulator.Fault{Kind: emulator.FaultThrottled}, "429"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
				v := p.newValidator(t, b2c, validator.Options{})
				b2c.MustSetFaults(c.fault)
				_, _ = v.Validate(t.Context(), b2c.MustMint(emulator.Spec{}))
				synctest.Wait()
				if got := p.lines(t, "b2ckit.keys.fetches"); len(got) == 0 || got[0] != fetched("metadata", "first_use", c.want)+" 1" {
					t.Errorf("got %q, want %s", got, c.want)
				}
			})
		})
	}
}

func TestSpansOfFetches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
		v := p.newValidator(t, b2c, validator.Options{})
		b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultSlow, Delay: time.Second, Endpoint: emulator.MetadataEndpoint},
			emulator.Fault{Kind: emulator.FaultServerError, Endpoint: emulator.KeysEndpoint})
		begun := time.Now()
		_, _ = v.Validate(t.Context(), b2c.MustMint(emulator.Spec{}))
		synctest.Wait()
		metadata, keys := p.named("fetch metadata"), p.named("fetch keys")
		if len(metadata) != 1 || len(keys) != 1 {
			t.Fatalf("got the spans %v", p.spans.Ended())
		}
		if s := metadata[0]; !s.StartTime().Equal(begun) || s.EndTime().Sub(begun) != time.Second || s.Status().Code != codes.Unset {
			t.Errorf("got %v to %v, %v", s.StartTime(), s.EndTime(), s.Status())
		}
		if s := keys[0]; s.Status().Code != codes.Error || s.Status().Description != "500" || s.SpanKind() != trace.SpanKindClient || s.Parent().IsValid() {
			t.Errorf("got %v, %v, parent %v", s.Status(), s.SpanKind(), s.Parent())
		}
	})
}
