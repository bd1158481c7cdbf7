// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
	"time"
)

// Server is a tenant behind a listener on 127.0.0.1, as [net/http/httptest] has
// servers. Its methods are safe for concurrent use.
//
// Its Transport and Client go over the network and hide the tenant's own, which
// stay reachable as Server.Tenant.Transport.
type Server struct {
	*Tenant

	// URL is the server's own address, such as https://127.0.0.1:54321, with no
	// slash at the end. Paths of the tenant go behind it.
	URL string

	listener  net.Listener
	server    *http.Server
	identity  *identity // nil for plain http
	transport *http.Transport
	stop      context.CancelFunc
	stopped   chan struct{} // closed when the accept loop has ended

	mu      sync.Mutex
	closed  bool
	running int           // handlers
	idle    chan struct{} // closed when the last handler has returned after Close
}

// NewServer starts a tenant that serves https on a free port of 127.0.0.1, with
// a certificate of its own authority for 127.0.0.1, ::1, localhost and every
// host of the tenant. Nil options are the default tenant.
//
// [Server.Client] reaches it by the tenant's real names, so that URLs, and with
// them issuers, look as in production; the primary host is the tenant's. By
// Server.URL it is reached like any test server, and issues with its address
// as host. It speaks HTTP/1.1, so that an interceptor may hijack a connection.
//
// NewServer panics if it can't listen, and on contradictory options, like
// [NewTenant]. The caller should Close it.
func NewServer(opts *Options) *Server {
	t := NewTenant(opts)
	s := newServer(t)
	s.identity = newIdentity(t.opts.Hosts)
	s.URL = "https://" + s.listener.Addr().String()
	t.sites = append(t.sites, site{"https", s.listener.Addr().String()})
	s.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{s.identity.leaf}, MinVersion: tls.VersionTLS12}
	s.transport.TLSClientConfig = &tls.Config{RootCAs: s.CertPool(), MinVersion: tls.VersionTLS12}
	s.start(func() error { return s.server.ServeTLS(s.listener, "", "") })
	return s
}

// NewPlainServer is [NewServer] with http in place of https, for clients that
// can't be told of a certificate. As B2C's own names are never served over
// http, the server's address is the tenant's primary host: issuers and URLs
// begin with http://127.0.0.1 and the port.
func NewPlainServer(opts *Options) *Server {
	t := NewTenant(opts)
	s := newServer(t)
	s.URL = "http://" + s.listener.Addr().String()
	t.sites = append([]site{{"http", s.listener.Addr().String()}}, t.sites...)
	s.start(func() error { return s.server.Serve(s.listener) })
	return s
}

func newServer(t *Tenant) *Server {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(fmt.Sprintf("emulator: can't listen on loopback: %v", err))
	}
	s := &Server{Tenant: t, listener: listener, stopped: make(chan struct{}), idle: make(chan struct{})}
	s.transport = &http.Transport{DialContext: s.dial, MaxIdleConnsPerHost: 100, IdleConnTimeout: time.Minute}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.server = &http.Server{
		Handler:           http.HandlerFunc(s.handle),
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          log.New(quietLog{}, "", 0),
		Protocols:         new(http.Protocols),
	}
	s.server.Protocols.SetHTTP1(true)
	return s
}

func (s *Server) start(serve func() error) {
	go func() {
		defer close(s.stopped)
		_ = serve() // returns when Close closes the listener
	}()
}

// handle is the tenant, with handlers counted for Close.
func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.closed {
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
	s.ServeHTTP(w, r)
}

// Close closes the listener and all connections and ends the context of every
// request. It returns when the handlers have returned, or after five seconds if
// an interceptor doesn't heed its request's context. Closing twice is fine. The
// tenant lives on: tokens can still be minted.
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
// and connects to its listener for every host of the tenant. Other loopback
// addresses are dialled as they are; any other host fails like a name that
// doesn't exist, so that no test reaches out to the world. It is one for the
// whole server, and Close closes its connections.
func (s *Server) Transport() http.RoundTripper { return s.transport }

// Client returns a new client over [Server.Transport].
func (s *Server) Client() *http.Client { return &http.Client{Transport: s.transport} }

// CertPool returns a new pool with the authority of the server's certificate;
// nil for a plain server.
func (s *Server) CertPool() *x509.CertPool {
	if s.identity == nil {
		return nil
	}
	pool := x509.NewCertPool()
	pool.AddCert(s.identity.authority)
	return pool
}

// CACertificatePEM returns the authority's certificate in PEM, for clients that
// read it from a file; nil for a plain server.
func (s *Server) CACertificatePEM() []byte {
	if s.identity == nil {
		return nil
	}
	return s.identity.authorityPEM()
}

// dial stands in for DNS.
func (s *Server) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	own := s.listener.Addr().String()
	_, ownPort, _ := net.SplitHostPort(own)
	switch {
	case loopback(host):
	case !s.answersFor(host):
		return nil, noSuchHost(host)
	case port == ownPort, port == "443" && s.identity != nil:
		addr = own
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
