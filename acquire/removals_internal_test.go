// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"sync"
	"sync/atomic"
	"testing"
)

// Of removals of one account at once the last one is remembered.
func TestRemovalsAtOnce(t *testing.T) {
	for range 300 {
		r := newRemovals(10)
		var last atomic.Uint64
		start := make(chan struct{})
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				<-start
				at := r.record("user")
				for most := last.Load(); at > most && !last.CompareAndSwap(most, at); most = last.Load() {
				}
			})
		}
		close(start)
		wg.Wait()
		if !r.isAfter("user", last.Load()-1) {
			t.Fatalf("the removal %d is not remembered", last.Load())
		}
	}
}
