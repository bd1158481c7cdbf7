// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
)

// mark stands in hostile requests and must not come back.
const mark = "zzyzx"

// testHostile: whatever comes in, the work is bounded, the answer is one of the
// usual, and nothing of the request is in it.
func testHostile(t *testing.T, adapter Adapter) {
	g, calls := newGuard(func(o *guard.Options) {
		o.Extractors = []guard.Extractor{guard.Cookie("token"), guard.WebSocketProtocol("b2ckit.bearer")}
	})
	h := adapter.Router([]Route{get("/any", Rule{Guard: g}), get("/optional", Rule{Guard: g, Optional: true})})
	huge := strings.Repeat(mark[:4], 4<<20)
	for _, row := range []row{
		{"16 MiB token", "/any", bearer(huge), invalidToken},
		{"16 MiB behind two spaces", "/any", bearer(" " + huge), invalidToken},
		{"16 MiB of spaces behind bearer", "/any", bearer(strings.Repeat(" ", 16<<20)), invalidRequest},
		{"16 MiB of spaces before a token", "/any", bearer(strings.Repeat(" ", 16<<20) + mark), invalidToken},
		{"16 MiB without scheme", "/any", header("Authorization: " + huge), invalidRequest},
		{"16 MiB of another scheme", "/optional", header("Authorization: Basic " + huge), invalidRequest},
		{"16 MiB of commas", "/any", header("Authorization: Basic " + strings.Repeat(",", 16<<20)), invalidRequest},
		{"16 MiB of spaces", "/any", header("Authorization: " + strings.Repeat(" ", 16<<20)), invalidRequest},
		{"16 MiB of padding", "/any", bearer(strings.Repeat("=", 16<<20)), invalidToken},
		{"16 MiB in two headers", "/any", append(bearer(huge), bearer(huge)...), invalidRequest},
		{"10^6 dots", "/any", bearer(strings.Repeat(".", 1e6)), invalidToken},
		{"10^4 dots", "/any", bearer(strings.Repeat(".", 1e4)), invalidToken},
		{"10^6 subprotocols", "/any", handshake("Sec-WebSocket-Protocol: " + strings.Repeat("a,", 1e6)), noCredential},
		{"10^5 headers", "/any", strings.Split(strings.Repeat("Authorization: Basic YTpi\n", 1e5)+"X: y", "\n"), invalidRequest},
		{"NUL", "/any", bearer(mark + "\x00" + mark), invalidRequest},
		{"NUL for a space", "/any", header("Authorization: Bearer\x00" + mark), invalidRequest},
		{"CRLF", "/any", bearer(mark + "\r\nX-Zzyzx: zzyzx"), invalidRequest},
		{"CRLF in the scheme", "/any", header("Authorization: " + mark + "\r\nX-Zzyzx: zzyzx"), invalidRequest},
		{"escape sequence", "/any", bearer(mark + "\x1b[31m"), invalidRequest},
		{"quote", "/any", bearer(mark + `", error="none`), invalidRequest},
		{"markup", "/any", bearer("<script>" + mark + "</script>"), invalidRequest},
		{"bad UTF-8", "/any", bearer(mark + "\xff\xfe"), invalidRequest},
		{"bidirectional override", "/any", bearer(mark + "\u202e"), invalidRequest},
		{"marked token", "/any", bearer(mark), invalidToken},
		{"marked scheme", "/any", header("Authorization: " + mark + " " + mark), noCredential},
		{"marked query", "/any?" + mark + "=" + mark, nil, noCredential},
		{"marked cookie", "/any", header("Cookie: token=" + mark), invalidToken},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got string
			req := request{http.MethodGet, row.path, row.headers}
			if allocated := allocations(func() { got = inProcess(h, req) }); allocated > bound(row.headers) {
				t.Errorf("got %d bytes allocated, want at most %d", allocated, bound(row.headers))
			}
			if got != row.want {
				t.Errorf("got answer\n%.2000s\nwant\n%s", got, row.want)
			}
			if strings.Contains(strings.ToLower(got), mark) {
				t.Errorf("got the request's own text in the answer\n%s", got)
			}
		})
	}
	if got := calls.calls.Load(); got > 10 {
		t.Errorf("validations: got %d, want at most one for each well-formed row", got)
	}
	t.Run("methods", func(t *testing.T) { hostileMethods(t, h) })
}

// hostileMethods has the router see methods that no server lets through.
func hostileMethods(t *testing.T, h http.Handler) {
	for _, method := range []string{"GE\r\nT", "get", "\x00", mark} {
		req := httptest.NewRequest(http.MethodGet, "/any", nil)
		req.Method = method
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		if rec.Code < 400 || rec.Code > 499 {
			t.Errorf("method %q: got status %d, want a 4xx", method, rec.Code)
		}
	}
}

// allocations returns how many bytes f allocates.
func allocations(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// bound is what a request may cost: some room for the framework, and for a
// crowd of headers what their map costs the test itself.
func bound(headers []string) uint64 { return 1<<20 + uint64(len(headers))*128 }
