// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package background_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/background"
)

func TestCloseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := background.New()
		var done atomic.Bool
		if !g.Launch(func() {
			<-g.Context().Done()
			time.Sleep(time.Second)
			done.Store(true)
		}) {
			t.Fatal("an open group launched nothing")
		}
		if g.HasEnded() {
			t.Error("it has ended before Close")
		}
		g.Close()
		if !done.Load() || !g.HasEnded() {
			t.Error("Close did not wait, or the group goes on")
		}
		if g.Launch(func() { t.Error("a closed group ran something") }) {
			t.Error("a closed group launched something")
		}
	})
}
