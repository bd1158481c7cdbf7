// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

var outageRows = []*row{{
	test:    "down_after_start",
	fault:   "B2C refuses connections, answers 500 or hangs, for 15 s while keys are due; 100 requests a second",
	promise: "nobody notices: 0 errors; p99 ≤ 25 ms (the test allows 250 ms, or 4 times that of a twin without the outage: machines are busy)",
	by:      realSockets,
	cases: []testCase{
		{name: "refused", run: downAfterStart(nil)},
		{name: "500", run: downAfterStart(&emulator.Fault{Kind: emulator.FaultServerError})},
		{name: "hanging", run: downAfterStart(&emulator.Fault{Kind: emulator.FaultHang})},
	},
}, {
	test:    "past_max_stale",
	fault:   "B2C is away beyond the maximum age of keys: 30 s, and the default of 24 h",
	promise: "served until then; from then on, within 2 s, 503 with `Retry-After` and never 401",
	by:      virtualTime,
	cases: []testCase{
		{name: "refused", run: pastMaxStale(unplugged, scaled())},
		{name: "500", run: pastMaxStale(serverError, scaled())},
		{name: "hanging", run: pastMaxStale(hanging, scaled())},
		{name: "500 by default", run: pastMaxStale(serverError, nil)},
	},
}, {
	test:    "server_errors",
	fault:   "B2C answers 500, cold, warm, and warm with tokens of a new key; 100 requests a second",
	promise: "back-off: ≤ 12 requests at B2C in 15 s",
	by:      virtualTime,
	cases: []testCase{
		{name: "cold", run: serverErrors(false, false)},
		{name: "warm", run: serverErrors(true, false)},
		{name: "warm, a new key", run: serverErrors(true, true)},
	},
}, {
	test:    "retry_after",
	fault:   "429 or 503 with `Retry-After` of 20 s, cold and warm; a token of a new key each second",
	promise: "0 requests at B2C within these 20 s; then the next one within 2 s",
	by:      virtualTime,
	cases: []testCase{
		{name: "429 cold", run: retryAfter(emulator.FaultThrottled, false)},
		{name: "429 warm", run: retryAfter(emulator.FaultThrottled, true)},
		{name: "503 cold", run: retryAfter(emulator.FaultServerError, false)},
		{name: "503 warm", run: retryAfter(emulator.FaultServerError, true)},
	},
}, {
	test:    "absurd_retry_after",
	fault:   "429 or 503 with `Retry-After` of 100 hours",
	promise: "believed for 10 min while keys serve, for 60 s while there are none",
	by:      virtualTime,
	cases: []testCase{
		{name: "429", run: absurdRetryAfter(emulator.FaultThrottled)},
		{name: "503", run: absurdRetryAfter(emulator.FaultServerError)},
	},
}}

func downAfterStart(fault *emulator.Fault) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		s := newSite(t)
		network := s.transport(t)
		hit, asked := s.serve(t, network), s.requests()
		if fault == nil {
			s.shut(t)
			network.CloseIdleConnections()
		} else {
			s.fails(t, *fault)
		}
		dials := s.dials.Load()
		sound := newSite(t)
		calm := sound.serve(t, sound.transport(t))
		<-time.After(4 * time.Second) // the other rows have made their keys by then
		during, beside := send(t, rate, 10, hit), send(t, rate, 10, calm)
		<-time.After(15 * time.Second)
		if fault != nil && s.requests() == asked || fault == nil && s.dials.Load() == dials {
			t.Error("nobody has asked B2C, so nobody has met the outage")
		}
		slow, errors := p99(during.stop())
		without, _ := p99(beside.stop())
		f.counted("errors", errors, 0)
		f.took("p99", slow, max(250*time.Millisecond, 4*without))
		f.noted("without the outage", without)
	}
}

// serve has a service with the site's keys listen, and returns what asks it.
func (s *site) serve(t *testing.T, network http.RoundTripper) (ask func() answer) {
	t.Helper()
	a, raw := newAPI(t, network, scaled(), susi), s.MustMint(emulator.Spec{})
	if got := a.private(raw); got.status != http.StatusOK {
		t.Fatalf("before the outage: got %d", got.status)
	}
	return a.overTLS(t, raw)
}

// p99 is how long the slowest of a hundred good answers took, and how many were no
// good ones.
func p99(answers []answer) (d time.Duration, errors int) {
	var took []time.Duration
	for _, a := range answers {
		if a.status == http.StatusOK {
			took = append(took, a.took)
		}
	}
	slices.Sort(took)
	if len(took) > 0 {
		d = took[len(took)*99/100]
	}
	return d, len(answers) - len(took)
}

// pastMaxStale sends requests from the start of an outage until a while after the
// keys are too old.
func pastMaxStale(fail fault, keys *jwks.Options) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		n := newNetwork()
		a, raw := newAPI(t, n, keys, susi), n.lasting(susi)
		if got := a.private(raw); got.status != http.StatusOK {
			t.Fatalf("before the outage: got %d", got.status)
		}
		maxStale := 24 * time.Hour
		if keys != nil {
			maxStale = keys.MaxStale
		}
		lapse := a.validator.State().Authorities[0].LastSuccess.Add(maxStale)
		fail(n)
		early := 0
		for ; time.Until(lapse) > time.Minute; time.Sleep(time.Minute) {
			if a.private(raw).status != http.StatusOK {
				early++
			}
		}
		tr := send(t, rate, patient, func() answer { return a.private(raw) })
		time.Sleep(time.Until(lapse.Add(10 * time.Second)))
		late := time.Duration(0)
		for _, no := range outages(t, tr.stop()) {
			if no.asked.Before(lapse) {
				early++
			}
		}
		for _, a := range tr.answers {
			if a.status == http.StatusOK {
				late = max(late, a.asked.Sub(lapse))
			}
		}
		if last := tr.answers[len(tr.answers)-1]; last.status != http.StatusServiceUnavailable {
			t.Errorf("10 s beyond the limit: got %d", last.status)
		}
		f.counted("errors before", early, 0)
		f.took("last 200 after the limit", late, 2*time.Second)
	}
}

func serverErrors(warm, newKey bool) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		n := newNetwork()
		a := newAPI(t, n, scaled(), partner)
		if warm {
			if got := a.private(n.token(partner)); got.status != http.StatusOK {
				t.Fatalf("before the outage: got %d", got.status)
			}
			time.Sleep(time.Minute)
		}
		raw := n.token(partner)
		if newKey {
			n.Rotate(partner, true)
			raw = n.token(partner)
		}
		serverError(n)
		start := time.Now()
		tr := send(t, rate, patient, func() answer { return a.private(raw) })
		time.Sleep(15 * time.Second)
		no := outages(t, tr.stop())
		switch {
		case warm && !newKey && len(no) > 0:
			t.Errorf("got %d answers of 503 though there are keys", len(no))
		case (!warm || newKey) && len(no) < len(tr.answers):
			t.Errorf("got %d answers of 503 to %d requests", len(no), len(tr.answers))
		}
		asked := n.since(start)
		if asked == 0 {
			t.Error("B2C was not asked")
		}
		f.counted("requests", asked, 12)
	}
}

// throttle has a network refuse once what asks now, with Retry-After, and be sound
// from then on. It returns the service, a token of a key that this does not know,
// and when that was. The client is to be told what the service believes.
func throttle(t *testing.T, kind emulator.FaultKind, retryAfter, believed time.Duration, warm bool) (n *network, a *api, raw string, told time.Time) {
	t.Helper()
	n = newNetwork()
	a = newAPI(t, n, nil, partner)
	if warm {
		if got := a.private(n.token(partner)); got.status != http.StatusOK {
			t.Fatalf("before the outage: got %d", got.status)
		}
		n.Rotate(partner, true)
	}
	raw = n.lasting(partner)
	e := emulator.Fault{Kind: kind, RetryAfter: retryAfter}
	if kind == emulator.FaultServerError {
		e.Status = http.StatusServiceUnavailable
	}
	n.MustSetFaults(e)
	if got := a.private(raw); !got.isOutage() || got.retryAfter != int(believed/time.Second) {
		t.Errorf("got %+v, want 503 with Retry-After of %v", got, believed)
	}
	n.MustSetFaults()
	return n, a, raw, time.Now()
}

func retryAfter(kind emulator.FaultKind, warm bool) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		const window = 20 * time.Second
		n, a, raw, told := throttle(t, kind, window, window, warm)
		_, before := askUntil(t, time.Second, time.Minute, func() answer { return a.private(raw) })
		outages(t, before)
		next, _ := n.firstSince(told)
		within := 0
		if next.Before(told.Add(window)) {
			within = n.since(told) - n.since(told.Add(window))
		}
		f.counted("requests within", within, 0)
		f.took("next one after", next.Sub(told.Add(window)), 2*time.Second)
	}
}

func absurdRetryAfter(kind emulator.FaultKind) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		for _, state := range []struct {
			what  string
			warm  bool
			limit time.Duration
		}{{"with keys", true, 10 * time.Minute}, {"without", false, time.Minute}} {
			n, a, raw, told := throttle(t, kind, 100*time.Hour, state.limit, state.warm)
			_, before := askUntil(t, time.Second, time.Hour, func() answer { return a.private(raw) })
			outages(t, before)
			next, _ := n.firstSince(told)
			believed := next.Sub(told)
			if believed < state.limit {
				t.Errorf("%s: asked again after %v, want %v", state.what, believed, state.limit)
			}
			f.took(state.what, believed, state.limit+2*time.Second)
		}
	}
}
