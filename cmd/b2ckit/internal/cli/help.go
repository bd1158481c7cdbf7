// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// width is that of every terminal.
const width = 80

// Names of annotations of flags.
const (
	groupOf = "b2ckit_group" // the title above the flag
	valueOf = "b2ckit_value" // what its value is called
)

// Group declares flags that stand together in a command's help, in the order in
// which they are declared, under a title; "" is none. A usage that begins with a
// word in backquotes calls the value so: "`FILE` the tenants, as JSON".
func Group(c *cobra.Command, title string, declare func(*pflag.FlagSet)) {
	set := pflag.NewFlagSet(title, pflag.ContinueOnError)
	set.SortFlags = false
	declare(set)
	set.VisitAll(func(f *pflag.Flag) {
		annotate(f, groupOf, title)
		if rest, ok := strings.CutPrefix(f.Usage, "`"); ok {
			name, usage, _ := strings.Cut(rest, "`")
			annotate(f, valueOf, name)
			f.Usage = strings.TrimSpace(usage)
		}
	})
	c.Flags().SortFlags = false
	c.Flags().AddFlagSet(set)
}

func annotate(f *pflag.Flag, name, value string) {
	if f.Annotations == nil {
		f.Annotations = map[string][]string{}
	}
	f.Annotations[name] = []string{value}
}

func annotation(f *pflag.Flag, name string) string {
	if values := f.Annotations[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// writeHelp writes a command's help.
func writeHelp(w io.Writer, c *cobra.Command) error {
	var b strings.Builder
	if !c.HasParent() {
		writeCommands(&b, c)
	} else {
		fmt.Fprintf(&b, "usage: %s\n\n%s\n", c.UseLine(), strings.TrimSpace(c.Long))
		writeFlags(&b, c.Flags())
	}
	if c.Example != "" {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", strings.Trim(c.Example, "\n"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeCommands writes what the program can do.
func writeCommands(b *strings.Builder, root *cobra.Command) {
	fmt.Fprintf(b, "%s The commands:\n\n", root.Long)
	for _, c := range root.Commands() {
		if !c.Hidden {
			fmt.Fprintf(b, "  %s %-11s %s\n", root.Name(), c.Name(), c.Short)
		}
	}
	fmt.Fprintf(b, "\n  %s help COMMAND   its flags, with examples\n", root.Name())
	b.WriteString("\nThe exit status is 0 if all is well, 1 if the answer is no or something failed,\n" +
		"2 if the command line or the settings are wrong, and 3 if there is no answer,\nas the network or keys are away.\n")
}

// writeFlags writes a command's flags, group by group.
func writeFlags(b *strings.Builder, flags *pflag.FlagSet) {
	group := ""
	first := true
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		if g := annotation(f, groupOf); g != group || first {
			group, first = g, false
			b.WriteString("\n")
			if g != "" {
				b.WriteString(g + ":\n")
			}
		}
		writeFlag(b, f)
	})
}

// writeFlag writes a flag: its name and value in a column, and what it is for.
func writeFlag(b *strings.Builder, f *pflag.Flag) {
	const column = 22
	name := "  --" + f.Name
	if value := annotation(f, valueOf); value != "" {
		name += " " + value
	}
	lines := wrap(f.Usage, width-column)
	if len(name) >= column-1 {
		b.WriteString(name + "\n")
		name = ""
	}
	for _, line := range lines {
		fmt.Fprintf(b, "%-*s%s\n", column, name, line)
		name = ""
	}
}

// wrap breaks a text into lines of so many columns at most.
func wrap(text string, columns int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len([]rune(line+" "+word)) > columns {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
