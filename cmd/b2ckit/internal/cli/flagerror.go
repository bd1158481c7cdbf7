// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/b2ckit/b2ckit/internal/nearest"
)

// flagError says what package pflag does in our words: which flag, and which may have
// been meant. What stands in the place of a value is shown only if the flag's own
// error is no usage error: those choose what they show.
func flagError(c *cobra.Command, err error) error {
	if own, ok := errors.AsType[usageError](err); ok {
		return own
	}
	if !c.HasParent() && c.Flags().NArg() > 0 {
		return noCommand(c, c.Flags().Arg(0)) // the flags are another program's
	}
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return noFlag(c, e)
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return UsageError("--%s needs a value", e.GetFlag().Name)
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return UsageError("invalid value %.80q for --%s: %v", e.GetValue(), e.GetFlag().Name, invalid(e))
	}
	return UsageError("%v", err)
}

// invalid returns why a value is none, without the functions that package strconv
// names.
func invalid(e *pflag.InvalidValueError) error {
	if e.GetFlag().Value.Type() == "bool" {
		return errors.New("write true or false")
	}
	return e.Unwrap()
}

// noFlag says which flag there isn't. One with a single dash is read as several of
// one letter each.
func noFlag(c *cobra.Command, e *pflag.NotExistError) error {
	name, dashes := e.GetSpecifiedName(), "--"
	if all := e.GetSpecifiedShortnames(); all != "" {
		name, _, _ = strings.Cut(all, "=")
		dashes = "-"
	}
	known := flagNames(c)
	if dashes == "-" && c.Flags().Changed("help") && slices.Contains(known, "h"+name) {
		name = "h" + name // its first letter was taken for -h
	}
	if meant, ok := nearest.Of(name, known); ok {
		return UsageError("there is no flag %s%.40s; is --%s meant?", dashes, name, meant)
	}
	return UsageError("there is no flag %s%.40s", dashes, name)
}

// flagNames are the names of the flags that are shown.
func flagNames(c *cobra.Command) []string {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return names
}

// noCommand says which command there isn't.
func noCommand(root *cobra.Command, name string) error {
	if meant, ok := nearest.Of(name, commandNames(root)); ok {
		return UsageError("there is no command %s; is %s meant?", Shown(name), meant)
	}
	return UsageError("there is no command %s", Shown(name))
}

// commandNames are the names of the commands that are shown.
func commandNames(root *cobra.Command) []string {
	var names []string
	for _, c := range root.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	return names
}

// NoArgs refuses arguments that no flag takes.
func NoArgs(c *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case slices.Contains(flagNames(c), args[0]):
		return UsageError("%s is no flag; is --%s meant?", Shown(args[0]), args[0])
	}
	return UsageError("%s is no flag", Shown(args[0]))
}

// Shown returns a word of the command line as it may be shown: quoted, and not at all
// if it may be a token, or is long.
func Shown(word string) string {
	if len(word) > 60 || strings.HasPrefix(word, "eyJ") {
		return "a long argument"
	}
	return strconv.Quote(word)
}
