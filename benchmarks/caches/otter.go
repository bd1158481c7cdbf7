// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"time"

	"github.com/maypok86/otter/v2"
)

// ottered is otter's W-TinyLFU, bounded by weight.
type ottered struct{ c *otter.Cache[key, *verified] }

func newOtter(bytes int64) store { return ottered{otter.Must(otterOptions(bytes))} }

// newInlineOtter does its housekeeping on the caller's goroutine.
func newInlineOtter(bytes int64) store {
	o := otterOptions(bytes)
	o.Executor = func(f func()) { f() }
	return ottered{otter.Must(o)}
}

func otterOptions(bytes int64) *otter.Options[key, *verified] {
	return &otter.Options[key, *verified]{
		MaximumWeight: uint64(max(bytes, 0)),
		Weigher:       func(_ key, v *verified) uint32 { return v.size + entryCost },
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[key, *verified]) time.Duration {
			return max(time.Until(e.Value.expires), 1) // 0 or less would be without end
		}),
	}
}

func (s ottered) Get(k key) (*verified, bool) { return s.c.GetIfPresent(k) }
func (s ottered) Put(k key, v *verified)      { s.c.Set(k, v) }
func (s ottered) Entries() int                { return s.c.EstimatedSize() }
func (s ottered) Close()                      { s.c.InvalidateAll(); s.c.StopAllGoroutines() }
