// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reconnect

import (
	"net/http"
	"sync"
	"time"
)

const (
	maxHeaderBytes = 64 << 10
	pingAfter      = 15 * time.Second // of silence
	pingTimeout    = 5 * time.Second
)

// own is a transport of the kit's own, in generations.
type own struct {
	model    *http.Transport // makes no requests itself
	patience time.Duration

	mu      sync.Mutex
	current *generation // nil once closed
}

func newOwn(standard *http.Transport, patience time.Duration) *own {
	o := &own{model: modelOf(standard), patience: patience}
	o.current = newGeneration(o.model, patience)
	return o
}

// modelOf returns a copy that can be copied again.
func modelOf(standard *http.Transport) *http.Transport {
	m := standard.Clone()
	// Cloning has made standard ready, so by now this reports whether it speaks
	// HTTP/2. A copy has to be told so: it has a dialer. If HTTP/2 is that of
	// golang.org/x/net, copies would share its connections.
	if _, ok := standard.TLSNextProto["h2"]; ok {
		m.TLSNextProto, m.ForceAttemptHTTP2 = nil, true
	}
	if n := m.MaxResponseHeaderBytes; n <= 0 || n > maxHeaderBytes {
		m.MaxResponseHeaderBytes = maxHeaderBytes
	}
	if m.HTTP2 == nil {
		m.HTTP2 = &http.HTTP2Config{}
	}
	if m.HTTP2.SendPingTimeout == 0 {
		m.HTTP2.SendPingTimeout, m.HTTP2.PingTimeout = pingAfter, pingTimeout
	}
	return m
}

func (o *own) lend(a *attempt) (loan, error) {
	o.mu.Lock()
	old := o.current
	if old == nil {
		o.mu.Unlock()
		return loan{}, errClosed
	}
	if old.suspicion.overdue(a.began) {
		o.current = newGeneration(o.model, o.patience)
	}
	g := o.current
	g.suspicion.underWay[a] = struct{}{}
	o.mu.Unlock()
	if g != old {
		old.retire(false)
	}
	return loan{via: g.transport, back: func(out outcome) { o.ended(g, a, out) }}, nil
}

// ended counts an attempt off. Of several that fail together the first makes a
// new generation.
func (o *own) ended(g *generation, a *attempt, out outcome) {
	o.mu.Lock()
	if g.suspicion.confirmed(a, out) && g == o.current {
		o.current = newGeneration(o.model, o.patience)
	}
	retired, unused := g != o.current, len(g.suspicion.underWay) == 0
	o.mu.Unlock()
	if retired {
		g.retire(unused)
	}
}

func (o *own) close() {
	o.mu.Lock()
	g := o.current
	o.current = nil
	unused := g != nil && len(g.suspicion.underWay) == 0
	o.mu.Unlock()
	if g != nil {
		g.retire(unused)
	}
}
