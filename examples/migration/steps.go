// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
)

// steps are what is shown, and how many did not come out as they should.
type steps struct {
	out    io.Writer
	failed int
}

func (s *steps) title(text string) { fmt.Fprintf(s.out, "%s\n", text) }

func (s *steps) part(text string) { fmt.Fprintf(s.out, "\n  %s\n", text) }

// step shows what came of one, and holds it against what should have.
func (s *steps) step(what, got, want string) {
	verdict := "ok  "
	if got != want {
		s.failed++
		verdict, got = "FAIL", got+", want "+want
	}
	fmt.Fprintf(s.out, "    %s %-50s %s\n", verdict, what, got)
}
