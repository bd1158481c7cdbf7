// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package socket

import (
	"bytes"
	"crypto/tls"
	"log"
	"net"
	"net/http"
	"sync"
)

// Handshakes is what net/http complains to. It tells two apart who leave without
// a word: who has only opened a connection, and who has begun a handshake and
// then didn't like the certificate, as Node.js does.
type Handshakes struct {
	To    *log.Logger
	begun sync.Map // by the client's address
}

// Begin records that a client has spoken.
func (h *Handshakes) Begin(hello *tls.ClientHelloInfo) {
	h.begun.Store(hello.Conn.RemoteAddr().String(), nil)
}

// Watch forgets connections that are over; net/http calls it after its complaint.
func (h *Handshakes) Watch(c net.Conn, state http.ConnState) {
	if state == http.StateClosed || state == http.StateHijacked {
		h.begun.Delete(c.RemoteAddr().String())
	}
}

// Write passes a complaint on.
func (h *Handshakes) Write(line []byte) (int, error) {
	text := string(bytes.TrimSuffix(line, []byte("\n")))
	if address, ok := bytes.CutPrefix(bytes.TrimSuffix(line, []byte(": EOF\n")), []byte("http: TLS handshake error from ")); ok {
		if _, begun := h.begun.Load(string(address)); begun {
			text += " once it had the certificate"
		}
	}
	h.To.Print(text)
	return len(line), nil
}
