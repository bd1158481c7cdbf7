// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// A Constructor makes a command.
type Constructor = func(*Streams) *cobra.Command

// Main runs the program with the arguments of the process until it is done or
// interrupted, and returns the exit status.
func Main(commands ...Constructor) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	return Run(ctx, OS(), os.Args[1:], commands...)
}

// Run runs the program with these arguments, says what went wrong, and returns the
// exit status.
func Run(ctx context.Context, s *Streams, args []string, commands ...Constructor) int {
	root := newRoot(s, commands)
	root.SetArgs(append([]string{}, args...)) // nil would be those of the process
	c, err := root.ExecuteContextC(ctx)
	if err == nil {
		return 0
	}
	status, printed := status(err)
	if !printed {
		return status
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	fmt.Fprintf(s.Err, "%s: %v\n", c.CommandPath(), err)
	if status == StatusUsage {
		fmt.Fprintln(s.Err, seeHelp(c))
	}
	return status
}

func seeHelp(c *cobra.Command) string {
	if !c.HasParent() || c.Name() == "help" {
		return "What there is: b2ckit help"
	}
	return "Its flags: b2ckit help " + c.Name()
}

// newRoot returns the program.
func newRoot(s *Streams, commands []Constructor) *cobra.Command {
	version := false
	root := &cobra.Command{
		Use:               "b2ckit",
		Long:              "b2ckit protects Go APIs behind Azure AD B2C.",
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:              cobra.ArbitraryArgs, // what they are is said in our words
	}
	root.RunE = func(c *cobra.Command, args []string) error {
		switch {
		case version:
			return run(c, "version")
		case len(args) > 0:
			return noCommand(c, args[0])
		}
		if err := writeHelp(s.Err, c); err != nil {
			return err
		}
		return Exit(StatusUsage)
	}
	root.Flags().BoolVar(&version, "version", false, "what this program was built from")
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { _ = writeHelp(s.Out, c) })
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(newHelp())
	for _, construct := range commands {
		root.AddCommand(construct(s))
	}
	root.AddCommand(newCompletion(s))
	return root
}

// run runs another command of the program without arguments.
func run(root *cobra.Command, name string) error {
	c, _, err := root.Find([]string{name})
	if err != nil || c == root || c.RunE == nil {
		return noCommand(root, name)
	}
	c.SetContext(root.Context())
	return c.RunE(c, nil)
}

// newHelp returns the command help, which knows no flags.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:    "help [COMMAND]",
		Short:  "what there is",
		Long:   "Prints the commands, or the flags of one with examples.",
		Hidden: true, // the root's help says it
		ValidArgsFunction: func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return commandNames(c.Root()), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			about := c.Root()
			if len(args) > 0 {
				var err error
				if about, _, err = c.Root().Find(args[:1]); err != nil || about == c.Root() {
					return noCommand(c.Root(), args[0])
				}
			}
			about.HelpFunc()(about, nil)
			return nil
		},
	}
}
