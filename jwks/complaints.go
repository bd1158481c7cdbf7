// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"log/slog"
	"slices"
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
	kinds map[string]*kind // few
	fresh []complaint
}

// kind is of which there were some.
type kind struct {
	last    time.Time
	omitted int // that were not logged since
}

// complaint is one of them, and how many of its kind were left out before it.
type complaint struct {
	text    string
	omitted int
}

// add has a text logged if its kind has not been for some time.
func (c *complaints) add(name, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.kinds[name]
	switch {
	case k != nil && time.Since(k.last) < complainEvery:
		k.omitted++
		return
	case c.kinds == nil:
		c.kinds = map[string]*kind{}
	}
	if k == nil {
		k = &kind{}
		c.kinds[name] = k
	}
	c.fresh = append(c.fresh, complaint{text, k.omitted})
	*k = kind{last: time.Now()}
}

// take returns what has not been logged yet.
func (c *complaints) take() []complaint {
	c.mu.Lock()
	defer c.mu.Unlock()
	fresh := c.fresh
	c.fresh = nil
	return fresh
}

// attrs returns what its line tells: the text under a key, behind others.
func (c complaint) attrs(key string, others ...slog.Attr) []slog.Attr {
	all := append(slices.Clip(others), slog.String(key, c.text))
	if c.omitted > 0 {
		all = append(all, slog.Int("omitted", c.omitted))
	}
	return all
}
