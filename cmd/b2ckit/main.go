// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Command b2ckit is the kit's command line.
//
//	b2ckit emulate   an Azure AD B2C tenant on this machine, to develop against
//	b2ckit version   what this program was built from
//	b2ckit help      what there is
//
// Its exit status is 0 if all went well, 1 if something failed and 2 if the
// command line was wrong.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// command is what the first argument chooses.
type command struct {
	name    string
	summary string
	usage   string
	run     func(ctx context.Context, args []string, stdout, stderr io.Writer) error
}

func commands() []command {
	return []command{
		{"emulate", "an Azure AD B2C tenant on this machine, to develop against", emulateUsage, emulate},
		{"version", "what this program was built from", versionUsage, version},
	}
}

// run is the program; it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		printUsage(stderr)
		return 2
	}
	name, rest := args[0], args[1:]
	if name == "-version" || name == "--version" {
		name = "version"
	}
	if name == "help" || isHelp(name) {
		if len(rest) == 0 {
			printUsage(stdout)
			return 0
		}
		name, rest = rest[0], []string{"-h"}
	}
	for _, c := range commands() {
		if c.name == name {
			return c.status(c.run(ctx, rest, stdout, stderr), stdout, stderr)
		}
	}
	fmt.Fprintf(stderr, "b2ckit: there is no command %q\nWhat there is: b2ckit help\n", name)
	return 2
}

// status says what went wrong, and returns the exit status.
func (c *command) status(err error, stdout, stderr io.Writer) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, c.usage)
		return 0
	}
	fmt.Fprintf(stderr, "b2ckit %s: %v\n", c.name, err)
	if _, ok := errors.AsType[usageError](err); ok {
		fmt.Fprintf(stderr, "Its flags: b2ckit help %s\n", c.name)
		return 2
	}
	return 1
}

func printUsage(w io.Writer) {
	fmt.Fprint(w, "b2ckit protects Go APIs behind Azure AD B2C. The commands:\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  b2ckit %-10s%s\n", c.name, c.summary)
	}
	fmt.Fprintf(w, "\n  b2ckit help COMMAND   its flags\n")
}
