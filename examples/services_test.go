// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package examples_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// TestServices runs the three services as their users would, against an
// emulated tenant over plain http, and stops them as an orchestrator would.
func TestServices(t *testing.T) {
	for name, stop := range map[string]os.Signal{"nethttp": syscall.SIGTERM, "echo": syscall.SIGTERM, "gin": os.Interrupt} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // they wait for keys
			b2c := emulator.NewPlainServer(nil)
			defer b2c.Close()
			program := build(t, name)
			address := freeAddress(t)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, program)
			cmd.Env = append(os.Environ(),
				"B2C_TENANT=contoso", "B2C_TENANT_ID="+b2c.ID(), "B2C_HOSTS="+b2c.URL,
				"B2C_FLOWS=B2C_1_susi B2C_1A_partner", "B2C_AUDIENCE="+b2c.API().ID, "LISTEN="+address)
			var log bytes.Buffer
			cmd.Stdout, cmd.Stderr = &log, &log
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			waitUntilReady(ctx, t, "http://"+address+"/readyz")

			for _, tc := range []struct {
				name, token string
				status      int
				body        string
			}{
				{"user flow", b2c.MustMint(emulator.Spec{}), 200, "the tasks of " + b2c.User().ObjectID + "\n"},
				{"custom policy", b2c.MustMint(emulator.Spec{Flow: "B2C_1A_partner"}), 200, "the tasks of " + b2c.User().ObjectID + "\n"},
				{"no token", "", 401, ""},
				{"other flow", b2c.MustMint(emulator.Spec{Flow: "B2C_1_reset"}), 401, ""},
				{"no scope", b2c.MustMint(emulator.Spec{Scopes: []string{"tasks.write"}}), 403, ""},
			} {
				resp, body := get(ctx, t, "http://"+address+"/tasks", tc.token)
				if resp.StatusCode != tc.status || tc.body != "" && body != tc.body {
					t.Errorf("%s: got %d %q, want %d %q", tc.name, resp.StatusCode, body, tc.status, tc.body)
				}
			}

			// A new key, and B2C doesn't answer: the service waits for it as long as
			// it does, and must still be there to say so.
			b2c.Rotate(emulator.UserFlowKeys, false)
			b2c.Intercept(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) { <-r.Context().Done() })
			resp, _ := get(ctx, t, "http://"+address+"/tasks", b2c.MustMint(emulator.Spec{}))
			if resp.StatusCode != 503 || resp.Header.Get("Retry-After") == "" {
				t.Errorf("keys don't come: got %d, Retry-After %q; want 503 and when", resp.StatusCode, resp.Header.Get("Retry-After"))
			}

			if err := cmd.Process.Signal(stop); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("did not stop in order: %v\n%s", err, log.String())
			}
		})
	}
}

// build compiles an example.
func build(t *testing.T, name string) (program string) {
	t.Helper()
	program = filepath.Join(t.TempDir(), name)
	// Linking takes half the time without what debuggers want.
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-w", "-o", program, "./"+name).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func waitUntilReady(ctx context.Context, t *testing.T, url string) {
	t.Helper()
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(10 * time.Millisecond) // another process: there is nothing to wait on
	}
	t.Fatal("the service does not become ready")
}

func get(ctx context.Context, t *testing.T, url, token string) (resp *http.Response, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	req.Close = true // on a connection that served before, the client would try again by itself if it is cut
	resp, err = http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}
