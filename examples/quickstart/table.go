// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
)

// refusals keeps the cause of the last refusal, which the client isn't told.
type refusals struct {
	mu   sync.Mutex
	last *guard.Refusal
}

func (r *refusals) record(_ *http.Request, refusal *guard.Refusal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = refusal
}

func (r *refusals) take() *guard.Refusal {
	r.mu.Lock()
	defer r.mu.Unlock()
	last := r.last
	r.last = nil
	return last
}

// runScenarios sends every scenario's request to every server and prints the
// table. It returns how many rows came out otherwise than expected.
func runScenarios(ctx context.Context, out io.Writer, b2c *emulator.Server, servers serverList, why *refusals) (failed int) {
	fmt.Fprintf(out, "%-32s%-10s%-6s%-6s%s\n", "REQUEST", "net/http", "Echo", "Gin", "WHY")
	for _, sc := range scenarios {
		token, err := sc.token(ctx, b2c)
		if err != nil {
			fmt.Fprintf(out, "%-32s%v\n", sc.name, err)
			failed++
			continue
		}
		ok, statuses, reason, detail := true, make([]string, 0, len(servers)), "", ""
		for _, s := range servers {
			status, err := send(ctx, s, sc.method, token)
			refusal := why.take()
			statuses = append(statuses, fmt.Sprint(status))
			reason, detail = explain(refusal)
			var cause error
			if refusal != nil {
				cause = refusal.Err
			}
			ok = ok && err == nil && status == sc.status && errors.Is(cause, sc.reason)
		}
		if !ok {
			failed++
			reason += " (NOT AS EXPECTED)"
		}
		fmt.Fprintf(out, "%-32s%-10s%-6s%-6s%s\n", sc.name, statuses[0], statuses[1], statuses[2], reason)
		for _, line := range wrap(detail, 74) {
			fmt.Fprintf(out, "    %s\n", line)
		}
	}
	return failed
}

// apiClient knows nothing of the emulator: the APIs are at plain addresses.
var apiClient = &http.Client{Timeout: 10 * time.Second}

func send(ctx context.Context, s *server, methodAndPath, token string) (status int, err error) {
	method, path, _ := strings.Cut(methodAndPath, " ")
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, nil)
	if err != nil {
		return 0, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := apiClient.Do(req)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, errors.Join(err, resp.Body.Close())
}

// explain returns what a log would say about a refusal.
func explain(refusal *guard.Refusal) (reason, detail string) {
	if refusal == nil {
		return "accepted", ""
	}
	return refusal.Reason(), refusal.Detail()
}

func wrap(text string, width int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

func printCurl(out io.Writer, b2c *emulator.Server, servers serverList) {
	fmt.Fprint(out, "\nStill serving; stop with Ctrl-C. Paste this into another terminal:\n\n")
	fmt.Fprintf(out, "good=%s\n\n", b2c.MustMint(emulator.Spec{}))
	fmt.Fprintf(out, "reset=%s\n\n", b2c.MustMint(emulator.Spec{Flow: "B2C_1_reset"}))
	for _, s := range servers {
		fmt.Fprintf(out, "# %s\ncurl -i -H \"Authorization: Bearer $good\" %s/tasks\n", s.name, s.url)
	}
	fmt.Fprintf(out, "# refused\ncurl -i -H \"Authorization: Bearer $reset\" %s/tasks\n", servers[0].url)
	fmt.Fprintf(out, "curl -i %s/tasks\n", servers[0].url)
}
