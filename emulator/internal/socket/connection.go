// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package socket knows the connections of a server: which of them are stuck or
// cut on purpose, and what net/http complains of.
package socket

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// linger is how long a cut connection waits for the client to close its end.
const linger = 500 * time.Millisecond

// Connection is one of a server's, with what faults have done to it. Nil is that
// of a request in process, to which they can't do anything.
type Connection struct {
	socket net.Conn
	stuck  atomic.Bool // nothing on it is answered any more
	broken atomic.Bool // it is cut
}

type connectionKey struct{}

// With returns the context of a connection's requests.
func With(ctx context.Context, c net.Conn) context.Context {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	return context.WithValue(ctx, connectionKey{}, &Connection{socket: c})
}

// Without is for a request in process, which may have the context of
// one that came over a connection.
func Without(ctx context.Context) context.Context {
	return context.WithValue(ctx, connectionKey{}, (*Connection)(nil))
}

// Of returns the connection of a request; nil in process.
func Of(r *http.Request) *Connection {
	c, _ := r.Context().Value(connectionKey{}).(*Connection)
	return c
}

// IsStuck reports whether nothing on it is answered any more.
func (c *Connection) IsStuck() bool { return c != nil && c.stuck.Load() }

// Stick makes it answer nothing from now on.
func (c *Connection) Stick() { c.stuck.Store(true) }

// IsCut reports whether it is being cut.
func (c *Connection) IsCut() bool { return c != nil && c.broken.Load() }

// Cut ends the connection of a request whose handler doesn't answer to the end.
// Over HTTP/1.1 net/http does so by itself; over HTTP/2 it would end the stream
// alone. It waits until the client has closed its end, but not for long: to close
// ours with something unread could take away what the client hasn't read yet.
func (c *Connection) Cut(r *http.Request) {
	if c == nil || r.ProtoMajor < 2 || r.Context().Err() != nil || c.broken.Swap(true) {
		return
	}
	if end, ok := c.socket.(interface{ CloseWrite() error }); ok {
		_ = end.CloseWrite() // fails if the client was faster
		Wait(r, linger)
	}
	_ = c.socket.Close()
}

// Hang waits until the client goes away.
func Hang(r *http.Request) {
	<-r.Context().Done()
	panic(http.ErrAbortHandler)
}

// Wait waits for so long, or until the client goes away: then it returns false.
func Wait(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}
