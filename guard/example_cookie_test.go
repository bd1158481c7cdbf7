// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

// Browsers send a cookie along with what other sites have them do, too, so those
// requests are refused before the guard sees them. The prefix __Host- has browsers
// take the cookie from this host alone, and by https.
func ExampleCookie() {
	v, b2c := newValidator()
	defer v.Close()
	api := b2chttp.New(guard.New(v, &guard.Options{
		Extractors: []guard.Extractor{guard.Cookie("__Host-token")},
		Logger:     slog.New(slog.DiscardHandler),
	}), nil)

	mux := http.NewServeMux()
	mux.Handle("POST /tasks", api.Require(validator.Scope("tasks.read"))(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
	})))
	site := http.NewCrossOriginProtection().Handler(mux)

	for _, from := range []string{"same-origin", "cross-site"} {
		req := httptest.NewRequest("POST", "https://tasks.contoso.com/tasks", nil)
		req.Header.Set("Sec-Fetch-Site", from) // browsers set it, scripts can't
		req.AddCookie(&http.Cookie{Name: "__Host-token", Value: b2c.MustMint(emulator.Spec{})})
		rec := httptest.NewRecorder()
		site.ServeHTTP(rec, req)
		fmt.Println(from, rec.Code)
	}
	// Output:
	// same-origin 201
	// cross-site 403
}
