// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"net/http"
	"testing"
	"time"
)

var rotationRows = []*row{{
	test:    "rotation",
	fault:   "B2C signs with a key that nobody has seen; 100 requests at once",
	promise: "0 errors; 1 request at B2C",
	by:      virtualTime,
	cases:   one(rotation),
}, {
	test:    "rotation_in_outage",
	fault:   "a key rotates while B2C is away for 10 min (no connection, 500, 429)",
	promise: "old tokens serve; new ones are answered 503, never 401, and pass ≤ 7 s after the return",
	by:      virtualTime,
	cases: []testCase{
		{name: "refused", run: rotationInOutage(unplugged)},
		{name: "500", run: rotationInOutage(serverError)},
		{name: "429", run: rotationInOutage(throttled)},
	},
}, {
	test:    "third_rotation",
	fault:   "three keys within a minute, which is one more than the budget has fetches",
	promise: "two at once; the third is answered 503 with `Retry-After`, never 401, and passes within 30 s",
	by:      virtualTime,
	cases:   one(thirdRotation),
}, {
	test:    "revocation",
	fault:   "a key is taken out of the key set; its tokens go on coming",
	promise: "401 within an hour, the longest time between refreshes",
	by:      virtualTime,
	cases:   one(revocation),
}}

func rotation(t *testing.T, f *figures) {
	n := newNetwork()
	a := newAPI(t, n, nil, partner)
	if got := a.private(n.token(partner)); got.status != http.StatusOK {
		t.Fatalf("before the rotation: got %d", got.status)
	}
	time.Sleep(time.Minute)
	n.Rotate(partner, true)
	raw, start := n.token(partner), time.Now()
	answers := make(chan answer)
	for range 100 {
		go func() { answers <- a.private(raw) }()
	}
	errors := 0
	for range 100 {
		if got := <-answers; got.status != http.StatusOK {
			errors++
		}
	}
	f.counted("errors", errors, 0)
	f.counted("requests", n.since(start), 1)
}

func rotationInOutage(fail fault) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		n := newNetwork()
		a, old := newAPI(t, n, nil, partner), n.lasting(partner)
		if got := a.private(old); got.status != http.StatusOK {
			t.Fatalf("before the outage: got %d", got.status)
		}
		time.Sleep(2 * time.Hour)
		fail(n)
		n.Rotate(partner, true)
		raw := n.lasting(partner)
		for start := time.Now(); time.Since(start) < 10*time.Minute; time.Sleep(time.Second) {
			if got := a.private(old); got.status != http.StatusOK {
				t.Fatalf("a token of the old key: got %d", got.status)
			}
			if got := a.private(raw); !got.isOutage() {
				t.Fatalf("a token of the new key: got %+v", got)
			}
		}
		sound(n)
		took, before := askUntil(t, 500*time.Millisecond, time.Minute, func() answer { return a.private(raw) })
		outages(t, before)
		f.took("new key after", took, 7*time.Second)
	}
}

func thirdRotation(t *testing.T, f *figures) {
	n := newNetwork()
	a := newAPI(t, n, nil, partner)
	if got := a.private(n.token(partner)); got.status != http.StatusOK {
		t.Fatalf("before the rotations: got %d", got.status)
	}
	late := 0
	for range 2 {
		n.Rotate(partner, true)
		if got := a.private(n.token(partner)); got.status != http.StatusOK {
			late++
		}
		time.Sleep(time.Second)
	}
	n.Rotate(partner, true)
	raw := n.token(partner)
	took, before := askUntil(t, time.Second, time.Minute, func() answer { return a.private(raw) })
	if len(before) == 0 {
		t.Error("the third key passed at once, so the budget was not in use")
	}
	if len(outages(t, before)) < len(before) {
		t.Error("the third key was not held back by 503")
	}
	f.counted("late ones of the first two", late, 0)
	f.took("third key after", took, 30*time.Second)
}

func revocation(t *testing.T, f *figures) {
	n := newNetwork()
	a, raw := newAPI(t, n, nil, partner), n.lasting(partner)
	if got := a.private(raw); got.status != http.StatusOK {
		t.Fatalf("before: got %d", got.status)
	}
	n.Rotate(partner, false)
	start := time.Now()
	for a.private(raw).status == http.StatusOK && time.Since(start) < 3*time.Hour {
		time.Sleep(time.Second)
	}
	f.took("401 after", time.Since(start), time.Hour)
	if got := a.private(raw); got.status != http.StatusUnauthorized {
		t.Errorf("got %d, want 401", got.status)
	}
}
