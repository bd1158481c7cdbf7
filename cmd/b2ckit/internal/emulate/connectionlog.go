// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"fmt"
	"io"
	"log"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// connectionLines gives the server's complaints of connections the form of the
// other lines, with what to do about them. A client that doesn't trust the
// certificate is what goes wrong most, and leaves no request.
type connectionLines struct {
	w       io.Writer
	trusted atomic.Pointer[string] // the file that clients must trust, once it is written
}

// logger is what the server complains to; nil if nobody wants to know.
func (c *connectionLines) logger(quiet bool) *log.Logger {
	if quiet {
		return nil
	}
	return log.New(c, "", 0)
}

// Write writes a line. Connections that are closed before they are used are no
// complaint: browsers open some to have them.
func (c *connectionLines) Write(line []byte) (int, error) {
	text := strings.TrimPrefix(strings.TrimSuffix(string(line), "\n"), "http: ")
	if strings.HasSuffix(text, ": EOF") {
		return len(line), nil
	}
	_, err := fmt.Fprintf(c.w, "%s --- %s%s\n", time.Now().Format(time.TimeOnly), text, c.hint(text))
	return len(line), err
}

// distrust are the ends of complaints about clients that don't like the
// certificate. With the exception of OpenSSL and Node they say so.
var distrust = []string{
	"remote error: tls: bad certificate",               // Go
	"remote error: tls: unknown certificate authority", // OpenSSL, over TLS 1.2
	"remote error: tls: unknown certificate",           // Chromium, Java
	"remote error: tls: unsupported certificate",
	"remote error: tls: expired certificate",
	"local error: tls: bad record MAC", // OpenSSL over TLS 1.3, with it curl and Python: its alert isn't encrypted
	"EOF once it had the certificate",  // Node
}

// hint says what is most likely behind a complaint.
func (c *connectionLines) hint(text string) string {
	ends := func(end string) bool { return strings.HasSuffix(text, ": "+end) }
	switch file := c.trusted.Load(); {
	case ends("client sent an HTTP request to an HTTPS server"):
		return " (its address should begin with https://)"
	case file != nil && *file != "" && slices.ContainsFunc(distrust, ends):
		return fmt.Sprintf(" (does the client trust %s? Most read it once, when they start)", *file)
	default:
		return ""
	}
}
