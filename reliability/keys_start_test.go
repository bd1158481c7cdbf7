// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"net/http"
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
		private := send(t, 100, func() answer { return a.private(raw) })
		public := send(t, 10, func() answer { return a.get("/public", "") })
		<-time.After(10 * time.Second)
		attempts := max(s.requests(), int(s.dials.Load()))
		back := time.Now()
		s.open()
		s.fails(t)
		private.awaitGood(t)
		recovered := time.Since(back)
		all := private.stop()
		during := outages(t, all)
		if len(during) < 500 {
			t.Errorf("got %d answers of 503 to 1,000 requests in the outage", len(during))
		}
		for _, a := range public.stop() {
			if a.status != http.StatusOK {
				t.Errorf("a public route: got %d", a.status)
			}
		}
		f.took("first 200", recovered, limit+busy)
		f.took("slowest 503", slowest(during), 5*time.Second+busy)
		f.counted("attempts", attempts, 15)
	}
}
