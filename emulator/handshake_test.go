// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log"
	"net"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// lines is a log that a test waits for.
type lines chan string

func (l lines) Write(line []byte) (int, error) {
	l <- string(line)
	return len(line), nil
}

// TestHandshakesBrokenOff: the log tells who knocked from who left when it saw
// the certificate, with an alert or without.
func TestHandshakesBrokenOff(t *testing.T) {
	told := make(lines, 10)
	s := start(t, &emulator.ServerOptions{ErrorLog: log.New(told, "b2c: ", 0)}, emulator.NewTenant(nil))
	for _, c := range []struct {
		what   string
		client func(socket net.Conn)
		want   string
	}{
		{"knocks", func(net.Conn) {}, ": EOF\n"},
		{"leaves", func(socket net.Conn) {
			leave := func([][]byte, [][]*x509.Certificate) error {
				_ = socket.Close()
				return errors.New("left")
			}
			_ = tls.Client(socket, &tls.Config{InsecureSkipVerify: true, VerifyPeerCertificate: leave}).Handshake()
		}, ": EOF once it had the certificate\n"},
		{"complains", func(socket net.Conn) {
			_ = tls.Client(socket, &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost"}).Handshake()
		}, ": remote error: tls: bad certificate\n"},
	} {
		socket, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "https://"))
		if err != nil {
			t.Fatal(err)
		}
		c.client(socket)
		_ = socket.Close()
		equal(t, c.what, <-told, "b2c: http: TLS handshake error from "+socket.LocalAddr().String()+c.want)
	}
}
