// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
	"github.com/b2ckit/b2ckit/internal/freeport"
)

// busy is what a busy machine may take of real time for what is promised within d.
func busy(d time.Duration) time.Duration { return 2 * d }

// settingUp has rows set up one after the other: those that wait already are to have
// the machine for themselves, or almost. Call done when that is over, at least once.
func settingUp() (done func()) {
	setUp.Lock()
	return sync.OnceFunc(setUp.Unlock)
}

var setUp sync.Mutex

// site is B2C over TCP and TLS, as its clients find it by its own name.
type site struct {
	*emulator.Server
	address atomic.Value // where its name leads to
	dials   atomic.Int64 // attempts to connect
}

func newSite(t *testing.T) *site {
	t.Helper()
	return newSiteOf(t, nil)
}

func newSiteOf(t *testing.T, opts *emulator.Options) *site {
	t.Helper()
	s := &site{Server: emulatortest.NewServer(t, opts)}
	s.open()
	return s
}

// open has connections lead to the server, which they do from the start.
func (s *site) open() { s.address.Store(strings.TrimPrefix(s.URL, "https://")) }

// shut has them refused.
func (s *site) shut(t *testing.T) {
	t.Helper()
	s.address.Store(freeport.Address(t)) // where nobody listens
}

// standard is net/http's own transport, taken before any test replaces it.
var standard = http.DefaultTransport.(*http.Transport).Clone()

// transport returns one as programs have it, that finds the site.
func (s *site) transport(t *testing.T) *http.Transport {
	t.Helper()
	tr := standard.Clone()
	tr.Proxy = nil
	tr.TLSClientConfig = &tls.Config{RootCAs: s.CertPool()}
	tr.ForceAttemptHTTP2 = true
	tr.DialContext = s.dial
	t.Cleanup(tr.CloseIdleConnections)
	return tr
}

// dial connects to the site, whatever its name.
func (s *site) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	s.dials.Add(1)
	return new(net.Dialer).DialContext(ctx, network, s.address.Load().(string))
}

// defaultTransport is locked while http.DefaultTransport is read or replaced.
var defaultTransport sync.Mutex

// asDefaultTransport makes something while the transport is http.DefaultTransport.
func asDefaultTransport(tr *http.Transport, make func()) {
	defaultTransport.Lock()
	defer defaultTransport.Unlock()
	old := http.DefaultTransport
	http.DefaultTransport = tr
	defer func() { http.DefaultTransport = old }()
	make()
}

// overRelay has connections pass a relay, which can let them die.
func (s *site) overRelay(t *testing.T) *emulatortest.Relay {
	t.Helper()
	r := emulatortest.NewRelay(t, strings.TrimPrefix(s.URL, "https://"))
	s.address.Store(r.Addr)
	return r
}

// fails sets faults, until the next time.
func (s *site) fails(t *testing.T, faults ...emulator.Fault) {
	t.Helper()
	if err := s.SetFaults(faults...); err != nil {
		t.Fatal(err)
	}
}

// requests is how many there were for metadata and keys.
func (s *site) requests() int {
	c := s.Counts()
	return c.Metadata + c.Keys
}
