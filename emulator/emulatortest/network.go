// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/internal/host"
)

// Emulator is an [*emulator.Tenant], which a browser calls in process, or an
// [*emulator.Server], which it calls over sockets.
type Emulator interface {
	// Hosts are the names that it answers for.
	Hosts() []string
	// Transport leads requests to it, and never out to the world.
	Transport() http.RoundTripper
}

// network is the world as a browser sees it: apps in process, the emulator, and
// plain servers on loopback.
type network struct {
	b2c     Emulator
	apps    map[string]http.Handler // by origin; nil where the browser is to stay
	sockets *http.Transport
}

func newNetwork(b2c Emulator) *network {
	// A connection that is kept would outlive the test.
	return &network{b2c, map[string]http.Handler{}, &http.Transport{DisableKeepAlives: true}}
}

// RoundTrip implements http.RoundTripper.
func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	if app := n.apps[originOf(r.URL)]; app != nil {
		return inProcess(app, r)
	}
	// A server's own transport dials all of loopback.
	_, dials := n.b2c.(*emulator.Server)
	if dials || !host.Loopback(r.URL.Hostname()) || slices.Contains(n.b2c.Hosts(), strings.ToLower(r.URL.Host)) {
		return n.b2c.Transport().RoundTrip(r)
	}
	return n.sockets.RoundTrip(r)
}

// inProcess lets a handler answer, in the goroutine of the test: its panics and
// its calls of FailNow end the test as they should.
func inProcess(app http.Handler, r *http.Request) (resp *http.Response, err error) {
	defer func() {
		p := recover()
		if failed, ok := p.(error); ok && errors.Is(failed, http.ErrAbortHandler) {
			resp, err = nil, errors.New("the app cut the connection")
		} else if p != nil {
			panic(p)
		}
	}()
	in := r.Clone(r.Context())
	in.URL = &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	if in.URL.Path == "" {
		in.URL.Path = "/"
	}
	in.RequestURI = in.URL.RequestURI()
	in.Host, in.RemoteAddr = r.URL.Host, "127.0.0.1:49152"
	if in.Body == nil {
		in.Body = http.NoBody
	}
	if r.URL.Scheme == "https" {
		in.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: r.URL.Hostname()}
	}
	rec := httptest.NewRecorder()
	app.ServeHTTP(rec, in)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return rec.Result(), nil
}

// originOf is scheme, host and port, of which the usual port is left out.
func originOf(u *url.URL) string {
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	switch scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return scheme + "://" + host
}

// shown is an address without what may be a secret in it.
func shown(u *url.URL) string {
	return fmt.Sprintf("%s://%s%s", u.Scheme, u.Host, u.EscapedPath())
}
