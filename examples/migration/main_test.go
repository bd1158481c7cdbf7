// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"strings"
	"testing"
)

func TestMigration(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for line := range strings.Lines(out.String()) {
		if n := len(strings.TrimRight(line, "\n")); n > 80 {
			t.Errorf("a line has %d columns, want at most 80: %s", n, line)
		}
	}
	const steps = 26 // as the two stories have them
	if n := strings.Count(out.String(), "  ok   "); n != steps {
		t.Errorf("got %d steps, want %d\n%s", n, steps, out.String())
	}
}

// A step that comes out otherwise is an error, which is exit status 1.
func TestMigrationFails(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out strings.Builder
	if err := run(ctx, &out); err == nil || !strings.Contains(err.Error(), "otherwise than expected") || !strings.Contains(out.String(), "FAIL Lin signs in") {
		t.Errorf("got %v with nobody able to sign in, want an error\n%s", err, out.String())
	}
}
