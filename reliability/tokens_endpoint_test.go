// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

var tokenEndpointRows = []*row{{
	test:    "token_endpoint_down",
	fault:   "the token endpoint can't be reached, cuts connections, answers 500 or 429, hangs or refuses the client, for half an hour until a token's end and a minute longer; 10 callers a second",
	promise: "until its end 0 errors, ≤ 30 requests and no wait; 0 expired tokens ever; a new one ≤ 20 s after the return",
	by:      virtualTime,
	cases: []testCase{
		{name: "unreachable", run: tokenEndpointDown(nil)},
		{name: "cut", run: tokenEndpointDown(&emulator.Fault{Kind: emulator.FaultDown})},
		{name: "500", run: tokenEndpointDown(&emulator.Fault{Kind: emulator.FaultServerError})},
		{name: "429", run: tokenEndpointDown(&emulator.Fault{Kind: emulator.FaultThrottled})},
		{name: "hanging", run: tokenEndpointDown(&emulator.Fault{Kind: emulator.FaultHang})},
		{name: "half an answer", run: tokenEndpointDown(&emulator.Fault{Kind: emulator.FaultHalfBody})},
		{name: "a page", run: tokenEndpointDown(&emulator.Fault{Kind: emulator.FaultHTML})},
		{name: "an app's that is refused", run: tokenEndpointDown(&emulator.Fault{Kind: refusingClient})},
	},
}, {
	test:    "no_storm",
	fault:   "there is no token, and the token endpoint answers 429 with `Retry-After` of a minute, answers `invalid_client`, or hangs; 100 callers a second for 30 s",
	promise: "each has a typed error within 12 s; ≤ 2 requests after 429, ≤ 6 after the others; a token once `Retry-After` of the last error has passed",
	by:      virtualTime,
	cases: []testCase{
		{name: "429", run: noStorm("after 429", 2, acquire.ErrRetry, emulator.Fault{Kind: emulator.FaultThrottled, RetryAfter: time.Minute})},
		{name: "invalid_client", run: noStorm("after invalid_client", 6, acquire.ErrConfiguration, emulator.Fault{Kind: refusingClient})},
		{name: "hanging", run: noStorm("hanging", 6, acquire.ErrRetry, emulator.Fault{Kind: emulator.FaultHang})},
	},
}, {
	test:    "redirect",
	fault:   "the token endpoint redirects to another server, or to another path of its own (301, 302, 303, 307, 308); the secret is in the body or in the header",
	promise: "refused with a typed error that names no secret; 0 requests elsewhere",
	by:      realSockets,
	cases:   one(redirect),
}}

// refusingClient is a fault that the emulator has no kind for.
const refusingClient emulator.FaultKind = "invalid-client"

// failing makes the token endpoint fail for good; nil is one that can't be reached.
type failing struct {
	*emulator.Tenant
	unreachable atomic.Bool
	made        atomic.Int64
}

func newFailing(life time.Duration) *failing { return &failing{Tenant: living(life)} }

// RoundTrip implements http.RoundTripper.
func (b *failing) RoundTrip(r *http.Request) (*http.Response, error) {
	b.made.Add(1)
	if b.unreachable.Load() {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	return b.Transport().RoundTrip(r)
}

// requests is how many there were, sent or not.
func (b *failing) requests() int { return int(b.made.Load()) }

func (b *failing) fail(fault *emulator.Fault) {
	switch {
	case fault == nil:
		b.unreachable.Store(true)
	case fault.Kind == refusingClient:
		b.Intercept(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error":"invalid_client","error_description":"AADB2C90081: The specified client_secret does not match the expected value for this client. Please correct the client_secret and try again."}`))
		})
	default:
		b.MustSetFaults(*fault)
	}
}

func (b *failing) recover() {
	b.unreachable.Store(false)
	b.Intercept(nil)
	b.MustSetFaults()
}

func tokenEndpointDown(fault *emulator.Fault) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		b2c := newFailing(time.Hour)
		app := newDaemon(t, b2c.Tenant, acquire.Options{Transport: b2c})
		get := ofApp(t, app)
		time.Sleep(900 * time.Millisecond) // B2C counts whole seconds
		first, err := get()
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Until(first.Expiry) - 30*time.Minute)
		before := b2c.requests()
		b2c.fail(fault)
		all := load(10, time.Until(first.Expiry), get)
		f.counted("errors before the end", failed(t, all), 0)
		f.counted("requests", b2c.requests()-before, 30)
		f.took("longest wait", slowestCall(all[:len(all)-30]), 0) // but in the last moments
		late := load(10, time.Minute, get)
		b2c.recover()
		back := load(10, 70*time.Second, get)
		f.took("new token", firstGood(back), 20*time.Second)
		f.counted("expired", expired(t, slices.Concat(all, late, back)), 0)
	}
}

// firstGood returns how long after the first call the first one was that got a token.
func firstGood(all []call) time.Duration {
	first := time.Hour
	for _, c := range all {
		if c.err == nil {
			first = min(first, c.asked.Add(c.took).Sub(all[0].asked))
		}
	}
	return first
}

func noStorm(what string, most int, want acquire.Class, fault emulator.Fault) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		b2c := newFailing(time.Hour)
		app := newDaemon(t, b2c.Tenant, acquire.Options{Transport: b2c})
		get := ofApp(t, app)
		b2c.fail(&fault)
		all := load(100, 30*time.Second, get)
		wantClasses(t, all, want)
		f.took("slowest answer", slowestCall(all), 12*time.Second)
		f.counted("requests "+what, b2c.requests(), most)
		_, _ = get() // whose turn it may be to ask, and then nothing is held back yet
		_, err := get()
		b2c.recover()
		e, ok := errors.AsType[*acquire.Error](err)
		if !ok || e.RetryAfter <= 0 || e.RetryAfter > time.Minute {
			t.Fatalf("got %v, want an error that says when to try again", err)
		}
		time.Sleep(e.RetryAfter)
		all = herd(10, get)
		f.counted("errors after that", failed(t, all), 0)
	}
}

func redirect(t *testing.T, f *figures) {
	elsewhere, leaked := atomic.Int64{}, atomic.Int64{}
	s := newSite(t)
	secret := s.Daemon().Secret
	other := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		elsewhere.Add(1)
		if _ = r.ParseForm(); strings.Contains(r.Form.Encode()+r.Header.Get("Authorization"), secret) {
			leaked.Add(1)
		}
	}))
	startTLS(t, other)
	client := s.transport(t)
	client.TLSClientConfig.RootCAs.AddCert(other.Certificate())
	tries := 0
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, to := range []string{other.URL + "/token", "https://contoso.b2clogin.com/elsewhere", "//" + strings.TrimPrefix(other.URL, "https://") + "/", "http://" + s.Hosts()[0] + "/"} {
			for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInParams, oauth2.AuthStyleInHeader} {
				s.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/token") {
						elsewhere.Add(1)
					}
					w.Header().Set("Location", to)
					w.WriteHeader(status)
				})
				app := newDaemon(t, s.Tenant, acquire.Options{Transport: client, AuthStyle: style})
				all := herd(1, ofApp(t, app))
				wantClasses(t, all, acquire.ErrUnexpected)
				if tries++; strings.Contains(all[0].err.Error(), secret) {
					t.Errorf("%d to %s: the error names the secret", status, to)
				}
			}
		}
	}
	f.counted("requests elsewhere", int(elsewhere.Load()), 0)
	f.counted("secrets there", int(leaked.Load()), 0)
	if got := posts(s.Tenant); got != tries {
		t.Errorf("got %d requests at the token endpoint, want one for each of %d", got, tries)
	}
}

// startTLS starts a server that ends with the test.
func startTLS(t *testing.T, s *httptest.Server) {
	t.Helper()
	s.StartTLS()
	t.Cleanup(func() {
		defaultTransport.Lock() // httptest looks at it
		defer defaultTransport.Unlock()
		s.Close()
	})
}
