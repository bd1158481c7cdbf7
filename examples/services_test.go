// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package examples_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/internal/freeport"
)

// setUp are three ways to set a service up, for a tenant: plain variables, a file as
// it is in .NET, and its variables.
var setUp = map[string]func(dir string, b2c *emulator.Server) (environ []string, err error){
	"nethttp": func(_ string, b2c *emulator.Server) ([]string, error) {
		return []string{
			"B2C_TENANT=contoso", "B2C_TENANT_ID=" + b2c.ID(), "B2C_HOSTS=" + b2c.URL,
			"B2C_FLOWS=B2C_1_susi B2C_1A_partner", "B2C_AUDIENCE=" + b2c.API().ID,
		}, nil
	},
	"echo": func(dir string, b2c *emulator.Server) ([]string, error) {
		return []string{"ALLOW_ORIGIN=https://app.contoso.com"}, os.WriteFile(filepath.Join(dir, "appsettings.json"), fmt.Appendf(nil, `{
			"AzureAdB2C": {
				"Instance": %q, // a comment
				"Domain": "contoso.onmicrosoft.com",
				"TenantId": %q,
				"ClientId": %q,
				"SignUpSignInPolicyId": "B2C_1_susi",
				"ResetPasswordPolicyId": "B2C_1_reset",
				"TrustedPolicies": ["B2C_1A_partner"],
			}
		}`, b2c.URL, b2c.ID(), b2c.API().ID), 0o600)
	},
	"gin": func(_ string, b2c *emulator.Server) ([]string, error) {
		return []string{
			"AzureAdB2C__Instance=" + b2c.URL, "AzureAdB2C__Domain=contoso.onmicrosoft.com", "AzureAdB2C__TenantId=" + b2c.ID(), "AzureAdB2C__ClientId=" + b2c.API().ID,
			"AzureAdB2C__SignUpSignInPolicyId=B2C_1_susi", "AzureAdB2C__TrustedPolicies__0=B2C_1A_partner",
		}, nil
	},
}

// TestServices runs the three services as their users would, against an
// emulated tenant over plain http, and stops them as an orchestrator would.
func TestServices(t *testing.T) {
	for name, stop := range map[string]os.Signal{"nethttp": syscall.SIGTERM, "echo": syscall.SIGTERM, "gin": os.Interrupt} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // they wait for keys
			b2c := emulator.NewPlainServer(nil)
			defer b2c.Close()
			program := build(t, name)
			address := freeport.Address(t)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, program)
			cmd.Dir = t.TempDir()
			environ, err := setUp[name](cmd.Dir, b2c)
			if err != nil {
				t.Fatal(err)
			}
			cmd.Env = append(append(os.Environ(), "LISTEN="+address), environ...)
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

			if name == "echo" {
				wantReadableChallenge(ctx, t, "http://"+address+"/tasks")
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

// wantReadableChallenge asks as a script of another origin does.
func wantReadableChallenge(ctx context.Context, t *testing.T, url string) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Origin", "https://app.contoso.com")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if h := resp.Header; resp.StatusCode != 401 || h.Get("Access-Control-Expose-Headers") != "WWW-Authenticate" || h.Get("WWW-Authenticate") == "" {
		t.Errorf("got %d, %q; want a 401 whose challenge a script can read", resp.StatusCode, h)
	}
}

// TestMistakesOfServices: a service that is set up wrong ends with all that is wrong.
func TestMistakesOfServices(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), build(t, "nethttp"))
	cmd.Dir, cmd.Env = t.TempDir(), []string{"B2C_TENANT=contoso.onmicrosoft.com", "B2C_TENANT_ID=contoso", "B2C_FLOW=B2C_1_susi"}
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Error("it ended well")
	}
	for _, want := range []string{"B2C_TENANT: ", "B2C_TENANT_ID is not a GUID", "B2C_FLOW is not known; did you mean B2C_FLOWS?", "AzureAdB2C:ClientId is missing (or B2C_AUDIENCE)"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("got\n%s\nwant %q in it", out, want)
		}
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
