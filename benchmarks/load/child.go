// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// child is a server's process, seen by who started it.
type child struct {
	url    string
	cmd    *exec.Cmd
	stdin  io.Closer
	client http.Client
}

// start starts a program, which is this one, as a server.
func start(ctx context.Context, program, name, provider string) (*child, error) {
	cmd := exec.CommandContext(ctx, program, "-serve", name, "-provider", provider) //nolint:gosec // this program, and what it is to be
	c := &child{cmd: cmd}
	c.client = http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}
	var stderr bytes.Buffer
	c.cmd.Stderr = &stderr
	stdin, err := c.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	c.stdin = stdin
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		c.stop()
		return nil, fmt.Errorf("%s does not serve: %w: %s", name, err, stderr.Bytes())
	}
	c.url = strings.TrimSpace(line)
	return c, nil
}

// stop ends the process and waits for that.
func (c *child) stop() {
	_ = c.stdin.Close()
	_ = c.cmd.Wait()
}

// processor is the time that the process has had of the processors.
func (c *child) processor(ctx context.Context) (time.Duration, error) {
	status, body, err := c.get(ctx, processorPath, "")
	if err != nil {
		return 0, err
	}
	if status != http.StatusOK {
		return 0, fmt.Errorf("no processor time: %s", body)
	}
	ns, err := strconv.ParseInt(body, 10, 64)
	return time.Duration(ns), err
}

func (c *child) get(ctx context.Context, path, token string) (status int, body string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+path, nil)
	if err != nil {
		return 0, "", err
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := c.client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(data), err
}

// prove asks a server once for each flow, and once with a token to refuse.
func (c *child) prove(ctx context.Context, name string, p *provider) error {
	for i := range flows {
		if err := c.expect(ctx, p.tokens[i], http.StatusOK); err != nil {
			return fmt.Errorf("%s: a good token of %s: %w", name, flows[i], err)
		}
	}
	want := http.StatusUnauthorized
	if name == unguarded {
		want = http.StatusOK
	}
	if err := c.expect(ctx, p.bad(), want); err != nil {
		return fmt.Errorf("%s: a token with a bad signature: %w", name, err)
	}
	return nil
}

func (c *child) expect(ctx context.Context, token string, want int) error {
	status, body, err := c.get(ctx, tasksPath, token)
	if err != nil {
		return err
	}
	if status != want || status == http.StatusOK && body != "[]" {
		return fmt.Errorf("got %d %s, want %d", status, body, want)
	}
	return nil
}
