// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// checked runs b2ckit emulate --check and returns what it says.
func checked(t *testing.T, args ...string) (status int, says string) {
	t.Helper()
	status, stdout, stderr := refused(t, append([]string{"emulate", "--check"}, args...)...)
	if strings.Count(stdout+stderr, "\n") != 1 || (status == 0) != (stderr == "") {
		t.Errorf("got %d, %q, %q, want one line", status, stdout, stderr)
	}
	return status, stdout + stderr
}

// TestCheck: it is 0 where clients can begin, over each scheme, name and kind of
// certificate.
func TestCheck(t *testing.T) {
	configured(t)
	dir := t.TempDir()
	two := write(t, dir, "two.json", `{"tenants": [{"hosts": ["contoso.b2clogin.com", "b2c"]}, {"name": "fabrikam", "issuer": "tfp"}]}`)
	text, err := emulator.NewCertificate("contoso.b2clogin.com").PEM()
	if err != nil {
		t.Fatal(err)
	}
	i := strings.Index(string(text), "-----BEGIN PRIVATE KEY")
	cert, key := write(t, dir, "cert.pem", string(text[:i])), write(t, dir, "key.pem", string(text[i:]))
	text = []byte(selfSigned(t, time.Now().Add(time.Hour), "localhost"))
	i = strings.Index(string(text), "-----BEGIN PRIVATE KEY")
	loopback, loopbackKey := write(t, dir, "loopback.pem", string(text[:i])), write(t, dir, "loopback-key.pem", string(text[i:]))
	ca := filepath.Join(dir, "ca.pem")
	for what, args := range map[string][]string{
		"https":            {"--ca-file", ca},
		"default CA file":  {"--state", filepath.Join(dir, "state.json")},
		"http":             {"--http"},
		"own certificate":  {"--cert", cert, "--key", key},
		"own, of loopback": {"--cert", loopback, "--key", loopbackKey},
		"two tenants":      {"--ca-file", ca, "--config", two},
		"every address":    {"--ca-file", ca, "--config", two, "--any-address", "--address", ":PORT"},
		"every address, 4": {"--ca-file", ca, "--any-address", "--address", "0.0.0.0:PORT"},
		"behind a proxy":   {"--http", "--any-address", "--address", "0.0.0.0:PORT"},
		"localhost":        {"--ca-file", ca, "--address", "localhost:PORT"},
	} {
		t.Run(what, func(t *testing.T) {
			port := freePort(t)
			args := append([]string{"--address", port}, args...)
			for i := range args {
				args[i] = strings.ReplaceAll(args[i], "PORT", port)
			}
			if status, says := checked(t, args...); status != 1 {
				t.Errorf("before the start: got %d, %q", status, says)
			}
			r := serveWith(t, args...)
			for i := range 3 {
				status, says := checked(t, args...)
				if status != 0 || !strings.HasSuffix(says, " answers as it should.\n") {
					t.Errorf("check %d: got %d, %q", i, status, says)
				}
			}
			r.stop() // flushes the log
			if n := strings.Count(r.stderr.String(), "\n"); n != strings.Count(r.text, "\nTENANT ") {
				t.Errorf("got %d lines in the log, want one for each tenant:\n%s", n, r.stderr.String())
			}
			if status, says := checked(t, args...); status != 1 || !strings.Contains(says, "nobody listens at ") {
				t.Errorf("after the end: got %d, %q", status, says)
			}
		})
	}
}

// TestCheckFails: it is 1 where clients can't begin, and says why.
func TestCheckFails(t *testing.T) {
	configured(t)
	dir := t.TempDir()
	ca, other := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "other.pem")
	running := serve(t, "--ca-file", ca)
	address := strings.TrimPrefix(running.value(t, "address"), "https://")
	if err := os.WriteFile(other, emulator.NewCertificate().CACertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<p>It works!") }))
	defer page.Close()
	at := func(s *httptest.Server) string { return strings.TrimPrefix(s.URL, "http://") }
	fabrikam := write(t, dir, "fabrikam.json", `{"tenants": [{"name": "fabrikam", "hosts": ["contoso.b2clogin.com"]}]}`)
	tfp := write(t, dir, "tfp.json", `{"tenants": [{"issuer": "tfp"}]}`)
	flow := write(t, dir, "flow.json", `{"tenants": [{"flows": [{"name": "B2C_1_more"}]}]}`)
	host := write(t, dir, "host.json", `{"tenants": [{"hosts": ["contoso.b2clogin.com", "b2c"]}]}`)
	for _, c := range []struct{ args, want string }{
		{"--address " + address + " --ca-file " + filepath.Join(dir, "none.pem"), filepath.Join(dir, "none.pem") + " isn't there: "},
		{"--address " + address + " --ca-file " + fabrikam, "there is no certificate in " + fabrikam},
		{"--address " + address + " --ca-file " + other, address + " has another certificate than " + other + " is for"},
		{"--address " + address + " --http", address + " speaks https and not http: leave out --http"},
		{"--address " + address + " --ca-file " + ca + " --config " + fabrikam, address + " doesn't serve the tenant fabrikam ("},
		{"--address " + address + " --ca-file " + ca + " --config " + tfp, "the flow B2C_1_susi of the tenant contoso has the issuer "},
		{"--address " + address + " --ca-file " + ca + " --config " + flow, `the flow B2C_1_more of the tenant contoso has the issuer "", not https://` + address},
		{"--address " + address + " --ca-file " + ca + " --config " + host, "the certificate of " + address + " isn't for b2c: "},
		{"--address " + at(web) + " --ca-file " + ca, at(web) + " speaks http and not https: is --http missing?"},
		{"--address " + at(web) + " --http", "is answered with 404 Not Found: is it b2ckit emulate"},
		{"--address " + at(page) + " --http", "is not answered with JSON: is it b2ckit emulate?"},
		{"--address 127.0.0.1:" + freePort(t) + " --ca-file " + ca, "nobody listens at 127.0.0.1:"},
	} {
		status, says := checked(t, strings.Fields(c.args)...)
		if status != 1 || !strings.Contains(says, c.want) {
			t.Errorf("%s: got %d, %q, want %q", c.args, status, says, c.want)
		}
	}
}

// TestCheckLeavesFaults: a fault isn't used up, and one of metadata is told.
func TestCheckLeavesFaults(t *testing.T) {
	port := freePort(t)
	r := serve(t, "--http", "--address", port)
	for body, want := range map[string]int{
		`{"faults": [{"kind": "throttled", "times": 2}]}`:                         1,
		`{"faults": [{"kind": "wrong-issuer"}]}`:                                  1,
		`{"faults": [{"kind": "server-error", "endpoint": "token", "times": 1}]}`: 0,
		`{"faults": [{"kind": "odd-keys", "times": 1}]}`:                          0,
	} {
		url := r.value(t, "address") + "/emulator/v1/faults"
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		status, says := checked(t, "--http", "--address", port)
		if res.StatusCode != 200 || status != want || want == 1 && !strings.Contains(says, "the tenant contoso misbehaves on purpose: the fault ") {
			t.Errorf("%s: got %d, %q, want %d", body, status, says, want)
		}
		_, left := (&call{url: url}).do(t)
		if strings.Count(left, `"kind"`) != 1 || strings.Contains(body, `"times": 2`) && !strings.Contains(left, `"times": 2`) {
			t.Errorf("%s: got %s", body, left)
		}
	}
}

// TestComposeOrder is what containers do, as processes: the health check begins
// before there is anything to check, a client starts once it is content and reads
// the certificate's file at that moment alone. The second round is another day.
func TestComposeOrder(t *testing.T) {
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	flags := []string{"emulate", "--address", freePort(t), "--state", filepath.Join(dir, "state.json"), "--ca-file", ca}
	url := "https://127.0.0.1:" + flags[2] + "/contoso.onmicrosoft.com/B2C_1_susi/v2.0/.well-known/openid-configuration"
	var first string
	for round := range 2 {
		if out, err := program(t, "b2ckit", nil, append(flags, "--check")...).CombinedOutput(); err == nil {
			t.Fatalf("the check is content with nothing: %s", out)
		}
		check := program(t, "b2ckit", nil, append(flags, "--check", "--wait", "1m")...)
		var says strings.Builder
		check.Stdout, check.Stderr = &says, &says
		if err := check.Start(); err != nil {
			t.Fatal(err)
		}
		stop := background(t, flags)
		if err := check.Wait(); err != nil {
			t.Fatalf("the check: %v, %s", err, says.String())
		}
		if runtime.GOOS != "windows" && runtime.GOOS != "darwin" { // there Go asks the system whom to trust
			out, err := program(t, "client", []string{"SSL_CERT_FILE=" + ca}, url).CombinedOutput()
			if err != nil || string(out) != "200 OK\n" {
				t.Errorf("round %d: the client says %q, %v", round, out, err)
			}
		}
		stop()
		if round == 0 {
			first = read(t, ca)
		} else if read(t, ca) != first {
			t.Error("another day, another certificate")
		}
	}
}

// background runs an emulator as another process, until the returned function
// has seen it end well.
func background(t *testing.T, flags []string) (stop func()) {
	t.Helper()
	c := program(t, "b2ckit", nil, flags...)
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		for lines := bufio.NewScanner(out); lines.Scan() && !strings.HasPrefix(lines.Text(), "Serving;"); {
			continue
		}
		if err := c.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		if err := c.Wait(); err != nil {
			if e, ok := err.(*exec.ExitError); ok {
				t.Errorf("the emulator: %v, %s", e, e.Stderr)
			}
		}
	}
}
