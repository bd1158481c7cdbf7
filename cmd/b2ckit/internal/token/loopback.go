// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
)

// loopback waits on this machine for a user whom B2C sends back (RFC 8252 §7.3): one
// return, with the state of the attempt.
type loopback struct {
	host, path string // of the redirect URI
	addresses  []string
	listeners  []net.Listener
}

// newLoopback reads a redirect URI.
func newLoopback(redirectURI string) (*loopback, error) {
	u, err := url.Parse(redirectURI)
	if err != nil || u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, cli.UsageError("--redirect-uri wants http://localhost:PORT/PATH")
	}
	port := u.Port()
	if port == "" {
		port = "80"
	}
	l := &loopback{host: withoutDefaultPort(u.Host), path: u.Path}
	switch name := u.Hostname(); {
	case name == "localhost": // a browser may take either
		l.addresses = []string{net.JoinHostPort("127.0.0.1", port), net.JoinHostPort("::1", port)}
	case net.ParseIP(name).IsLoopback():
		l.addresses = []string{net.JoinHostPort(name, port)}
	default:
		return nil, cli.UsageError("--redirect-uri is not on this machine: it wants http://localhost:PORT/PATH")
	}
	if l.path == "" {
		l.path = "/"
	}
	return l, nil
}

// listen begins to listen; serve ends it. Where a machine has no IPv6, the other
// address will do.
func (l *loopback) listen(ctx context.Context) error {
	for i, address := range l.addresses {
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
		switch {
		case err == nil:
			l.listeners = append(l.listeners, listener)
		case i > 0 && (errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EAFNOSUPPORT)): // no IPv6 here
		default: // in use, as a rule; Windows has an error of its own for that
			l.close()
			return fmt.Errorf("%s is in use; end what listens there, or register another redirect URI\nand name it with --redirect-uri", address)
		}
	}
	return nil
}

func (l *loopback) close() {
	for _, listener := range l.listeners {
		_ = listener.Close()
	}
}

// serve waits for the return with a state, and returns what finish makes of it, once
// the user has been answered. It ends with ctx.
func (l *loopback) serve(ctx context.Context, state string, finish func(*http.Request) error) error {
	done := make(chan error, 1)
	var once sync.Once
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !l.isReturn(r) {
			http.NotFound(w, r)
			return
		}
		if r.Form.Get("state") != state {
			answer(w, http.StatusBadRequest, "This is not the sign-in that b2ckit waits for", "Use the address that it has printed last.")
			return
		}
		first := false
		once.Do(func() {
			first = true
			err := finish(r)
			if err == nil {
				answer(w, http.StatusOK, "You are signed in", "The token is in the terminal. This window can be closed.")
			} else {
				answer(w, http.StatusForbidden, "That didn't work", "The terminal says why. This window can be closed.")
			}
			done <- err
		})
		if !first {
			answer(w, http.StatusGone, "This sign-in is over", "This window can be closed.")
		}
	})
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second}
	var serving sync.WaitGroup
	for _, listener := range l.listeners {
		serving.Go(func() { _ = server.Serve(listener) })
	}
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if server.Shutdown(end) != nil { // a browser that keeps its connection busy
		_ = server.Close()
	}
	serving.Wait()
	return err
}

// isReturn reports whether a request is one that B2C sends a browser with. Its host is
// compared, so that a page of another site whose name points here has no part in it.
func (l *loopback) isReturn(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.EqualFold(withoutDefaultPort(r.Host), l.host) && r.URL.Path == l.path && r.ParseForm() == nil
}

// withoutDefaultPort returns a host as browsers send it: they leave out the port of http.
func withoutDefaultPort(host string) string { return strings.TrimSuffix(host, ":80") }

// answer shows the user a page. It says nothing of the request.
func answer(w http.ResponseWriter, status int, title, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // its address has a code
	h.Set("Connection", "close")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "<!DOCTYPE html>\n<html lang=\"en\"><head><title>b2ckit</title></head>\n<body><h1>"+title+"</h1><p>"+text+"</p></body></html>\n")
}
