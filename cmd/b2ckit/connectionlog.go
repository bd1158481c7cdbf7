// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"log"
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

// hint says what is most likely behind a complaint. The alerts are those that
// clients send of a certificate they don't like, in Go's words.
func (c *connectionLines) hint(text string) string {
	switch _, alert, _ := strings.Cut(text, "remote error: tls: "); {
	case strings.HasSuffix(text, "client sent an HTTP request to an HTTPS server"):
		return " (its address should begin with https://)"
	case alert == "bad certificate", alert == "unknown certificate", alert == "unknown certificate authority", alert == "unsupported certificate", alert == "expired certificate":
		if file := c.trusted.Load(); file != nil && *file != "" {
			return fmt.Sprintf(" (does the client trust %s? Most read it once, when they start)", *file)
		}
	}
	return ""
}
