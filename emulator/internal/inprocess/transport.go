// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package inprocess answers requests by calling a handler, as a network with one
// server on it would where clients can tell.
package inprocess

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/url"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/socket"
)

// Transport is a [http.RoundTripper] that calls a handler. One goroutine runs
// per request, from RoundTrip until the handler returns.
type Transport struct {
	Handler http.Handler
	Reach   func(*url.URL) error // the error of a network where that isn't reached
}

// RoundTrip is the client's.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	err := ctx.Err()
	if err == nil {
		err = t.Reach(r.URL)
	}
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // as http.RoundTripper demands, also on errors
		}
		return nil, err
	}
	handlerCtx, cancel := context.WithCancel(socket.Without(ctx))
	x := newExchange(handlerCtx, cancel, r)
	go x.serve(t.Handler, arriving(handlerCtx, r))
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
