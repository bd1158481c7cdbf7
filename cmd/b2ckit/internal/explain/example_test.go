// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package explain_test

import (
	"context"
	"os"
	"strings"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/explain"
)

func ExampleNew() {
	s := &cli.Streams{In: strings.NewReader("undefined"), Out: os.Stdout, Err: os.Stderr}
	cli.Run(context.Background(), s, []string{"explain"}, explain.New)
	// Output:
	// undecided: nobody is trusted so far, so this is what the token says of itself,
	// unverified.
	//
	// The token says, unverified:
	//   kind               no token: placeholder
}
