// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"os"

	"golang.org/x/term"
)

// askTerminal asks on standard error, as standard output may go into a pipe, and
// reads a line without an echo.
func askTerminal(question string) (string, error) {
	fmt.Fprint(os.Stderr, question+" ")
	answer, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Fprintln(os.Stderr)
	return string(answer), err
}
