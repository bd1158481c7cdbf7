// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redischeck

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
	"time"
)

// dialer connects, and remembers how that went.
type dialer struct {
	tls *tls.Config // nil for none

	mu    sync.Mutex
	shake time.Duration
	state *tls.ConnectionState
	err   error // of the last time that failed: the client may try again by itself
}

func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		d.note(func() { d.err = err })
		return nil, err
	}
	if d.tls == nil {
		return conn, nil
	}
	config := d.tls
	if config.ServerName == "" {
		config = config.Clone()
		config.ServerName, _, _ = net.SplitHostPort(address)
	}
	began := time.Now()
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		d.note(func() { d.err = err })
		_ = conn.Close()
		return nil, err
	}
	state := secure.ConnectionState()
	d.note(func() { d.shake, d.state = time.Since(began), &state })
	return secure, nil
}

func (d *dialer) note(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}

// seen is what is known of the connection.
type seen struct {
	shake time.Duration
	state *tls.ConnectionState
	err   error
}

func (d *dialer) seen() seen {
	d.mu.Lock()
	defer d.mu.Unlock()
	return seen{d.shake, d.state, d.err}
}
