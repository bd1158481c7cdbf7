// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/fold"
	"github.com/b2ckit/b2ckit/emulator/internal/host"
	"github.com/b2ckit/b2ckit/emulator/internal/socket"
)

// ServerOptions says how a [Server] listens. The zero value and nil both mean
// https on a free port of 127.0.0.1.
type ServerOptions struct {
	// Address is what to listen on, a host and a port. If empty, 127.0.0.1:0,
	// which is a free port.
	Address string

	// Plain serves http in place of https, as [NewPlainServer] does. It is for
	// loopback hosts: to a request for any other one the tenants answer as if
	// something in front had ended TLS.
	Plain bool

	// HTTP1 has the server speak HTTP/1.1 alone. If false, https offers HTTP/2
	// too, but not to new connections while a tenant has an interceptor, which
	// may want to hijack them; see [Tenant.Intercept]. Plain http is HTTP/1.1
	// anyway.
	HTTP1 bool

	// Certificate is the server's. It isn't asked whether it covers the hosts:
	// see [Certificate.Covers]. If nil, a new one for the hosts of all tenants.
	Certificate *Certificate

	// AnyAddress allows an Address that isn't loopback's. Whoever reaches it
	// gets a token for anyone, and reaches Fallback too: a request can claim any
	// Host. The tenants answer for their Hosts and loopback hosts, as ever: a
	// name or an IPv4 address by which others reach the server must be among
	// Options.Hosts. If false, only loopback will do.
	AnyAddress bool

	// Fallback answers requests to a loopback host whose path is neither one of a
	// tenant nor one of B2C's endpoints. If nil, they get B2C's 404.
	Fallback http.Handler

	// ErrorLog is told what goes wrong with connections, such as a client that
	// doesn't trust the certificate, as [net/http.Server] tells it; of one that
	// has left without a word it also says whether it had the certificate. If nil,
	// refused handshakes are not told, which the client sees anyway, and the
	// rest goes to standard error.
	ErrorLog *log.Logger
}

// ErrNotLoopback is why [Start] refuses an address that others could reach.
var ErrNotLoopback = errors.New("not a loopback address: whoever reaches it gets a token for anyone; set ServerOptions.AnyAddress if that is meant")

// Start starts a server of one or more tenants. A request goes to the tenant
// that has its host among Options.Hosts; at a host of several, as a loopback host
// is, to the one whose domain or GUID its path begins with, after /tfp/ if that is
// there. What is no tenant's goes to the first tenant, which answers with B2C's 404
// and counts it, or at a loopback host to Fallback, unless it asks for an endpoint.
//
// Two tenants can't have a name, GUID, domain or host in common, but for the host
// login.microsoftonline.com, and the GUID and domain of a B2C tenant and one of
// another kind. As in B2C their
// user flows start with one key; with Options.SharedKeysWith they also rotate
// it together. Start adds the server's address to each tenant's hosts, as
// [NewServer] and [NewPlainServer] say: start a tenant before it is in use, and
// on one server.
//
// It returns an error if the address isn't loopback's, without AnyAddress
// ([ErrNotLoopback]); if it can't listen there (a port in use is
// syscall.EADDRINUSE for errors.Is); and if there is no tenant or two clash. The
// caller should Close the server.
func Start(opts *ServerOptions, tenants ...*Tenant) (*Server, error) {
	var o ServerOptions
	if opts != nil {
		o = *opts
	}
	if o.Address == "" {
		o.Address = "127.0.0.1:0"
	}
	if err := checkTenants(tenants); err != nil {
		return nil, err
	}
	listener, err := o.listen()
	if err != nil {
		return nil, err
	}
	s := newServer(listener, &o, tenants)
	if o.Plain {
		s.start(func() error { return s.server.Serve(listener) })
	} else {
		s.start(func() error { return s.server.ServeTLS(listener, "", "") })
	}
	return s, nil
}

// NewServer starts a tenant that serves https on a free port of 127.0.0.1, with
// a certificate of its own authority for 127.0.0.1, ::1, localhost and every
// host of the tenant. Nil options are the default tenant. For several tenants,
// or another address, there is [Start].
//
// [Server.Client] reaches it by the tenant's real names, so that URLs, and with
// them issuers, look as in production; the primary host is the tenant's. By
// Server.URL it is reached like any test server, and issues with its address
// as host. It speaks HTTP/2 to clients that can, and HTTP/1.1 to the others; see
// [ServerOptions.HTTP1] and [Tenant.Intercept].
//
// NewServer panics if it can't listen, and on contradictory options, like
// [NewTenant]. The caller should Close it.
func NewServer(opts *Options) *Server { return mustStart(nil, opts) }

// NewPlainServer is [NewServer] with http in place of https, for clients that
// can't be told of a certificate. As B2C's own names are never served over
// http, the server's address is the tenant's primary host: issuers and URLs
// begin with http://127.0.0.1 and the port.
func NewPlainServer(opts *Options) *Server { return mustStart(&ServerOptions{Plain: true}, opts) }

func mustStart(how *ServerOptions, opts *Options) *Server {
	s, err := Start(how, NewTenant(opts))
	if err != nil {
		panic(err.Error())
	}
	return s
}

// listen opens the listener, and none that others could reach unless that is
// allowed.
func (o *ServerOptions) listen() (net.Listener, error) {
	name, _, err := net.SplitHostPort(o.Address)
	if err != nil {
		return nil, fmt.Errorf("emulator: ServerOptions.Address %q is no host and port: %w", o.Address, err)
	}
	beyond := fmt.Errorf("emulator: ServerOptions.Address %q is %w", o.Address, ErrNotLoopback)
	if !o.AnyAddress && !host.Loopback(strings.ToLower(name)) {
		return nil, beyond
	}
	listener, err := net.Listen("tcp", o.Address)
	if err != nil {
		return nil, fmt.Errorf("emulator: can't listen: %w", err)
	}
	// localhost is what this machine's files say it is.
	if at, ok := listener.Addr().(*net.TCPAddr); !o.AnyAddress && (!ok || !at.IP.IsLoopback()) {
		_ = listener.Close()
		return nil, beyond
	}
	return listener, nil
}

// checkTenants returns an error that says what two tenants have in common.
func checkTenants(tenants []*Tenant) error {
	if len(tenants) == 0 {
		return errors.New("emulator: a server needs a tenant")
	}
	names, ids, domains, hosts := fold.Set{}, fold.Set{}, fold.Set{}, fold.Set{}
	for i, t := range tenants {
		if t == nil {
			return fmt.Errorf("emulator: tenant %d is nil", i)
		}
		const clash = "emulator: two tenants of one server have the %s %q"
		// In B2C's paths a flow follows, so they are others.
		within := map[bool]string{true: "B2C "}[t.kind == B2C]
		switch {
		case names.Twice(t.model.name):
			return fmt.Errorf(clash, "name", t.model.name)
		case ids.Twice(within + t.model.id):
			return fmt.Errorf(clash, "GUID", t.model.id)
		case domains.Twice(within + t.model.domain):
			return fmt.Errorf(clash, "domain", t.model.domain)
		}
		for _, h := range t.model.hosts {
			if h != entraHost && hosts.Twice(h) {
				return fmt.Errorf(clash, "host", h)
			}
		}
	}
	return nil
}

func newServer(listener net.Listener, o *ServerOptions, tenants []*Tenant) *Server {
	s := &Server{
		Tenant: tenants[0], tenants: append(router(nil), tenants...), fallback: o.Fallback,
		listener: listener, address: reachable(listener.Addr()),
		stopped: make(chan struct{}), idle: make(chan struct{}),
	}
	s.transport = &http.Transport{DialContext: s.dial, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 100, IdleConnTimeout: time.Minute}
	complaints := &socket.Handshakes{To: cmp.Or(o.ErrorLog, log.New(quietLog{}, "", 0))}
	s.server = s.httpServer(complaints)
	s.server.Protocols.SetHTTP2(!o.HTTP1)
	own := site{"https", strings.TrimSuffix(s.address, ":443")}
	if o.Plain {
		own = site{"http", strings.TrimSuffix(s.address, ":80")}
	} else {
		s.certificate = o.Certificate
		if s.certificate == nil {
			s.certificate = NewCertificate(s.names()...)
		}
		s.server.TLSConfig = s.tlsConfig(complaints)
		s.transport.TLSClientConfig = &tls.Config{RootCAs: s.CertPool(), MinVersion: tls.VersionTLS12}
	}
	s.URL = own.String()
	for _, t := range s.tenants {
		t.model.addSite(own)
		t.faults.listens.Store(true)
	}
	return s
}

// httpServer is the one underneath, for HTTP/1.1. There is no limit for reading
// bodies or writing answers: net/http would end the requests of a tenant that
// hangs on purpose.
func (s *Server) httpServer(complaints *socket.Handshakes) *http.Server {
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	server := &http.Server{
		Handler:           http.HandlerFunc(s.handle),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnContext:       socket.With,
		ErrorLog:          log.New(complaints, "", 0),
		ConnState:         complaints.Watch,
		Protocols:         new(http.Protocols),
	}
	server.Protocols.SetHTTP1(true)
	return server
}

// tlsConfig is the server's. Which protocols are offered, net/http adds, but a
// connection that an interceptor may hijack can't be HTTP/2.
func (s *Server) tlsConfig(complaints *socket.Handshakes) *tls.Config {
	c := &tls.Config{Certificates: []tls.Certificate{s.certificate.leaf}, MinVersion: tls.VersionTLS12}
	hijackable := c.Clone()
	hijackable.NextProtos = []string{"http/1.1"}
	c.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		complaints.Begin(hello)
		if slices.ContainsFunc(s.tenants, func(t *Tenant) bool { return t.handler.intercepted() }) {
			return hijackable, nil
		}
		return nil, nil // the usual one
	}
	return c
}

// names returns all names a certificate should be for.
func (s *Server) names() []string {
	name, _, _ := net.SplitHostPort(s.address)
	names := []string{name}
	for _, t := range s.tenants {
		for _, h := range t.model.hosts {
			if !slices.Contains(names, h) {
				names = append(names, h)
			}
		}
	}
	return names
}

func (s *Server) start(serve func() error) {
	go func() {
		defer close(s.stopped)
		_ = serve() // returns when Close closes the listener
	}()
}

// reachable returns the address by which this machine reaches a listener.
func reachable(a net.Addr) string {
	at, ok := a.(*net.TCPAddr)
	if !ok || !at.IP.IsUnspecified() {
		return a.String()
	}
	// A wildcard of either family listens on IPv4 too, where there is IPv4.
	return net.JoinHostPort("127.0.0.1", fmt.Sprint(at.Port))
}
