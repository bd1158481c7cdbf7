// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/jwks"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

// Literals as B2C writes them; the emulator's default tenant has them too.
const (
	tenantID = "775527ff-9a37-4307-8b3d-cc311f58d925"
	apiID    = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
	susi     = "B2C_1_susi"
	partner  = "B2C_1A_partner" // a custom policy, whose keys are its own
)

// scaled are the settings by which the matrix is stated, so that it need not last
// for hours. What it says in seconds of the defaults, such as a deadline, is left.
func scaled() *jwks.Options {
	return &jwks.Options{MaxRefresh: 10 * time.Second, MinRefetch: 2 * time.Second, MaxStale: 30 * time.Second}
}

// api is a service behind the kit: /public is open, /private takes tokens, /readyz
// is a readiness probe.
type api struct {
	*http.ServeMux
	validator *validator.Validator
}

// newAPI returns a service that trusts flows of contoso. Nil options are the
// defaults.
func newAPI(t *testing.T, network http.RoundTripper, keys *jwks.Options, flows ...string) *api {
	t.Helper()
	tenant, err := authority.B2C("contoso", tenantID)
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	v, err := validator.New(tenant.Flows(flows...), apiID, &validator.Options{Transport: network, Keys: keys, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	a := &api{http.NewServeMux(), v}
	hello := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	protect := b2chttp.New(guard.New(v, &guard.Options{Logger: quiet}), nil)
	a.Handle("/public", hello)
	a.Handle("/private", protect.Require()(hello))
	a.HandleFunc("/readyz", func(w http.ResponseWriter, r *http.Request) {
		if v.Ready(r.Context()) != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	return a
}

// answer is what a client sees of one request.
type answer struct {
	status     int
	retryAfter int // in seconds, 0 without the header
	challenge  string
	asked      time.Time
	took       time.Duration
}

// get makes a request in process.
func (a *api) get(path, raw string) answer {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if raw != "" {
		r.Header.Set("Authorization", "Bearer "+raw)
	}
	start := time.Now()
	rec := httptest.NewRecorder()
	a.ServeHTTP(rec, r)
	return answerOf(rec.Code, rec.Header(), start)
}

// overTLS returns what asks for /private over TCP and TLS.
func (a *api) overTLS(t *testing.T, raw string) func() answer {
	t.Helper()
	s := httptest.NewUnstartedServer(a)
	s.EnableHTTP2 = true
	startTLS(t, s)
	return func() answer {
		start := time.Now()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/private", nil)
		if err != nil {
			panic(err)
		}
		r.Header.Set("Authorization", "Bearer "+raw)
		resp, err := s.Client().Do(r)
		if err != nil {
			return answer{asked: start, took: time.Since(start)}
		}
		defer resp.Body.Close()
		return answerOf(resp.StatusCode, resp.Header, start)
	}
}

func answerOf(status int, h http.Header, start time.Time) answer {
	seconds, _ := strconv.Atoi(h.Get("Retry-After"))
	return answer{status: status, retryAfter: seconds, challenge: h.Get("WWW-Authenticate"), asked: start, took: time.Since(start)}
}

// private asks for what needs a token.
func (a *api) private(raw string) answer { return a.get("/private", raw) }

// isOutage reports whether the answer is what an outage should look like: 503, when
// to come back, and no challenge, upon which clients would drop their tokens.
func (a answer) isOutage() bool {
	return a.status == http.StatusServiceUnavailable && a.retryAfter >= 1 && a.challenge == ""
}
