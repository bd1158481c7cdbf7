// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

var flowRows = []*row{{
	test:    "many_flows_fail",
	fault:   "60 flows get 500, 429 without `Retry-After`, or no connection, for 20 s to 10 min; no traffic",
	promise: "≤ 2 requests a second in all; all 60 have keys 5 s after the return",
	by:      virtualTime,
	cases: []testCase{
		{name: "500", run: manyFlowsFail(serverError)},
		{name: "429", run: manyFlowsFail(throttled)},
		{name: "refused", run: manyFlowsFail(unplugged)},
	},
}, {
	test:    "no_such_flow",
	fault:   "a trusted flow does not exist; another one's tokens, and a probe each second",
	promise: "≤ 2 requests a minute for it; 0 errors",
	by:      virtualTime,
	cases:   one(noSuchFlow),
}, {
	test:    "flow_is_gone",
	fault:   "one of several flows is deleted; three days go by",
	promise: "the others serve: 0 errors; `Ready` stays true",
	by:      virtualTime,
	cases:   one(flowIsGone),
}, {
	test:    "unsigned_token_cold",
	fault:   "one unsigned token, 1,000 flows without keys; B2C sound, 500, hanging",
	promise: "one flow is asked: ≤ 2 requests; then 401, or 503 while B2C is away",
	by:      virtualTime,
	cases: []testCase{
		{name: "sound", run: unsignedTokenCold(sound, http.StatusUnauthorized)},
		{name: "500", run: unsignedTokenCold(serverError, http.StatusServiceUnavailable)},
		{name: "hanging", run: unsignedTokenCold(hanging, http.StatusServiceUnavailable)},
	},
}, {
	test:    "forged_tokens",
	fault:   "60 forged tokens that name 60 flows, each second, cold and warm; one flow's key rotates",
	promise: "≤ 20 requests and 2 more a second; the genuine new key serves within 60 s, and until then is answered 503, never 401",
	by:      virtualTime,
	cases: []testCase{
		{name: "cold", run: forgedTokens(false)},
		{name: "warm", run: forgedTokens(true)},
	},
}}

func manyFlowsFail(fail fault) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		for _, outage := range []time.Duration{20 * time.Second, 90 * time.Second, 10*time.Minute + 300*time.Millisecond} {
			n := manyFlows(60)
			fail(n)
			a := newAPI(t, n, nil, n.flows...)
			if a.validator.AllReady(t.Context()) == nil || a.usable() != 0 {
				t.Fatal("ready without an answer")
			}
			start := time.Now()
			time.Sleep(outage)
			if n.since(start) == 0 {
				t.Error("nobody asks")
			}
			f.counted("requests in the busiest second", n.busiest(start, time.Second, ""), 2)
			sound(n)
			back := time.Now()
			for a.usable() < 60 && time.Since(back) < time.Minute {
				time.Sleep(100 * time.Millisecond)
			}
			f.took("all have keys after", time.Since(back), 5*time.Second)
		}
	}
}

// usable counts the flows that have keys.
func (a *api) usable() (count int) {
	for _, s := range a.validator.State().Authorities {
		if s.Usable {
			count++
		}
	}
	return count
}

func noSuchFlow(t *testing.T, f *figures) {
	const misspelt = "B2C_1_misspelt"
	n := newNetwork()
	a, raw := newAPI(t, n, nil, partner, misspelt), n.lasting(partner)
	if err := a.validator.AllReady(t.Context()); err == nil || !strings.Contains(err.Error(), misspelt) || strings.Contains(err.Error(), partner) {
		t.Errorf("AllReady: got %v, want the misspelt flow named alone", err)
	}
	errors := a.errorsFor(time.Minute, time.Second, raw)
	f.counted("requests in the first minute", n.busiest(time.Time{}, time.Minute, misspelt), 2)
	from := time.Now()
	errors += a.errorsFor(time.Hour, time.Second, raw)
	busiest := n.busiest(from, time.Minute, misspelt)
	if busiest == 0 {
		t.Error("nobody asks")
	}
	f.counted("later in the busiest one", busiest, 2)
	f.counted("errors", errors, 0)
}

// errorsFor asks for /private and /readyz for so long, and counts what is no 200.
func (a *api) errorsFor(long, every time.Duration, raw string) (errors int) {
	for start := time.Now(); time.Since(start) < long; time.Sleep(every) {
		for _, got := range []answer{a.private(raw), a.get("/readyz", "")} {
			if got.status != http.StatusOK {
				errors++
			}
		}
	}
	return errors
}

func flowIsGone(t *testing.T, f *figures) {
	n := newNetwork()
	a, raw := newAPI(t, n, nil, n.flows...), n.lasting(partner)
	if err := a.validator.AllReady(t.Context()); err != nil {
		t.Fatal(err)
	}
	n.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.Contains(strings.ToLower(r.URL.Path), "/b2c_1_edit/") {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusNotFound)
			return
		}
		next.ServeHTTP(w, r)
	})
	f.counted("errors", a.errorsFor(72*time.Hour, 5*time.Minute, raw), 0)
	if err := a.validator.AllReady(t.Context()); err == nil || !strings.Contains(err.Error(), "B2C_1_edit") {
		t.Errorf("AllReady: got %v, want the flow that is gone", err)
	}
}

func unsignedTokenCold(fail fault, want int) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		n := manyFlows(1000)
		fail(n)
		a := newAPI(t, n, nil, n.flows...)
		got := a.private("eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.AAAA")
		if got.status != want {
			t.Errorf("got %d, want %d", got.status, want)
		}
		f.counted("requests", n.since(time.Time{}), 2)
		f.took("answer after", got.took, 5*time.Second+100*time.Millisecond)
	}
}

func forgedTokens(warm bool) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		n := manyFlows(60)
		a := newAPI(t, n, nil, n.flows...)
		if warm {
			if err := a.validator.AllReady(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		forged := make([]string, 60)
		for i, flow := range n.flows {
			forged[i] = n.forged(flow, fmt.Sprint("made-up-", i))
		}
		start := time.Now()
		tr := send(t, 60, patient, inTurn(a, forged))
		over := 0 // the promise, at any time
		for range 10 {
			time.Sleep(time.Second)
			over = max(over, n.since(start)-20-int(2*time.Since(start)/time.Second))
		}
		if over > 0 {
			t.Errorf("got %d requests too many", over)
		}
		f.counted("requests in 10 s", n.since(start), 40)
		n.Rotate(partner, true)
		raw := n.token(partner)
		took, before := askUntil(t, time.Second, 2*time.Minute, func() answer { return a.private(raw) })
		outages(t, before)
		f.took("new key after", took, time.Minute)
		for _, a := range tr.stop() {
			if a.status == http.StatusOK {
				t.Fatal("a forged token was accepted")
			}
		}
	}
}

// inTurn asks with one token after the other, over and over.
func inTurn(a *api, tokens []string) func() answer {
	next := make(chan string, len(tokens))
	for _, raw := range tokens {
		next <- raw
	}
	return func() answer {
		raw := <-next
		next <- raw
		return a.private(raw)
	}
}
