// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest_test

import (
	"net/http"
	"testing"

	"github.com/b2ckit/b2ckit/middleware/middlewaretest"
)

// An adapter that allocates more is seen to.
func TestAllocationsAreCounted(t *testing.T) {
	wasteful := sound
	wasteful.check = func(req *http.Request) *http.Request { return req.WithContext(req.Context()) }
	more, _ := middlewaretest.Allocations(t, middlewaretest.Adapter{Router: wasteful.router})
	n, ok := middlewaretest.Allocations(t, middlewaretest.Adapter{Router: sound.router})
	if got := more - n; ok && got != 1 {
		t.Errorf("got %v more allocations with a copy of the request, want 1", got)
	}
}
