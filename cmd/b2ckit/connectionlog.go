// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"log"
	"strings"
	"time"
)

// connectionLog is where the server complains of connections. A client that
// doesn't trust the certificate is what goes wrong most, and leaves no request.
func connectionLog(w io.Writer, quiet bool) *log.Logger {
	if quiet {
		return nil
	}
	return log.New(connectionLines{w}, "", 0)
}

// connectionLines gives complaints the form of the other lines. Connections that
// are closed before they are used are none: browsers open some to have them.
type connectionLines struct{ w io.Writer }

func (c connectionLines) Write(line []byte) (int, error) {
	text := strings.TrimPrefix(strings.TrimSuffix(string(line), "\n"), "http: ")
	if strings.HasSuffix(text, ": EOF") {
		return len(line), nil
	}
	_, err := fmt.Fprintf(c.w, "%s --- %s\n", time.Now().Format(time.TimeOnly), text)
	return len(line), err
}
