// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reconnect

import (
	"context"
	"errors"
	"net"
	"sync"
)

var errClosed = errors.New("the transport was closed")

type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// sockets are the open connections of a transport. Those that it makes by
// DialTLSContext are not among them: net/http wants them as they are.
type sockets struct {
	mu     sync.Mutex
	open   map[*socket]struct{}
	closed bool
}

func newSockets() *sockets { return &sockets{open: map[*socket]struct{}{}} }

// dialer returns one whose connections close closes.
func (s *sockets) dialer(dial dialer) dialer {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return s.keep(c)
	}
}

func (s *sockets) keep(c net.Conn) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = c.Close()
		return nil, errClosed
	}
	k := &socket{c, s}
	s.open[k] = struct{}{}
	return k, nil
}

func (s *sockets) close() {
	s.mu.Lock()
	s.closed = true
	open := s.open
	s.open = nil
	s.mu.Unlock()
	for k := range open {
		_ = k.Conn.Close()
	}
}

func (s *sockets) forget(k *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, k)
}

type socket struct {
	net.Conn

	of *sockets
}

// Close implements net.Conn.
func (k *socket) Close() error {
	k.of.forget(k)
	return k.Conn.Close()
}
