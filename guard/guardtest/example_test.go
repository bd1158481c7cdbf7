// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guardtest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/guard/guardtest"
)

// greet is the handler under test. It stands behind a guard in production.
func greet(w http.ResponseWriter, r *http.Request) {
	token, ok := guard.FromContext(r.Context())
	if !ok {
		http.Error(w, "this route has no guard", http.StatusInternalServerError)
		return
	}
	fmt.Fprintf(w, "Hello, %s!", token.Name)
}

func ExampleContext() {
	t := &testing.T{} // the one of the test function

	token := guardtest.Token(t, map[string]any{"oid": "2a7f…", "name": "Ada", "scp": "tasks.read"})
	req := httptest.NewRequestWithContext(guardtest.Context(context.Background(), token), "GET", "/", nil)
	rec := httptest.NewRecorder()
	greet(rec, req)

	fmt.Println(rec.Code, rec.Body)
	// Output: 200 Hello, Ada!
}
