// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// Transport returns a [http.RoundTripper] that calls the tenant in process: no
// sockets, so it also works inside a testing/synctest bubble. It answers for
// https on every host of the tenant, whatever DNS says; another host fails like
// a name that doesn't exist, and plain http like a closed port.
//
// It behaves as a network would where clients can tell. A response arrives when
// the handler has written some kilobytes, flushes or returns, and its body
// streams. When the request's context ends, RoundTrip and reads of the body
// return its error at once, and the handler's own context ends, also while it
// hangs; closing the body ends the handler's context too. A handler that panics
// with [http.ErrAbortHandler] cuts the connection.
//
// One goroutine runs per request, from RoundTrip until the handler returns. It
// is safe for concurrent use, and nothing need be closed but response bodies.
func (t *Tenant) Transport() http.RoundTripper { return inProcess{t} }

// Client returns a new client over [Tenant.Transport].
func (t *Tenant) Client() *http.Client { return &http.Client{Transport: t.Transport()} }

type inProcess struct{ tenant *Tenant }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	err := ctx.Err()
	if err == nil {
		err = p.tenant.reach(r.URL)
	}
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // as http.RoundTripper demands, also on errors
		}
		return nil, err
	}
	handlerCtx, cancel := context.WithCancel(withoutConnection(ctx))
	x := newExchange(handlerCtx, cancel, r)
	go x.serve(p.tenant, arriving(handlerCtx, r))
	select {
	case <-x.started:
		res, err := x.result()
		if err != nil && ctx.Err() != nil { // the handler ended because of that
			err = ctx.Err()
		}
		return res, err
	case <-ctx.Done(): // and with it handlerCtx
		return nil, ctx.Err()
	}
}

// reach returns the error of a network on which only the tenant exists.
func (t *Tenant) reach(u *url.URL) error {
	if u == nil || u.Host == "" {
		return &net.AddrError{Err: "no host in request URL"}
	}
	known, name := false, strings.ToLower(u.Hostname())
	for _, s := range t.sites {
		if name != hostname(s.host) {
			continue
		}
		known = true
		if u.Scheme == s.scheme && portOf(u) == portOf(&url.URL{Scheme: s.scheme, Host: s.host}) {
			return nil
		}
	}
	if !known {
		return noSuchHost(name)
	}
	return &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

func portOf(u *url.URL) string {
	switch port := u.Port(); {
	case port != "":
		return port
	case u.Scheme == "http":
		return "80"
	default:
		return "443"
	}
}

// noSuchHost is what a dial of a name that isn't in DNS returns.
func noSuchHost(name string) error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}}
}

// arriving turns a client's request into what a server would see of it.
func arriving(ctx context.Context, r *http.Request) *http.Request {
	in := r.Clone(ctx)
	in.URL = &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	if in.URL.Path == "" {
		in.URL.Path = "/"
	}
	in.RequestURI = in.URL.RequestURI()
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Method == "" {
		in.Method = http.MethodGet
	}
	if in.Header == nil {
		in.Header = http.Header{}
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	in.Proto, in.ProtoMajor, in.ProtoMinor = "HTTP/1.1", 1, 1
	in.GetBody, in.Response = nil, nil
	in.RemoteAddr = "127.0.0.1:49152"
	if r.URL.Scheme == "https" {
		in.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: r.URL.Hostname()}
	}
	return in
}

// date is the Date header every server adds.
func date() string { return time.Now().UTC().Format(http.TimeFormat) }
