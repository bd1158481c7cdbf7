// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"io"
	"os"
	"runtime"
	"strings"

	"golang.org/x/term"
)

// Streams are what a command reads and writes, and the environment that it goes by.
// Several goroutines may not write to one of them at once.
type Streams struct {
	In  io.Reader
	Out io.Writer // results
	Err io.Writer // what is said about them

	// Environ has the environment, an entry a line, as os.Environ does.
	Environ []string
	// Color says that Out shows colours. Words say the same without.
	Color bool
	// Ask asks the user for something that is not shown while it is typed; the
	// question is one line. Nil means that there is nobody to ask.
	Ask func(ctx context.Context, question string) (string, error)
}

// OS returns the streams of the process. Out has colours if it is a terminal, unless
// NO_COLOR is set or TERM is dumb.
func OS() *Streams {
	s := &Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Environ: os.Environ()}
	s.Color = term.IsTerminal(int(os.Stdout.Fd())) && s.wantsColor(runtime.GOOS)
	if term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stderr.Fd())) {
		s.Ask = askTerminal
	}
	return s
}

// Getenv returns the value of a variable of the environment, "" if it isn't set.
func (s *Streams) Getenv(name string) string {
	value := ""
	for _, entry := range s.Environ { // of two the last one counts, as in os/exec
		if v, ok := strings.CutPrefix(entry, name+"="); ok {
			value = v
		}
	}
	return value
}

// wantsColor reports whether a terminal is to show colours. The old console of
// Windows shows their codes instead, and sets neither of two variables.
func (s *Streams) wantsColor(system string) bool {
	if system == "windows" && s.Getenv("WT_SESSION") == "" && s.Getenv("TERM") == "" {
		return false
	}
	return s.Getenv("NO_COLOR") == "" && s.Getenv("TERM") != "dumb"
}

// Good returns a word for Out, in green if it shows colours.
func (s *Streams) Good(word string) string { return s.paint("32", word) }

// Bad returns a word for Out, in red if it shows colours.
func (s *Streams) Bad(word string) string { return s.paint("31", word) }

// Doubtful returns a word for Out, in yellow if it shows colours.
func (s *Streams) Doubtful(word string) string { return s.paint("33", word) }

// paint colours a word. Who aligns columns pads it before.
func (s *Streams) paint(color, word string) string {
	if !s.Color {
		return word
	}
	return "\x1b[" + color + "m" + word + "\x1b[0m"
}
