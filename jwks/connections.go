// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"net/http"
	"sync"

	"github.com/b2ckit/b2ckit/internal/reconnect"
)

// connections are those of the kit's own transport, which the caches of a Limiter
// share: the flows of a host need one connection over HTTP/2, and no pool each. They
// begin with the first cache and end with the last. The zero value has none.
type connections struct {
	mu        sync.Mutex
	users     int
	transport *reconnect.Transport // nil if there are no users
}

// join returns the transport for one more cache, which is the user's if there is one,
// and what the cache is to call when it is closed. That may be called again.
func (c *connections) join(user http.RoundTripper) (transport *reconnect.Transport, leave func()) {
	if user != nil {
		transport = reconnect.New(user, 0)
		return transport, transport.Close
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.users == 0 {
		c.transport = reconnect.New(nil, 0)
	}
	c.users++
	return c.transport, sync.OnceFunc(c.leave)
}

func (c *connections) leave() {
	c.mu.Lock()
	c.users--
	last := c.transport
	if c.users > 0 {
		last = nil
	} else {
		c.transport = nil
	}
	c.mu.Unlock()
	if last != nil {
		last.Close()
	}
}
