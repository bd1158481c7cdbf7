// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

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

// connection is one of a server's, with what faults have done to it. Nil is that
// of a request in process, to which they can't do anything.
type connection struct {
	socket net.Conn
	stuck  atomic.Bool // nothing on it is answered any more
	broken atomic.Bool // it is cut
}

type connectionKey struct{}

// withConnection returns the context of a connection's requests.
func withConnection(ctx context.Context, c net.Conn) context.Context {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	return context.WithValue(ctx, connectionKey{}, &connection{socket: c})
}

// withoutConnection is for a request in process, which may have the context of
// one that came over a connection.
func withoutConnection(ctx context.Context) context.Context {
	return context.WithValue(ctx, connectionKey{}, (*connection)(nil))
}

func connectionOf(r *http.Request) *connection {
	c, _ := r.Context().Value(connectionKey{}).(*connection)
	return c
}

func (c *connection) isStuck() bool { return c != nil && c.stuck.Load() }

func (c *connection) isBroken() bool { return c != nil && c.broken.Load() }

// cut ends the connection of a request whose handler doesn't answer to the end.
// Over HTTP/1.1 net/http does so by itself; over HTTP/2 it would end the stream
// alone. It waits until the client has closed its end, but not for long: to close
// ours with something unread could take away what the client hasn't read yet.
func (c *connection) cut(r *http.Request) {
	if c == nil || r.ProtoMajor < 2 || r.Context().Err() != nil || c.broken.Swap(true) {
		return
	}
	if end, ok := c.socket.(interface{ CloseWrite() error }); ok {
		_ = end.CloseWrite() // fails if the client was faster
		wait(r, linger)
	}
	_ = c.socket.Close()
}

// hang waits until the client goes away.
func hang(r *http.Request) {
	<-r.Context().Done()
	panic(http.ErrAbortHandler)
}
