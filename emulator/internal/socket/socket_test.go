// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package socket_test

import (
	"crypto/tls"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator/internal/socket"
)

func TestInProcess(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	on := socket.Of(r)
	on.Cut(r)
	if on != nil || on.IsStuck() || on.IsCut() {
		t.Error("got a connection where there is none")
	}
	here, there := net.Pipe()
	defer here.Close()
	defer there.Close()
	r = r.WithContext(socket.With(r.Context(), here))
	socket.Of(r).Stick()
	if !socket.Of(r).IsStuck() || socket.Of(r).IsCut() {
		t.Error("it isn't stuck")
	}
	if r = r.WithContext(socket.Without(r.Context())); socket.Of(r) != nil {
		t.Error("a request in process has the connection of another")
	}
}

func TestHandshakes(t *testing.T) {
	var b strings.Builder
	h := &socket.Handshakes{To: log.New(&b, "", 0)}
	here, there := net.Pipe() // both of the address "pipe"
	defer here.Close()
	defer there.Close()
	const left = "http: TLS handshake error from pipe: EOF"
	say := func(line string) string {
		b.Reset()
		_, _ = h.Write([]byte(line + "\n"))
		return b.String()
	}
	if got := say(left); got != left+"\n" {
		t.Errorf("got %q", got)
	}
	h.Begin(&tls.ClientHelloInfo{Conn: here})
	if got := say(left); got != left+" once it had the certificate\n" {
		t.Errorf("got %q", got)
	}
	if got := say("http: panic"); got != "http: panic\n" {
		t.Errorf("got %q", got)
	}
	h.Watch(here, http.StateClosed)
	if got := say(left); got != left+"\n" {
		t.Errorf("got %q", got)
	}
}
