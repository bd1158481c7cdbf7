// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"
)

// shells are those that there is a script for, with how it gets into the shell.
var shells = []struct {
	name  string
	write func(*cobra.Command, *Streams) error
}{
	{"bash", func(root *cobra.Command, s *Streams) error { return root.GenBashCompletionV2(s.Out, true) }},
	{"zsh", func(root *cobra.Command, s *Streams) error { return root.GenZshCompletion(s.Out) }},
	{"fish", func(root *cobra.Command, s *Streams) error { return root.GenFishCompletion(s.Out, true) }},
	{"powershell", func(root *cobra.Command, s *Streams) error { return root.GenPowerShellCompletionWithDesc(s.Out) }},
}

// newCompletion returns the command that prints the script of a shell.
func newCompletion(s *Streams) *cobra.Command {
	names := make([]string, len(shells))
	for i, shell := range shells {
		names[i] = shell.name
	}
	return &cobra.Command{
		Use:                   "completion SHELL",
		DisableFlagsInUseLine: true,
		Short:                 "a script that completes commands and flags in a shell",
		Long: `Prints a script for bash, zsh, fish or powershell, which completes commands,
flags and the values of those flags that are known. Bash needs its package
bash-completion.`,
		Example: `  source <(b2ckit completion bash)               # in ~/.bashrc
  source <(b2ckit completion zsh)                # in ~/.zshrc, after compinit
  b2ckit completion fish | source                # in config.fish
  b2ckit completion powershell | Out-String | Invoke-Expression   # in $PROFILE`,
		ValidArgs: names,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return UsageError("name one shell: bash, zsh, fish or powershell")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			for _, shell := range shells {
				if shell.name == args[0] {
					return shell.write(c.Root(), s)
				}
			}
			return UsageError("no shell %s: want bash, zsh, fish or powershell", Shown(args[0]))
		},
	}
}
