// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package growth_test

import (
	"os"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/benchmarks/growth"
)

// TestTables measures everything, once and badly.
func TestTables(t *testing.T) {
	plan := growth.Quick()
	if os.Getenv("FULL") != "" {
		plan = growth.Full()
	}
	tables, err := plan.Tables(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		for _, row := range append([][]string{table.Head}, table.Rows...) {
			t.Log(strings.Join(row, " | "))
			for i, cell := range row {
				if cell == "" || len(row) != len(table.Head) {
					t.Errorf("%s: row %q: column %d of %d is empty", table.Name, row[0], i, len(table.Head))
				}
			}
		}
	}
}
