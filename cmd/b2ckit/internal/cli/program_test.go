// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
)

// run runs a program with one command, try, and returns its exit status and both
// outputs.
func run(t *testing.T, try func(*cobra.Command), args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	status = cli.Run(t.Context(), &cli.Streams{Out: &out, Err: &errs}, args, func(*cli.Streams) *cobra.Command {
		c := &cobra.Command{Use: "try", Short: "nothing", Args: cli.NoArgs}
		try(c)
		return c
	})
	return status, out.String(), errs.String()
}

// TestStatus: the error that a command returns decides the exit status, and what is
// printed.
func TestStatus(t *testing.T) {
	why := errors.New("the keys are away")
	for _, c := range []struct {
		err    error
		status int
		stderr string
	}{
		{nil, 0, ""},
		{why, 1, "b2ckit try: the keys are away\n"},
		{cli.UsageError("%d is too much", 7), 2, "b2ckit try: 7 is too much\nIts flags: b2ckit help try\n"},
		{cli.Exit(1), 1, ""},
		{cli.Exit(3), 3, ""},
		{cli.Status(3, why), 3, "b2ckit try: the keys are away\n"},
		{fmt.Errorf("outside: %w", cli.Status(3, why)), 3, "b2ckit try: outside: the keys are away\n"},
	} {
		status, stdout, stderr := run(t, func(cmd *cobra.Command) { cmd.RunE = func(*cobra.Command, []string) error { return c.err } }, "try")
		if status != c.status || stdout != "" || stderr != c.stderr {
			t.Errorf("%v: got %d, %q, %q, want %d, %q", c.err, status, stdout, stderr, c.status, c.stderr)
		}
	}
	if err := cli.Status(3, why); !errors.Is(err, why) || err.Error() != why.Error() {
		t.Errorf("got %v", err)
	}
}

// TestFlagErrors: what package pflag says comes in our words, and a flag that chooses
// its own says nothing else.
func TestFlagErrors(t *testing.T) {
	flags := func(c *cobra.Command) {
		c.RunE = func(*cobra.Command, []string) error { return nil }
		cli.Group(c, "", func(set *pflag.FlagSet) {
			set.Duration("wait", 0, "`TIME` to wait")
			set.Func("secret", "never", func(string) error { return cli.UsageError("not here") })
		})
	}
	for arg, want := range map[string]string{
		"--wait=5":                     `invalid value "5" for --wait: must be a duration like "30s" or "5m"`,
		"--wait":                       "--wait needs a value",
		"--secret=x":                   "not here",
		"--wiat=5":                     "there is no flag --wiat; is --wait meant?",
		"-wait=5":                      "there is no flag -wait; is --wait meant?",
		"--" + strings.Repeat("x", 50): "there is no flag --" + strings.Repeat("x", 40),
		"=":                            `"=" is no flag`,
	} {
		status, _, stderr := run(t, flags, "try", arg)
		if line, _, _ := strings.Cut(stderr, "\n"); status != 2 || line != "b2ckit try: "+want {
			t.Errorf("%s: got %d, %q, want %q", arg, status, line, want)
		}
	}
}

// TestGroups: flags stand in the order and under the titles in which they were
// declared, with what their values are called, within 80 columns.
func TestGroups(t *testing.T) {
	const want = `usage: b2ckit try [flags]

Does nothing.

  --zeal TIME         how long

More:
  --a-long-one-of-many FILE
                      a text that has to be broken, since it does not fit into
                      one line of this width

Examples:
  b2ckit try
`
	status, got, _ := run(t, func(c *cobra.Command) {
		c.Long, c.Example = "Does nothing.\n", "  b2ckit try"
		c.RunE = func(*cobra.Command, []string) error { return nil }
		cli.Group(c, "", func(set *pflag.FlagSet) {
			set.Duration("zeal", time.Second, "`TIME` how long")
			set.Bool("hidden", false, "")
			if err := set.MarkHidden("hidden"); err != nil {
				t.Error(err)
			}
		})
		cli.Group(c, "More", func(set *pflag.FlagSet) {
			set.String("a-long-one-of-many", "", "`FILE` a text that has to be broken, since it does not fit into one line of this width")
		})
	}, "help", "try")
	if status != 0 || got != want {
		t.Errorf("got %d\n%s\nwant\n%s", status, got, want)
	}
}
