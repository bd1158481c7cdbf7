// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package examples_test runs the example programs.
package examples_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestPrograms runs the programs that show a table: they end by themselves, and
// with -serve they end when told to, also by an orchestrator.
func TestPrograms(t *testing.T) {
	for name, want := range map[string]struct {
		said string
		args []string
	}{
		"quickstart":         {"All 12 rows came out as expected", nil},
		"saas":               {"All rows came out as expected", []string{"-customers", "30"}}, // its own test has them all
		"service-to-service": {"All rows came out as expected", nil},
	} {
		t.Run(name, func(t *testing.T) {
			said, program := want.said, build(t, name)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			out, err := exec.CommandContext(ctx, program, want.args...).CombinedOutput()
			if err != nil || !strings.Contains(string(out), said) || strings.Contains(string(out), "Still serving") {
				t.Errorf("got %v and\n%s\nwant it to end in order behind %q", err, out, said)
			}
			for _, stop := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
				if text, err := serveUntil(ctx, t, stop, program, want.args...); err != nil || !strings.Contains(text, said) {
					t.Errorf("%v: got %v and\n%s\nwant it to end in order", stop, err, text)
				}
			}
		})
	}
}

// TestMigration runs both moves, which end by themselves.
func TestMigration(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, build(t, "migration")).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "All steps came out as expected.") {
		t.Errorf("got %v and\n%s", err, out)
	}
}

// serveUntil runs a program, stops it by a signal once it serves, and returns
// what it had said by then and how it ended.
func serveUntil(ctx context.Context, t *testing.T, stop os.Signal, program string, args ...string) (said string, err error) {
	t.Helper()
	cmd := exec.CommandContext(ctx, program, append(args, "-serve")...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		text.WriteString(lines.Text() + "\n")
		if strings.HasPrefix(lines.Text(), "Still serving") {
			if err := cmd.Process.Signal(stop); err != nil {
				t.Fatal(err)
			}
		}
	}
	return text.String(), cmd.Wait()
}
