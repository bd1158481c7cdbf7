// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"bufio"
	"crypto/sha1" // as RFC 6455 has it
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

// marker is the subprotocol behind which pages put the token:
//
//	new WebSocket("wss://tasks.contoso.com/live", ["tasks.bearer", token])
const marker = "tasks.bearer"

// live is guarded as any handler is. It stands for a WebSocket library, which is told
// to select the marker: in github.com/coder/websocket by AcceptOptions.Subprotocols.
func live(w http.ResponseWriter, r *http.Request) {
	token, _ := guard.FromContext(r.Context())
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	fmt.Fprintf(rw, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: %s\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]), marker)
	text := "Tasks of " + token.Name
	_, _ = rw.Write(append([]byte{0x81, byte(len(text))}, text...)) // a text frame, and the last of its message
	_ = rw.Flush()
}

// A page's WebSocket can set no header but the list of subprotocols, so the token
// comes there. The bytes are those of a browser.
func ExampleWebSocketProtocol() {
	v, b2c := newValidator()
	defer v.Close()
	api := b2chttp.New(guard.New(v, &guard.Options{
		Extractors: []guard.Extractor{guard.WebSocketProtocol(marker)},
		Logger:     slog.New(slog.DiscardHandler),
	}), nil)
	mux := http.NewServeMux()
	mux.Handle("GET /live", api.Require(validator.Scope("tasks.read"))(http.HandlerFunc(live)))
	srv := httptest.NewServer(mux)
	defer srv.Close()

	for _, protocols := range []string{marker + ", " + b2c.MustMint(emulator.Spec{}), marker + ".other"} {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(conn, "GET /live HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"+
			"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: %s\r\n\r\n", conn.RemoteAddr(), protocols)
		in := bufio.NewReader(conn)
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%d, selected %q, challenge %q\n", resp.StatusCode, resp.Header.Get("Sec-WebSocket-Protocol"), resp.Header.Get("WWW-Authenticate"))
		if resp.StatusCode == http.StatusSwitchingProtocols {
			frame, _ := io.ReadAll(in)
			fmt.Printf("%s %s\n", resp.Header.Get("Sec-WebSocket-Accept"), frame[2:])
		}
		_ = conn.Close()
	}
	// Output:
	// 101, selected "tasks.bearer", challenge ""
	// s3pPLMBiTxaQ9kYGzzhZRbK+xOo= Tasks of Ada Example
	// 401, selected "", challenge "Bearer realm=\"api\""
}
