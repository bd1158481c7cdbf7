// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"bytes"
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/host"
	"github.com/b2ckit/b2ckit/emulator/internal/socket"
)

// Server is one or more tenants behind a listener, as [net/http/httptest] has
// servers. Its methods are safe for concurrent use. The embedded tenant is the
// first one.
//
// Its Transport and Client go over the network and hide the tenant's own, which
// stay reachable as Server.Tenant.Transport.
type Server struct {
	*Tenant

	// URL is the server's own address, such as https://127.0.0.1:54321, with no
	// slash at the end. Paths of the tenants go behind it. A server that listens
	// on every address has the loopback one here.
	URL string

	tenants     router
	fallback    http.Handler // nil for none
	listener    net.Listener
	address     string // where to dial it
	server      *http.Server
	certificate *Certificate // nil for plain http
	transport   *http.Transport
	stop        context.CancelFunc
	stopped     chan struct{} // closed when the accept loop has ended

	mu      sync.Mutex
	closed  bool
	running int           // handlers
	idle    chan struct{} // closed when the last handler has returned after Close
}

// Tenants returns the server's tenants, in the order given to [Start].
func (s *Server) Tenants() []*Tenant { return append([]*Tenant(nil), s.tenants...) }

// handle hands a request to its tenant, with handlers counted for Close. A
// handler that doesn't return takes the connection with it.
func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.closed || socket.Of(r).IsCut() {
		s.mu.Unlock()
		panic(http.ErrAbortHandler)
	}
	s.running++
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.running--; s.closed && s.running == 0 {
			close(s.idle)
		}
	}()
	on, returned := socket.Of(r), false
	defer func() {
		if !returned {
			on.Cut(r)
		}
	}()
	s.answer(w, r, on)
	returned = true
}

// answer lets a tenant answer, or the fallback.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, on *socket.Connection) {
	h := s.handlerFor(r)
	if _, isTenant := h.(*Tenant); !isTenant && on.IsStuck() {
		socket.Hang(r)
	}
	h.ServeHTTP(w, r)
}

// Close closes the listener and all connections and ends the context of every
// request. It returns when the handlers have returned, or after five seconds if
// an interceptor doesn't heed its request's context. Closing twice is fine. The
// tenants live on: tokens can still be minted.
func (s *Server) Close() {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		if s.running == 0 {
			close(s.idle)
		}
	}
	s.mu.Unlock()
	_ = s.server.Close() // before stop: clients see a broken connection, no empty answer
	s.stop()
	for _, t := range s.tenants {
		t.faults.listens.Store(false)
	}
	s.transport.CloseIdleConnections()
	<-s.stopped
	patience := time.NewTimer(5 * time.Second)
	defer patience.Stop()
	select {
	case <-s.idle:
	case <-patience.C:
	}
}

// Transport returns a [http.RoundTripper] that trusts the server's certificate
// and connects to its listener for every host of its tenants. Other loopback
// addresses are dialled as they are; any other host fails like a name that
// doesn't exist, so that no test reaches out to the world. It speaks HTTP/2 where
// that is offered. It is one for the whole server, and Close closes its
// connections.
func (s *Server) Transport() http.RoundTripper { return s.transport }

// Client returns a new client over [Server.Transport].
func (s *Server) Client() *http.Client { return &http.Client{Transport: s.transport} }

// CertPool returns a new pool with the authority of the server's certificate;
// nil for a plain server.
func (s *Server) CertPool() *x509.CertPool {
	if s.certificate == nil {
		return nil
	}
	pool := x509.NewCertPool()
	pool.AddCert(s.certificate.authority)
	return pool
}

// CACertificatePEM returns the authority's certificate in PEM, for clients that
// read it from a file; nil for a plain server.
func (s *Server) CACertificatePEM() []byte {
	if s.certificate == nil {
		return nil
	}
	return s.certificate.CACertificatePEM()
}

// dial stands in for DNS.
func (s *Server) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	name, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	_, ownPort, _ := net.SplitHostPort(s.address)
	switch {
	case host.Loopback(name):
	case !slices.ContainsFunc(s.tenants, func(t *Tenant) bool { return t.model.answersFor(name) }):
		return nil, noSuchHost(name)
	case port == ownPort, port == "443" && s.certificate != nil:
		addr = s.address
	default:
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	return new(net.Dialer).DialContext(ctx, network, addr)
}

// quietLog is where net/http's server complains: refused handshakes are what a
// test of certificates wants to see at the client alone, the rest, such as a
// panic in an interceptor, matters.
type quietLog struct{}

func (quietLog) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("TLS handshake error")) {
		return len(line), nil
	}
	return os.Stderr.Write(line)
}

// handlerFor returns who answers a request.
func (s *Server) handlerFor(r *http.Request) http.Handler {
	if t := s.tenants.find(r); t != nil {
		return t
	}
	if s.fallback != nil && host.Loopback(host.Name(strings.ToLower(r.Host))) && !ofProduct(r.URL.Path) {
		return s.fallback
	}
	return s.Tenant
}
