// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
)

var connectionRows = []*row{{
	test:    "bad_connection",
	fault:   "an HTTP/2 connection to B2C is stuck or silently dead, others are good; cold and warm, one flow and four at once",
	promise: "the next attempt has a fresh one: first 200 ≤ 10 s; ≤ 4 connections in all",
	by:      realSockets,
	cases:   badConnections(false),
}, {
	test:    "bad_connection_user",
	fault:   "the same with a transport of the program's own",
	promise: "first 200 ≤ 15 s and ≤ 3 attempts of a flow; the transport's other connections stay",
	by:      realSockets,
	cases:   badConnections(true),
}, {
	test:    "bad_connection_token",
	fault:   "the same at the token endpoint, for a daemon (`acquire`)",
	promise: "first token ≤ 10 s, 15 s with a transport of the program's own; ≤ 3 connections",
	by:      realSockets,
	cases:   badTokenConnections(),
}}

// badConnections are all ways for a connection to be bad.
func badConnections(users bool) (cases []testCase) {
	for _, c := range []badConnection{
		{},
		{dead: true},
		{warm: true},
		{warm: true, dead: true},
		{several: true},
		{several: true, dead: true},
		{several: true, warm: true},
		{several: true, warm: true, dead: true},
	} {
		c.users = users
		cases = append(cases, testCase{name: c.name(), run: c.run})
	}
	return cases
}

type badConnection struct {
	users   bool // the transport is the program's own
	dead    bool // silently, not only stuck
	warm    bool // there were keys, of which one is new
	several bool // flows, so that there are requests under way beside
}

func (c badConnection) name() string {
	pick := func(b bool, yes, no string) string {
		if b {
			return yes
		}
		return no
	}
	return pick(c.dead, "dead", "stuck") + " " + pick(c.warm, "warm", "cold") + " " + pick(c.several, "four", "one")
}

func (c badConnection) run(t *testing.T, f *figures) {
	done := settingUp()
	defer done()
	s, other := newSite(t), newSite(t)
	line := s.overRelay(t)
	client := s.transport(t)
	client.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if addr == other.address.Load() {
			return other.dial(ctx, network, addr)
		}
		return s.dial(ctx, network, addr)
	}
	client.TLSClientConfig.RootCAs.AppendCertsFromPEM(other.CACertificatePEM())
	dying := &handshakes{line: line, done: make(chan struct{})}
	client.TLSClientConfig.VerifyConnection = func(tls.ConnectionState) error { dying.end(); return nil }
	flows := []string{susi}
	if c.several {
		flows = append(flows, "B2C_1_edit", "B2C_1_reset", "B2C_1_ropc")
	}
	var a *api
	if c.users {
		other.ask(t, client)
		a = newAPI(t, client, nil, flows...)
	} else {
		asDefaultTransport(client, func() { a = newAPI(t, nil, nil, flows...) })
	}
	if c.warm {
		for _, flow := range flows {
			if got := a.private(s.MustMint(emulator.Spec{Flow: flow})); got.status != http.StatusOK {
				t.Fatalf("before: got %d", got.status)
			}
		}
		s.Rotate("", true)
	}
	connections := s.dials.Load()
	switch {
	case !c.dead:
		s.fails(t, emulator.Fault{Kind: emulator.FaultStuck, Times: 1})
	case c.warm:
		line.Silence()
	default:
		dying.expect(1)
	}

	done()
	start := time.Now()
	took := make(chan time.Duration, len(flows))
	for i, flow := range flows {
		raw := s.MustMint(emulator.Spec{Flow: flow})
		go func() { took <- a.untilGood(raw, start) }()
		if i == 0 && !c.warm { // the others are to meet the same connection
			await(t, dying.done, func() bool { return !c.dead && len(s.Faults()) == 0 })
		}
	}
	var all []time.Duration
	for range flows {
		all = append(all, <-took)
	}
	attempts := uint64(0)
	for _, state := range a.validator.State().Authorities {
		attempts = max(attempts, state.Failures+1)
	}
	if c.users {
		other.ask(t, client)
		f.took("first 200", slices.Max(all), busy(15*time.Second))
		f.counted("attempts of a flow", int(attempts), 3)
		f.counted("other connections lost", int(other.dials.Load())-1, 0)
		return
	}
	f.took("first 200", slices.Max(all), busy(10*time.Second))
	f.counted("connections", int(s.dials.Load()-connections), 4)
}

// handshakes lets connections die silently as soon as so many have been made.
type handshakes struct {
	line *emulatortest.Relay
	left atomic.Int64
	done chan struct{}
}

func (h *handshakes) expect(n int) { h.left.Store(int64(n)) }

// end is the end of one, before anything is sent over the connection.
func (h *handshakes) end() {
	switch left := h.left.Add(-1); {
	case left == 0:
		h.line.Silence()
		close(h.done)
	case left > 0:
		<-h.done
	}
}

// ask asks the site for something by its own address.
func (s *site) ask(t *testing.T, client http.RoundTripper) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/contoso.onmicrosoft.com/B2C_1_susi/discovery/v2.0/keys", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
}

// await waits for the event, or until the condition holds.
func await(t *testing.T, event <-chan struct{}, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	timeout := time.After(time.Minute)
	for !holds() {
		select {
		case <-event:
			return
		case <-tick.C:
		case <-timeout:
			t.Fatal("it does not happen")
		}
	}
}

// untilGood asks again and again, as the service tells by Retry-After, and returns
// when the first 200 came, counted from the start.
func (a *api) untilGood(raw string, start time.Time) time.Duration {
	for {
		got := a.private(raw)
		if got.status == http.StatusOK || time.Since(start) > time.Minute {
			return time.Since(start)
		}
		<-time.After(time.Duration(got.retryAfter) * time.Second)
	}
}
