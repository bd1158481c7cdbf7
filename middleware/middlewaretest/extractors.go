// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// testCookie: a cookie counts where it is asked for, and only alone.
func testCookie(t *testing.T, adapter Adapter) {
	g, _ := newGuard(func(o *guard.Options) { o.Extractors = []guard.Extractor{guard.Cookie("token")} })
	h := adapter.Router([]Route{
		get("/any", Rule{Guard: g}),
		get("/optional", Rule{Guard: g, Optional: true}),
	})
	addr := listen(t, h)
	for _, row := range []row{
		{"good", "/any", header("Cookie: theme=dark; token=good"), welcome},
		{"bad", "/any", header("Cookie: token=bad"), invalidToken},
		{"none", "/any", header("Cookie: theme=dark"), noCredential},
		{"empty", "/any", header("Cookie: token="), noCredential},
		{"case of the name", "/any", header("Cookie: Token=good"), noCredential},
		{"two", "/any", header("Cookie: token=good; token=good"), invalidRequest},
		{"two headers", "/any", header("Cookie: token=good", "Cookie: token=good"), invalidRequest},
		{"not a token", "/any", header("Cookie: token=go:od"), invalidRequest},
		{"with a header", "/any", header("Cookie: token=good", "Authorization: Bearer good"), invalidRequest},
		{"with a header of another scheme", "/any", header("Cookie: token=good", "Authorization: Basic YTpi"), welcome},
		{"with a malformed header", "/any", header("Cookie: token=good", "Authorization: Bearer"), invalidRequest},
		{"header alone", "/any", bearer(goodToken), welcome},
		{"optional, none", "/optional", nil, anonymous},
		{"optional, bad", "/optional", header("Cookie: token=bad"), invalidToken},
		{"optional, good", "/optional", header("Cookie: token=good"), welcome},
	} {
		t.Run(row.name, func(t *testing.T) {
			both(t, h, addr, request{http.MethodGet, row.path, row.headers}, row.want)
		})
	}
}

// testHeader: the header that is named counts instead of Authorization, and only
// alone.
func testHeader(t *testing.T, adapter Adapter) {
	schemed, _ := newGuard(func(o *guard.Options) { o.Header = "X-Api-Authorization" })
	bare, _ := newGuard(func(o *guard.Options) { o.Header, o.BareToken = "X-Api-Token", true })
	h := adapter.Router([]Route{
		get("/schemed", Rule{Guard: schemed}),
		get("/bare", Rule{Guard: bare}),
		get("/optional", Rule{Guard: schemed, Optional: true}),
		{Method: "GET", Prefix: "/group", Group: []Rule{{Guard: schemed}}, Path: "/nested", Rules: []Rule{{Guard: schemed}}, Handler: greet},
	})
	addr := listen(t, h)
	const platforms = "Authorization: Bearer bad"
	for _, row := range []row{
		{"good", "/schemed", header("X-Api-Authorization: Bearer good"), welcome},
		{"beside the platform's", "/schemed", header(platforms, "X-Api-Authorization: Bearer good"), welcome},
		{"beside two of the platform's", "/schemed", header(platforms, platforms, "X-Api-Authorization: Bearer good"), welcome},
		{"Authorization alone", "/schemed", bearer(goodToken), noCredential},
		{"bad", "/schemed", header("X-Api-Authorization: Bearer bad", "Authorization: Bearer good"), invalidToken},
		{"empty", "/schemed", header("X-Api-Authorization: ", "Authorization: Bearer good"), noCredential},
		{"two", "/schemed", header("X-Api-Authorization: Bearer good", "X-Api-Authorization: Bearer good"), invalidRequest},
		{"no scheme", "/schemed", header("X-Api-Authorization: good"), noCredential},
		{"nested", "/group/nested", header(platforms, "X-Api-Authorization: Bearer good"), welcome},
		{"bare", "/bare", header(platforms, "X-Api-Token: good"), welcome},
		{"bare and empty", "/bare", header("X-Api-Token: "), noCredential},
		{"bare with a scheme", "/bare", header("X-Api-Token: Bearer good"), invalidRequest},
		{"two bare", "/bare", header("X-Api-Token: good", "X-Api-Token: good"), invalidRequest},
		{"optional, the platform's alone", "/optional", header(platforms), anonymous},
		{"optional, empty", "/optional", header("X-Api-Authorization: "), anonymous},
		{"optional, bad", "/optional", header("X-Api-Authorization: Bearer bad"), invalidToken},
		{"optional, good", "/optional", header("X-Api-Authorization: Bearer good"), welcome},
	} {
		t.Run(row.name, func(t *testing.T) {
			both(t, h, addr, request{http.MethodGet, row.path, row.headers}, row.want)
		})
	}
}

// handshake returns the header lines of a WebSocket handshake.
func handshake(more ...string) []string {
	return append(header("Connection: keep-alive, Upgrade", "Upgrade: websocket",
		"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), more...)
}

// upgrade is a handler that switches protocols and says one word.
func upgrade(w http.ResponseWriter, _ *http.Request, token *validator.Token) {
	conn, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer conn.Close()
	fmt.Fprintf(buf, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n%s\n", token.ObjectID)
	_ = buf.Flush()
}

// testWebSocket: a refused upgrade is answered before the protocol is switched;
// the token may come as a subprotocol where that is asked for.
func testWebSocket(t *testing.T, adapter Adapter) {
	plain, _ := newGuard(nil)
	marked, _ := newGuard(func(o *guard.Options) {
		o.Extractors = []guard.Extractor{guard.WebSocketProtocol("b2ckit.bearer")}
	})
	addr := listen(t, adapter.Router([]Route{
		{Method: "GET", Path: "/plain", Rules: []Rule{{Guard: plain}}, Handler: upgrade},
		{Method: "GET", Path: "/marked", Rules: []Rule{{Guard: marked}}, Handler: upgrade},
	}))
	protocols := func(value string) []string { return handshake("Sec-WebSocket-Protocol: " + value) }
	without := func(name string) []string {
		var lines []string
		for _, line := range protocols("b2ckit.bearer, good") {
			if !strings.HasPrefix(line, name+":") {
				lines = append(lines, line)
			}
		}
		return lines
	}
	const switched = "101 ada"
	for _, row := range []row{
		{"header", "/plain", handshake("Authorization: Bearer good"), switched},
		{"no token", "/plain", handshake(), noCredential},
		{"bad token", "/plain", handshake("Authorization: Bearer bad"), invalidToken},
		{"subprotocol not asked for", "/plain", protocols("b2ckit.bearer, good"), noCredential},
		{"subprotocol", "/marked", protocols("b2ckit.bearer, good"), switched},
		{"subprotocol among others", "/marked", protocols("chat,b2ckit.bearer ,\tgood,superchat"), switched},
		{"subprotocol in two headers", "/marked", handshake("Sec-WebSocket-Protocol: b2ckit.bearer", "Sec-WebSocket-Protocol: good"), switched},
		{"bad subprotocol", "/marked", protocols("b2ckit.bearer, bad"), invalidToken},
		{"other subprotocols", "/marked", protocols("chat, superchat"), noCredential},
		{"marker without token", "/marked", protocols("b2ckit.bearer"), invalidRequest},
		{"marker with empty token", "/marked", protocols("b2ckit.bearer, , good"), invalidRequest},
		{"marker twice", "/marked", protocols("b2ckit.bearer, good, b2ckit.bearer, good"), invalidRequest},
		{"marker as token", "/marked", protocols("b2ckit.bearer, b2ckit.bearer"), invalidToken},
		{"not a token", "/marked", protocols("b2ckit.bearer, go od"), invalidRequest},
		{"subprotocol and header", "/marked", handshake("Sec-WebSocket-Protocol: b2ckit.bearer, good", "Authorization: Bearer good"), invalidRequest},
		{"no upgrade", "/marked", without("Upgrade"), noCredential},
		{"no connection", "/marked", without("Connection"), noCredential},
		{"no version", "/marked", without("Sec-WebSocket-Version"), noCredential},
		{"no key", "/marked", without("Sec-WebSocket-Key"), noCredential},
	} {
		t.Run(row.name, func(t *testing.T) {
			conn := dial(t, addr)
			defer conn.Close()
			resp, rest := send(t, conn, request{http.MethodGet, row.path, row.headers})
			defer resp.Body.Close()
			if got := afterHandshake(resp, rest); got != row.want {
				t.Errorf("got answer\n%s\nwant\n%s", got, row.want)
			}
		})
	}
}

// afterHandshake returns what upgrade said, or the answer if there was no
// upgrade.
func afterHandshake(resp *http.Response, rest *bufio.Reader) string {
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return dump(resp)
	}
	line, err := rest.ReadString('\n')
	if err != nil {
		return fmt.Sprintf("101 and then: %v", err)
	}
	return "101 " + strings.TrimSpace(line)
}
