// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reconnect

import (
	"context"
	"net"
	"net/http"
	"time"
)

// generation is a transport and all its connections. Once another one has
// taken its place it lasts as long as its attempts.
type generation struct {
	transport *http.Transport
	sockets   *sockets

	suspicion suspicion // guarded by own.mu
}

func newGeneration(model *http.Transport, patience time.Duration) *generation {
	g := &generation{transport: model.Clone(), sockets: newSockets(), suspicion: newSuspicion(patience)}
	g.transport.DialContext = g.sockets.dialer(dialerOf(model))
	return g
}

func dialerOf(t *http.Transport) dialer {
	switch {
	case t.DialContext != nil:
		return t.DialContext
	//lint:ignore SA1019 it may be set all the same
	case t.Dial != nil: //nolint:staticcheck // the same
		//lint:ignore SA1019 as above
		return func(_ context.Context, network, address string) (net.Conn, error) { return t.Dial(network, address) } //nolint:staticcheck // the same
	}
	return new(net.Dialer).DialContext
}

// retire closes what is idle, and ends dials for nobody; and when the generation
// is not used any more, closes all there is. The latter can't be left to
// net/http: a request that has ended takes a moment to let its connection go.
func (g *generation) retire(unused bool) {
	g.transport.CloseIdleConnections()
	if unused {
		g.sockets.close()
	}
}
