// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/b2ckit/b2ckit/emulator"
)

// call asks for the tasks as a caller with this token does, and returns the status.
func (s *service) call(ctx context.Context, token string) int {
	r, w := httptest.NewRequestWithContext(ctx, http.MethodGet, "/tasks", nil), httptest.NewRecorder()
	r.Header.Set("Authorization", "Bearer "+token)
	s.public.ServeHTTP(w, r)
	return w.Code
}

// scrape gets the metrics over a socket, as Prometheus does.
func scrape(t *testing.T, url string) map[string]*dto.MetricFamily {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("got %d, %v", resp.StatusCode, err)
	}
	return families
}

// value adds up the samples of a family, counts of a histogram, that have the labels
// "name=value".
func value(f *dto.MetricFamily, want ...string) (sum float64) {
	for _, m := range f.GetMetric() {
		var has []string
		for _, l := range m.GetLabel() {
			has = append(has, l.GetName()+"="+l.GetValue())
		}
		if slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(has, w) }) {
			continue
		}
		sum += m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
	}
	return sum
}

// What is scraped is what happened: good tokens, refused ones by reason, a rotation, an
// outage, acquisitions.
func TestScrape(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	s, err := newService(b2c)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	internal := httptest.NewServer(s.internal)
	defer internal.Close()

	good := b2c.MustMint(emulator.Spec{})
	call := func(token string, want int) {
		t.Helper()
		if got := s.call(t.Context(), token); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
	for range 5 {
		call(good, 200)
	}
	for range 2 {
		call(b2c.MustMint(emulator.Spec{Lifetime: -time.Hour}), 401)
	}
	call(b2c.MustMint(emulator.Spec{Scopes: []string{"tasks.write"}}), 403)
	b2c.Rotate("", true)
	call(b2c.MustMint(emulator.Spec{}), 200)
	for range 4 {
		if _, err := s.stock.Token(t.Context(), stockScope); err != nil {
			t.Fatal(err)
		}
	}
	b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultServerError, Status: 503})
	b2c.Rotate("", false)
	call(b2c.MustMint(emulator.Spec{}), 503)

	const susi = "b2ckit_authority=https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_susi/v2.0/.well-known/openid-configuration"
	want := []struct {
		name   string
		value  float64
		labels string
	}{
		{"b2ckit_validation_duration_seconds", 7, "b2ckit_validation_outcome=accepted"}, // one of them lacks a scope
		{"b2ckit_validation_duration_seconds", 4, "b2ckit_validation_outcome=accepted b2ckit_validation_remembered=true"},
		{"b2ckit_validation_duration_seconds", 2, "b2ckit_validation_outcome=refused error_type=expired"},
		{"b2ckit_validation_duration_seconds", 1, "b2ckit_validation_outcome=unavailable error_type=keys_unavailable"},
		{"b2ckit_guard_acceptances_total", 6, "b2ckit_guard_acceptance=token"},
		{"b2ckit_guard_refusals_total", 2, "http_response_status_code=401 error_type=expired"},
		{"b2ckit_guard_refusals_total", 1, "http_response_status_code=403 error_type=scope_required"},
		{"b2ckit_guard_refusals_total", 1, "http_response_status_code=503 error_type=keys_unavailable"},
		{"b2ckit_keys_usable", 2, susi},
		{"b2ckit_keys_fetches_total", 1, susi + " b2ckit_fetch_document=keys b2ckit_fetch_cause=first_use b2ckit_fetch_via=server"},
		{"b2ckit_keys_fetches_total", 2, susi + " b2ckit_fetch_document=keys b2ckit_fetch_cause=unknown_key"},
		{"b2ckit_keys_fetches_total", 1, susi + " b2ckit_fetch_cause=unknown_key error_type=503"},
		{"b2ckit_keys_changes_total", 2, susi + " b2ckit_keys_change=added"},
		{"b2ckit_memory_lookups_total", 4, "b2ckit_memory_result=hit"},
		{"b2ckit_memory_tokens", 3, ""},
		{"b2ckit_acquisition_duration_seconds", 1, "b2ckit_acquisition_source=endpoint b2ckit_acquisition_grant=client_credentials"},
		{"b2ckit_acquisition_duration_seconds", 3, "b2ckit_acquisition_source=memory"},
		{"http_client_request_duration_seconds", 3, "http_request_method=GET http_response_status_code=200 server_address=contoso.b2clogin.com server_port=443"},
		{"http_client_request_duration_seconds", 1, "http_request_method=GET http_response_status_code=503 error_type=503"},
		{"http_client_request_duration_seconds", 1, "http_request_method=POST http_response_status_code=200"},
	}
	// A fetch is counted on its own goroutine, behind those that waited for it.
	var families map[string]*dto.MetricFamily
	for deadline := time.Now().Add(10 * time.Second); ; <-time.After(10 * time.Millisecond) {
		families = scrape(t, internal.URL)
		if value(families["b2ckit_keys_fetches_total"], "error_type=503") == 1 || time.Now().After(deadline) {
			break
		}
	}
	for _, w := range want {
		if got := value(families[w.name], strings.Fields(w.labels)...); got != w.value {
			t.Errorf("%s{%s}: got %v, want %v", w.name, w.labels, got, w.value)
		}
	}
	if age := value(families["b2ckit_keys_age_seconds"], susi); age <= 0 || age > 60 {
		t.Errorf("the keys are %v seconds old", age)
	}
	if t.Failed() {
		t.Log(slices.Sorted(maps.Keys(families)))
	}
	wantNothingPrivate(t, b2c, internal.URL, good)
}

// wantNothingPrivate holds what is shown to the inside to what may be shown.
func wantNothingPrivate(t *testing.T, b2c *emulator.Tenant, url, token string) {
	t.Helper()
	private := append(strings.Split(token, "."), b2c.Daemon().Secret, b2c.User().ObjectID, b2c.User().Name)
	for _, path := range []string{"/metrics", "/debug/b2ckit"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("%s: got %d, %v", path, resp.StatusCode, err)
		}
		for _, p := range private {
			if len(p) < 4 || strings.Contains(string(body), p) {
				t.Errorf("%s shows %q", path, p)
			}
		}
	}
}
