// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package growth

import (
	stdbytes "bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

const programs = "github.com/b2ckit/b2ckit/benchmarks/growth/programs/"

// build builds one of the programs, and returns where it is.
func build(ctx context.Context, dir, name string, flags ...string) (string, error) {
	program := filepath.Join(dir, name)
	args := append([]string{"go", "build", "-o", program}, flags...)
	_, err := output(ctx, nil, append(args, programs+name)...)
	return program, err
}

// output runs a program with more in its environment, and returns what it prints.
func output(ctx context.Context, env []string, args ...string) ([]byte, error) {
	out, _, err := run(ctx, env, args...)
	return out, err
}

func run(ctx context.Context, env []string, args ...string) ([]byte, *os.ProcessState, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // go, and what it has built
	cmd.Env = append(os.Environ(), env...)
	var stderr stdbytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w: %s", args[0], err, stderr.Bytes())
	}
	return out, cmd.ProcessState, nil
}
