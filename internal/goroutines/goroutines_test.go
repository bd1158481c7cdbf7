// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package goroutines_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/internal/goroutines"
)

func Example() {
	end := make(chan struct{})
	defer close(end)
	go func() { <-end }()
	fmt.Println(goroutines.All() > 1) // how many more there are, earlier tests decide
	// Output: true
}

// They are counted while they run, and no longer once nothing in the bubble does.
func TestInBubble(t *testing.T) {
	outside := make(chan struct{})
	defer close(outside)
	go func() { <-outside }()
	synctest.Test(t, func(t *testing.T) {
		before := goroutines.InBubble()
		for round := range 200 {
			for range 5 {
				go time.Sleep(time.Second)
			}
			synctest.Wait()
			if got := goroutines.InBubble() - before; got != 5 {
				t.Fatalf("round %d: got %d, want 5", round, got)
			}
			time.Sleep(time.Second)
			synctest.Wait()
			if got := goroutines.InBubble() - before; got != 0 {
				t.Fatalf("round %d: got %d that have ended", round, got)
			}
		}
	})
}

func TestOutsideOfABubble(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("got a number outside of a bubble")
		}
	}()
	goroutines.InBubble()
}
