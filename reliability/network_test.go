// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// network leads to B2C in process, and knows when it was asked for what. It works in
// a bubble.
type network struct {
	*emulator.Tenant
	flows []string

	mu        sync.Mutex
	unplugged bool
	asked     []request
}

type request struct {
	at   time.Time
	flow string // in lower case
}

// newNetwork has contoso with its usual flows.
func newNetwork() *network { return newNetworkOf(nil) }

// manyFlows has so many flows, the last one a custom policy.
func manyFlows(n int) *network {
	opts := &emulator.Options{}
	for i := range n - 1 {
		opts.Flows = append(opts.Flows, emulator.Flow{Name: fmt.Sprintf("B2C_1_f%03d", i)})
	}
	opts.Flows = append(opts.Flows, emulator.Flow{Name: partner})
	return newNetworkOf(opts)
}

func newNetworkOf(opts *emulator.Options) *network {
	n := &network{Tenant: emulator.NewTenant(opts)}
	for _, f := range n.Flows() {
		n.flows = append(n.flows, f.Name)
	}
	return n
}

// RoundTrip implements http.RoundTripper.
func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	_, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	flow, _, _ := strings.Cut(rest, "/")
	n.mu.Lock()
	n.asked = append(n.asked, request{time.Now(), strings.ToLower(flow)})
	unplugged := n.unplugged
	n.mu.Unlock()
	if unplugged {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	return n.Transport().RoundTrip(r)
}

// fault makes a network fail; sound ends that.
type fault func(n *network)

func (n *network) plug(in bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.unplugged = !in
}

func sound(n *network)     { n.plug(true); n.MustSetFaults() }
func unplugged(n *network) { n.plug(false) }

// faulty is a fault of the emulator's.
func faulty(faults ...emulator.Fault) fault {
	return func(n *network) { n.MustSetFaults(faults...) }
}

var (
	serverError = faulty(emulator.Fault{Kind: emulator.FaultServerError})
	throttled   = faulty(emulator.Fault{Kind: emulator.FaultThrottled})
	hanging     = faulty(emulator.Fault{Kind: emulator.FaultHang})
)

// since counts the requests made at or after a time.
func (n *network) since(at time.Time) (count int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, r := range n.asked {
		if !r.at.Before(at) {
			count++
		}
	}
	return count
}

// firstSince returns when the first request was made after a time, if one was.
func (n *network) firstSince(at time.Time) (time.Time, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, r := range n.asked {
		if r.at.After(at) {
			return r.at, true
		}
	}
	return time.Time{}, false
}

// busiest counts the requests of the span that has most of them, of those that
// begin after a time. With a flow it counts those for that one alone.
func (n *network) busiest(after time.Time, span time.Duration, flow string) (most int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var times []time.Time
	for _, r := range n.asked {
		if r.at.After(after) && (flow == "" || r.flow == strings.ToLower(flow)) {
			times = append(times, r.at)
		}
	}
	for i := range times {
		for j := i; j < len(times) && times[j].Sub(times[i]) < span; j++ {
			most = max(most, j-i+1)
		}
	}
	return most
}

// token is a good one of a flow, for an hour.
func (n *network) token(flow string) string { return n.MustMint(emulator.Spec{Flow: flow}) }

// lasting is one that outlives any test.
func (n *network) lasting(flow string) string {
	return n.MustMint(emulator.Spec{Flow: flow, Lifetime: 1000 * time.Hour})
}

// forged is one of a flow that nobody there has signed.
func (n *network) forged(flow, kid string) string {
	return n.MustMint(emulator.Spec{Flow: flow, Key: forgersKey(), Header: map[string]any{"kid": kid}})
}

var forgersKey = sync.OnceValue(emulator.NewKey)

// askUntil asks each interval until the answer is 200, and returns after how long
// that was and the answers before. It gives up after a while.
func askUntil(t *testing.T, every, most time.Duration, ask func() answer) (took time.Duration, before []answer) {
	t.Helper()
	for start := time.Now(); ; time.Sleep(every) { // as a client does
		a := ask()
		took := time.Since(start)
		if a.status == http.StatusOK {
			return took, before
		}
		if took > most {
			t.Fatalf("got %d after %v still", a.status, took)
		}
		before = append(before, a)
	}
}
