// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
)

// child is the program that measures what can't be built into this one.
type child struct {
	dir  string   // where it is built
	args []string // how much it measures
}

// rows builds the program, with the experiment that it needs, and returns what it
// has measured.
func (c child) rows() ([]compare.Row, error) {
	program := filepath.Join(c.dir, "jwx4")
	if _, err := run("go", "build", "-o", program, "./jwx4"); err != nil {
		return nil, err
	}
	out, err := run(program, c.args...)
	if err != nil {
		return nil, err
	}
	var rows []compare.Row
	if err := json.Unmarshal(out, &rows); err != nil {
		return nil, err
	}
	return rows, nil
}

func run(name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(context.Background(), name, args...) //nolint:gosec // go, and what it has built
	cmd.Env = append(os.Environ(), "GOEXPERIMENT=jsonv2")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", name, err, stderr.Bytes())
	}
	return out, nil
}
