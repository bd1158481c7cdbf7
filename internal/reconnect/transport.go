// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reconnect

import (
	"net/http"
	"time"
)

// Transport is an http.RoundTripper that never repeats a failed attempt over
// the connection that failed it. It is safe for concurrent use. Make one with
// [New].
//
// An attempt fails with an error of RoundTrip, or one of reading the response's
// body, once it has got a connection: what could not be dialed has none to
// blame, and a dial that is slow goes on for the next attempt. Answers of any
// status are good ones.
type Transport struct {
	connections connections
}

// connections is where attempts get theirs.
type connections interface {
	lend(*attempt) (loan, error)
	close()
}

// New returns a Transport over the user's. If that is nil, it is over a copy of
// http.DefaultTransport of its own, which finds dead connections by HTTP/2
// pings and takes response headers of up to 64 KiB; if http.DefaultTransport is
// no *http.Transport, it counts as the user's.
//
// In a transport of its own a failure replaces all connections: the next
// attempt dials, and those under way end where they are. Of a user's transport
// it asks, until an attempt has succeeded that was begun after the failure,
// that each connection is used for one attempt (http.Request.Close). Over
// HTTP/2 the first of these may still meet the bad connection, and is the last
// to; the rest of the pool stays as it is.
//
// A request whose context has ended says nothing about its connection, unless
// it had waited for the answer that long: patience. What several have waited
// with no success between them adds up. And while one has waited for that long,
// with no success since, those that come later go where they would after a
// failure; it may still have its answer. With no patience every end but success
// is a failure, and nothing is before its end, which is right where the
// deadlines are the kit's own.
func New(user http.RoundTripper, patience time.Duration) *Transport {
	if user == nil {
		standard, ok := http.DefaultTransport.(*http.Transport)
		if ok {
			return &Transport{newOwn(standard, patience)}
		}
		user = http.DefaultTransport
	}
	return &Transport{&borrowed{user: user, suspicion: newSuspicion(patience)}}
}

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	a := &attempt{began: time.Now()}
	l, err := t.connections.lend(a)
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, err
	}
	a.prepare(r, l)
	defer func() { // also if the user's code panics
		switch {
		case err != nil:
			a.failed()
		case resp == nil:
			a.end(outcome{verdict: unknown})
		case resp.Body == nil:
			a.end(outcome{verdict: succeeded})
		}
	}()
	resp, err = l.via.RoundTrip(a.request)
	if err != nil || resp == nil {
		return resp, err
	}
	if resp.Request == a.request {
		resp.Request = r
	}
	if resp.Body != nil {
		resp.Body = &body{resp.Body, a}
	}
	return resp, nil
}

// Close ends what a transport of its own holds: connections, once no request
// uses them any more, and dials under way. Later requests are refused. A user's
// transport is left alone.
func (t *Transport) Close() { t.connections.close() }
