// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

//go:embed load.lua
var script []byte

// wrk is how the load is made.
type wrk struct {
	program              string
	threads, connections int
	duration             time.Duration
}

// outcome is what wrk tells, with times in microseconds.
type outcome struct {
	Requests int64   `json:"requests"`
	Duration float64 `json:"duration"`
	P50      float64 `json:"p50"`
	P99      float64 `json:"p99"`
	P999     float64 `json:"p999"`
	Refused  int64   `json:"refused"` // answered with 400 or above
	Broken   int64   `json:"broken"`  // not answered, or after more than 2 s
	Mixed    int64   `json:"mixed"`   // requests with a token that came later
}

// args are those of the command line.
func (w *wrk) args(address, dir string) []string {
	return []string{
		fmt.Sprintf("-t%d", w.threads), fmt.Sprintf("-c%d", w.connections), fmt.Sprintf("-d%ds", int(w.duration.Seconds())),
		"-s", filepath.Join(dir, "load.lua"), address + tasksPath, "--", filepath.Join(dir, "tokens"), filepath.Join(dir, "others"),
	}
}

// run puts a server under load with the tokens, and calls during meanwhile, which may
// have others mixed in.
func (w *wrk) run(ctx context.Context, address string, tokens []string, during func(mix) error) (*outcome, error) {
	dir, err := os.MkdirTemp("", "load")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "load.lua"), script, 0o600); err != nil {
		return nil, err
	}
	if err := put(dir, "tokens", tokens); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, w.program, w.args(address, dir)...) //nolint:gosec // wrk, as found in the path
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	err = during(func(others []string) error { return put(dir, "others", others) })
	if e := cmd.Wait(); err == nil {
		err = e
	}
	if err != nil {
		return nil, fmt.Errorf("wrk: %w: %s", err, out.Bytes())
	}
	return parse(out.String())
}

// parse finds the line that the script has printed.
func parse(out string) (*outcome, error) {
	_, line, found := strings.Cut(out, "\n{")
	line, _, _ = strings.Cut(line, "\n")
	o := new(outcome)
	if err := json.Unmarshal([]byte("{"+line), o); !found || err != nil {
		return nil, fmt.Errorf("wrk has not told what it measured: %w: %s", err, out)
	}
	if o.Requests == 0 || o.Duration <= 0 {
		return nil, fmt.Errorf("no request was answered: %s", out)
	}
	return o, nil
}

// put writes tokens to a file, which is there with all of them or not at all.
func put(dir, name string, tokens []string) error {
	temporary := filepath.Join(dir, name+".new")
	if err := os.WriteFile(temporary, []byte(strings.Join(tokens, "\n")+"\n"), 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, filepath.Join(dir, name))
}
