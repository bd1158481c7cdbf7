// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cecho5_test

import (
	"testing"

	"github.com/b2ckit/b2ckit/middleware/middlewaretest"
)

func BenchmarkMiddleware(b *testing.B) {
	middlewaretest.Benchmark(b, middlewaretest.Adapter{Router: router})
}

// A token seen before costs two of the validator's, which are the handler's token,
// the context, and net/http's copy of the request. Echo v5 makes no handlers anew for
// each request.
func TestAllocations(t *testing.T) {
	if got, ok := middlewaretest.Allocations(t, middlewaretest.Adapter{Router: router}); ok && got > 4 {
		t.Errorf("got %v allocations beyond those of a bare handler, want at most 4", got)
	}
}
