// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), &out, 1000, false); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for line := range strings.Lines(out.String()) {
		if n := len(strings.TrimRight(line, "\n")); n > 80 {
			t.Errorf("a line has %d columns, want at most 80: %s", n, line)
		}
	}
}

// A row that comes out otherwise is an error, which is exit status 1.
func TestTableFails(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out strings.Builder
	if err := run(ctx, &out, 30, false); err == nil || !strings.Contains(err.Error(), "otherwise than expected") {
		t.Errorf("got %v with no row answered, want an error\n%s", err, out.String())
	}
}
