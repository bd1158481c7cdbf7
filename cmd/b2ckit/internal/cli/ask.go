// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/term"
)

// askTerminal asks on standard error, as standard output may go into a pipe, and
// reads a line without an echo. The terminal is as it was when ctx ends, too.
func askTerminal(ctx context.Context, question string) (string, error) {
	in := int(os.Stdin.Fd())
	before, err := term.GetState(in)
	if err != nil {
		return "", err
	}
	fmt.Fprint(os.Stderr, question+" ")
	defer fmt.Fprintln(os.Stderr)
	type answer struct {
		text []byte
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		text, err := term.ReadPassword(in)
		answered <- answer{text, err}
	}()
	select {
	case a := <-answered:
		return string(a.text), a.err
	case <-ctx.Done():
		_ = term.Restore(in, before) // the program ends; a terminal without an echo must not stay
		return "", ctx.Err()
	}
}
