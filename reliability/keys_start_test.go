// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

var startRows = []*row{{
	test:    "down_at_start",
	fault:   "B2C refuses connections, cuts them, answers 500 or hangs while a process starts; 100 requests a second",
	promise: "public routes 200; others 503 with `Retry-After` within 5 s; ≤ 15 attempts in 10 s; first 200 ≤ 3 s after the return, 8 s where a request hangs still",
	by:      realSockets,
	cases: []testCase{
		{name: "refused", run: downAtStart(nil, 3*time.Second)},
		{name: "cut", run: downAtStart(&emulator.Fault{Kind: emulator.FaultDown}, 3*time.Second)},
		{name: "500", run: downAtStart(&emulator.Fault{Kind: emulator.FaultServerError}, 3*time.Second)},
		{name: "hanging", run: downAtStart(&emulator.Fault{Kind: emulator.FaultHang}, 8*time.Second)},
	},
}, {
	test:    "retry_after_at_start",
	fault:   "429 or 503 with `Retry-After` of an hour while a process starts; B2C is well a second later",
	promise: "obeyed for 60 s at most: first 200 ≤ 62 s",
	by:      virtualTime,
	cases: []testCase{
		{name: "429", run: retryAfterAtStart(emulator.FaultThrottled)},
		{name: "503", run: retryAfterAtStart(emulator.FaultServerError)},
	},
}, {
	test:    "slow_but_sound",
	fault:   "each request takes 2.8 s, so that metadata and keys take longer than a caller waits",
	promise: "what came is kept: keys after ≤ 2 requests of a client, each document asked for once",
	by:      realSockets,
	cases:   one(slowButSound),
}, {
	test:    "expired_token_cold",
	fault:   "no keys yet, and only expired tokens come; 60 flows",
	promise: "one flow is asked: 401 within 2 requests of a client",
	by:      virtualTime,
	cases:   one(expiredTokenCold),
}, {
	test:    "probe_of_cold_pod",
	fault:   "a process starts while B2C is away (no connection, 500, 429, hanging), and only a readiness probe asks, each second; 1 and 60 flows",
	promise: "ready ≤ 3 s after the return, 8 s where a request hangs still; ≤ 2 requests a second",
	by:      virtualTime,
	cases: []testCase{
		{name: "refused", run: probeOfColdPod(unplugged, 3*time.Second)},
		{name: "500", run: probeOfColdPod(serverError, 3*time.Second)},
		{name: "429", run: probeOfColdPod(throttled, 3*time.Second)},
		{name: "hanging", run: probeOfColdPod(hanging, 8*time.Second)},
	},
}}

// downAtStart has the site fail for 10 s; without a fault it refuses connections.
func downAtStart(fault *emulator.Fault, limit time.Duration) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		s := newSite(t)
		if fault == nil {
			s.shut(t)
		} else {
			s.fails(t, *fault)
		}
		a, raw := newAPI(t, s.transport(t), scaled(), susi), s.MustMint(emulator.Spec{})
		private := send(t, rate, patient, func() answer { return a.private(raw) })
		public := send(t, 10, patient, func() answer { return a.get("/public", "") })
		<-time.After(10 * time.Second)
		attempts := max(s.requests(), int(s.dials.Load()))
		back := time.Now()
		s.open()
		s.fails(t)
		private.awaitGood(t)
		recovered := time.Since(back)
		all := private.stop()
		during := outages(t, all)
		if len(during) < 5*rate {
			t.Errorf("got %d answers of 503 to %d requests in the outage", len(during), 10*rate)
		}
		for _, a := range public.stop() {
			if a.status != http.StatusOK {
				t.Errorf("a public route: got %d", a.status)
			}
		}
		f.took("first 200", recovered, busy(limit))
		f.took("slowest 503", slowest(during), busy(5*time.Second))
		f.counted("attempts", attempts, 15)
	}
}

func retryAfterAtStart(kind emulator.FaultKind) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		n := newNetwork()
		e := emulator.Fault{Kind: kind, RetryAfter: time.Hour}
		if kind == emulator.FaultServerError {
			e.Status = http.StatusServiceUnavailable
		}
		n.MustSetFaults(e)
		a, raw := newAPI(t, n, nil, susi), n.token(susi)
		start := time.Now()
		if got := a.private(raw); !got.isOutage() {
			t.Errorf("got %+v, want 503 with Retry-After", got)
		}
		time.Sleep(time.Second)
		sound(n)
		_, before := askUntil(t, 500*time.Millisecond, 2*time.Minute, func() answer { return a.private(raw) })
		outages(t, before)
		took := time.Since(start)
		if took < time.Minute {
			t.Errorf("the first 200 came after %v, so Retry-After was not obeyed", took)
		}
		f.took("first 200", took, 62*time.Second)
	}
}

func slowButSound(t *testing.T, f *figures) {
	s := newSite(t)
	s.fails(t, emulator.Fault{Kind: emulator.FaultSlow, Delay: 2800 * time.Millisecond})
	a, raw := newAPI(t, s.transport(t), nil, susi), s.MustMint(emulator.Spec{})
	start, asked := time.Now(), 1
	got := a.private(raw)
	for ; got.status != http.StatusOK && asked < 10; asked++ {
		if !got.isOutage() {
			t.Fatalf("got %+v, want 503 with Retry-After", got)
		}
		<-time.After(time.Duration(got.retryAfter) * time.Second)
		got = a.private(raw)
	}
	f.counted("requests of a client", asked, 2)
	f.counted("at B2C", s.requests(), 2)
	f.took("first 200", time.Since(start), 10*time.Second)
}

func expiredTokenCold(t *testing.T, f *figures) {
	n := manyFlows(60)
	a := newAPI(t, n, nil, n.flows...)
	raw := n.MustMint(emulator.Spec{Flow: "B2C_1_f007", IssuedAt: time.Now().Add(-2 * time.Hour)})
	asked := 1
	for ; a.private(raw).status != http.StatusUnauthorized && asked < 10; asked++ {
	}
	f.counted("requests of a client", asked, 2)
	f.counted("at B2C", n.since(time.Time{}), 2)
}

func probeOfColdPod(fail fault, limit time.Duration) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		for _, flows := range []int{1, 60} {
			n := manyFlows(flows)
			fail(n)
			a := newAPI(t, n, nil, n.flows...)
			for start := time.Now(); time.Since(start) < 5*time.Minute; time.Sleep(time.Second) {
				if a.probe(t).status == http.StatusOK {
					t.Fatal("ready in the outage")
				}
			}
			// Ready asks ten flows at once the first time; failures pace the rest.
			f.counted("requests in the busiest second", n.busiest(time.Now().Add(-4*time.Minute), time.Second, ""), 2)
			sound(n)
			took, _ := askUntil(t, time.Second, time.Minute, func() answer { return a.probe(t) })
			f.took("ready after", took, limit)
		}
	}
}

// probe asks whether the service is ready, for a second at most.
func (a *api) probe(t *testing.T) answer {
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	start, rec := time.Now(), httptest.NewRecorder()
	a.ServeHTTP(rec, httptest.NewRequestWithContext(ctx, http.MethodGet, "/readyz", nil))
	return answerOf(rec.Code, rec.Header(), start)
}
