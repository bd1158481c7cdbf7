// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"sync"
	"time"
)

// complainEvery is how often the same is logged about snapshots: what is wrong
// with one stays so until somebody mends it.
const complainEvery = time.Hour

// complaints are what is to be logged, each kind of it once in a while. They are
// safe for concurrent use.
type complaints struct {
	mu    sync.Mutex
	last  map[string]time.Time // by kind, of which there are few
	fresh []string
}

// add has a text logged if its kind has not been for some time.
func (c *complaints) add(kind, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, ok := c.last[kind]; ok && time.Since(at) < complainEvery {
		return
	}
	if c.last == nil {
		c.last = map[string]time.Time{}
	}
	c.last[kind] = time.Now()
	c.fresh = append(c.fresh, text)
}

// take returns what has not been logged yet.
func (c *complaints) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	fresh := c.fresh
	c.fresh = nil
	return fresh
}
