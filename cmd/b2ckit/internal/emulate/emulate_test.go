// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/config"
)

// TestCurlLines: what is printed to try works, over both schemes and for every
// kind of configuration.
func TestCurlLines(t *testing.T) {
	dir := t.TempDir()
	two := write(t, dir, "two.json", `{"tenants": [
		{"name": "fabrikam", "issuer": "tfp",
		 "users": [{"name": "Kim", "username": "kim o'hara", "password": "p&ss wörd'\""}]},
		{"name": "contoso"}]}`)
	for name, args := range map[string][]string{
		"https":              nil,
		"http":               {"--http"},
		"configured":         {"--config", two},
		"a CA file to quote": {"--ca-file", filepath.Join(dir, "it's a file.pem")},
		"quiet":              {"--quiet", "--http"},
	} {
		t.Run(name, func(t *testing.T) {
			all := calls(t, serve(t, args...).text)
			if len(all) != 4 {
				t.Fatalf("got %d curl lines, want 4", len(all))
			}
			for i, want := range [][]string{
				{"issuer", "jwks_uri", "token_endpoint"}, {"keys"}, {"access_token", "expires_in"}, {"access_token", "id_token"},
			} {
				status, body := all[i].do(t)
				var answer map[string]any
				if err := json.Unmarshal([]byte(body), &answer); status != 200 || err != nil {
					t.Fatalf("%s: got status %d, %v:\n%s", all[i].title, status, err, body)
				}
				for _, member := range want {
					if answer[member] == nil {
						t.Errorf("%s: there is no %s in %s", all[i].title, member, body)
					}
				}
			}
		})
	}
}

// TestReport: what is printed is true, and fits a terminal as far as it can.
func TestReport(t *testing.T) {
	r := serve(t)
	url := r.value(t, "address")
	for _, want := range []string{
		"\n    " + url + "/contoso.onmicrosoft.com/B2C_1A_partner\n",
		" \\\n  " + url + "/contoso.onmicrosoft.com/B2C_1_susi/v2.0/.well-known/openid-configuration\n", // whole
		"\n    90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6  tasks-api\n",
		"\n      scope     https://contoso.onmicrosoft.com/tasks/tasks.write\n",
		"\n      secret    emulated-daemon-secret\n",
		"\n    Ada Example, ada@example.org\n      signs in  with google.com\n",
		"\n    Lin Example, lin@example.org\n      password  emulated-password\n",
	} {
		if !strings.Contains(r.text, want) {
			t.Errorf("there is no %q in:\n%s", want, r.text)
		}
	}
	_, body := calls(t, r.text)[0].do(t)
	var document struct{ Issuer string }
	if err := json.Unmarshal([]byte(body), &document); err != nil || !strings.Contains(r.text, "\n    "+document.Issuer+"\n") {
		t.Errorf("the issuer %s isn't printed, %v", document.Issuer, err)
	}
	fits(t, strings.ReplaceAll(r.text, r.value(t, "trust"), "/home/me/.cache/b2ckit/ca-8443.pem"))
	if status := r.stop(); status != 0 {
		t.Errorf("got exit status %d", status)
	}
}

// TestReportOfMany: a list that nobody reads isn't printed.
func TestReportOfMany(t *testing.T) {
	var users []string
	for i := range 23 {
		users = append(users, fmt.Sprintf(`{"name": "User %d", "username": "u%d", "password": "p%d"}`, i, i, i))
	}
	r := serve(t, "--http", "--config", write(t, t.TempDir(), "b2c.json", `{"tenants": [{"users": [`+strings.Join(users, ",")+`]}]}`))
	for _, want := range []string{"    User 19, u19\n      password  p19\n    and 3 more\n", "-d username=u0 "} {
		if !strings.Contains(r.text, want) {
			t.Errorf("there is no %q in:\n%s", want, r.text)
		}
	}
}

// TestReportOfNone: a tenant without apps and users is one, with a dashboard.
func TestReportOfNone(t *testing.T) {
	r := serve(t, "--http", "--config", write(t, t.TempDir(), "b2c.json", `{"tenants": [{"apps": [], "users": []}]}`))
	if want := "\n  Apps, by their client ids\n    none\n\n  Users\n    none\n"; !strings.Contains(r.text, want) {
		t.Errorf("there is no %q in:\n%s", want, r.text)
	}
	if n := len(calls(t, r.text)); n != 2 {
		t.Errorf("got %d curl lines, want 2: nobody can get a token", n)
	}
	for _, path := range []string{"/", "/emulator/v1/tenants"} {
		if status, body := (&call{url: r.value(t, "address") + path}).do(t); status != 200 {
			t.Errorf("%s: got status %d: %s", path, status, body)
		}
	}
}

// wholeURL is a line that may be longer: a URL that is broken can't be copied.
var wholeURL = regexp.MustCompile(`^ *https?://\S+$`)

func fits(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if n := len([]rune(line)); n > 80 && !wholeURL.MatchString(line) {
			t.Errorf("a line has %d columns: %s", n, line)
		}
	}
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSignInAs(t *testing.T) {
	r := serve(t, "--sign-in-as", "lin@example.org")
	if !strings.Contains(r.text, "sign-in   everyone at once, as lin@example.org\n") {
		t.Errorf("it isn't said in:\n%s", r.text)
	}
	ca := calls(t, r.text)[0].ca
	authorize := call{ca: ca, url: r.value(t, "address") + "/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/authorize" +
		"?client_id=2fdd06f3-7b34-49a3-a78b-545da6bd4d4b&response_type=code&response_mode=form_post&scope=openid&redirect_uri=http://localhost:8400/callback"}
	_, page := authorize.do(t)
	code := regexp.MustCompile(`name="code" value="([^"]+)"`).FindStringSubmatch(page)
	if code == nil {
		t.Fatalf("there is no code in %s", page)
	}
	redeem := call{ca: ca, url: r.value(t, "address") + "/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token", form: []string{
		"grant_type=authorization_code", "client_id=2fdd06f3-7b34-49a3-a78b-545da6bd4d4b", "client_secret=emulated-web-secret",
		"redirect_uri=http://localhost:8400/callback", "code=" + code[1],
	}}
	status, _ := redeem.do(t)
	if status != 200 {
		t.Errorf("got status %d", status)
	}
	// The log has the paths, and no code or secret.
	r.stop()
	log := r.stderr.String()
	if n := strings.Count(log, "\n"); n != 2 || !strings.Contains(log, " 200 POST /contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token ") {
		t.Errorf("got %d lines, want 2:\n%s", n, log)
	}
	if strings.Contains(log, code[1]) || strings.Contains(log, "?") || strings.Contains(log, "secret") {
		t.Errorf("a secret is in the log:\n%s", log)
	}
}

// A client that doesn't trust the certificate leaves a line, though no request.
func TestUntrusted(t *testing.T) {
	for _, quiet := range []bool{false, true} {
		r := serve(t, "--quiet="+strconv.FormatBool(quiet))
		if res, err := new(http.Client).Get(r.value(t, "address")); err == nil {
			_ = res.Body.Close()
			t.Fatal("a certificate that nobody knows was trusted")
		}
		told := func() bool {
			return strings.Contains(r.stderr.String(), " --- TLS handshake error from 127.0.0.1:") &&
				strings.HasSuffix(r.stderr.String(), ": remote error: tls: bad certificate (does the client trust "+r.value(t, "trust")+"? Most read it once, when they start)\n")
		}
		for deadline := time.Now().Add(10 * time.Second); !quiet && !told() && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond) // the server may hear of it after the client
		}
		if r.stop(); told() == quiet {
			t.Errorf("quiet %v: got %q", quiet, r.stderr.String())
		}
	}
}

// TestHints: what a complaint most likely means stands behind it.
func TestHints(t *testing.T) {
	const ask = " (does the client trust /b2c/ca.pem? Most read it once, when they start)"
	ca := "/b2c/ca.pem"
	for _, c := range []struct{ complaint, hint string }{
		{"http: TLS handshake error from 127.0.0.1:1: remote error: tls: bad certificate", ask},
		{"http: TLS handshake error from 127.0.0.1:1: remote error: tls: unknown certificate authority", ask},
		{"http: TLS handshake error from 127.0.0.1:1: remote error: tls: unknown certificate", ask},
		{"http: TLS handshake error from 127.0.0.1:1: remote error: tls: expired certificate", ask},
		{"http: TLS handshake error from 127.0.0.1:1: local error: tls: bad record MAC", ask},
		{"http: TLS handshake error from 127.0.0.1:1: EOF once it had the certificate", ask},
		{"http: TLS handshake error from 127.0.0.1:1: remote error: tls: handshake failure", ""},
		{"http: TLS handshake error from 127.0.0.1:1: client sent an HTTP request to an HTTPS server", " (its address should begin with https://)"},
		{"http: TLS handshake error from 127.0.0.1:1: read: connection reset by peer", ""},
	} {
		var out strings.Builder
		lines := &connectionLines{w: &out}
		if lines.logger(false).Print(c.complaint); strings.Contains(out.String(), "trust") {
			t.Errorf("before there is a file: got %q", out.String())
		}
		lines.trusted.Store(&ca)
		out.Reset()
		lines.logger(false).Print(c.complaint)
		_, got, _ := strings.Cut(out.String(), " --- ")
		if want := strings.TrimPrefix(c.complaint, "http: ") + c.hint + "\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestQuiet(t *testing.T) {
	r := serve(t, "--quiet")
	calls(t, r.text)[0].do(t)
	if r.stop(); r.stderr.String() != "" {
		t.Errorf("got %q", r.stderr.String())
	}
}

func TestRequestLine(t *testing.T) {
	for _, c := range []struct {
		request emulator.Request
		want    string
	}{
		{emulator.Request{Method: "GET", Path: "/a", Status: 200, Took: 1234567}, "00:00:00 200 GET /a 1.2ms"},
		{emulator.Request{Method: "GET", Path: "/a\n\x1b[31m", Took: 50}, "00:00:00 --- GET /a%0A%1B%5B31m 0s"},
		{emulator.Request{Method: "POST", Path: "/", Status: 400, Error: "AADB2C90225"}, `00:00:00 400 POST / 0s "AADB2C90225"`},
		{emulator.Request{Method: "GET", Path: "/", Status: 503, Faults: []emulator.FaultKind{"down"}}, "00:00:00 503 GET / 0s fault:down"},
		{emulator.Request{Method: "GET", Path: "/" + strings.Repeat("a", 300), Status: 200}, "00:00:00 200 GET /" + strings.Repeat("a", 199) + "… 0s"},
		{emulator.Request{Method: "GET", Host: "b2c\n", Path: "/", Status: 404}, `00:00:00 404 GET / 0s (no tenant has the host "b2c\n")`},
	} {
		if got := requestLine(&c.request, []*emulator.Tenant{emulator.NewTenant(nil)}); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// TestNotFound: the log says what of the URL there isn't.
func TestNotFound(t *testing.T) {
	config := write(t, t.TempDir(), "b2c.json", `{"tenants": [{}, {"name": "fabrikam", "flows": [{"name": "B2C_1_a"}]}]}`)
	r := serve(t, "--http", "--config", config)
	const metadata = "/v2.0/.well-known/openid-configuration"
	all := []struct{ host, path, want string }{
		{"", "/contoso.onmicrosoft.com/B2C_1_nope" + metadata, `no flow "B2C_1_nope" in the tenant contoso: there are B2C_1_susi, B2C_1_edit, B2C_1_reset, B2C_1A_partner, B2C_1_ropc`},
		{"", "/tfp/fabrikam.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token", `no flow "B2C_1_susi" in the tenant fabrikam: there are B2C_1_a`},
		{"", "/contoso.onmicrosoft.com/discovery/v2.0/keys?p=B2C_1_b", `no flow "B2C_1_b" in the tenant contoso: there are `},
		{"", "/contoso/B2C_1_susi" + metadata, `no tenant "contoso": write contoso.onmicrosoft.com`},
		{"", "/adatum.onmicrosoft.com/B2C_1_susi" + metadata, `no tenant "adatum.onmicrosoft.com"`},
		{"", "/contoso.onmicrosoft.com/B2C_1_susi/.well-known/openid-configuration", "no such path"},
		{"", "/contoso.onmicrosoft.com/B2C_1_susi/v2.0/x", "no such path"},
		{"", "/contoso.onmicrosoft.com" + metadata, "no such path"},
		{"contoso.b2clogin.com", "/fabrikam.onmicrosoft.com/B2C_1_a" + metadata, `no tenant "fabrikam.onmicrosoft.com"`},
		{"contoso.b2clogin.com:80", "/", "no such path"},
		{"b2c", "/contoso.onmicrosoft.com/B2C_1_susi" + metadata, `no tenant has the host "b2c"`},
	}
	for _, c := range all {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.value(t, "address")+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = c.host
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("%s%s: got status %d", c.host, c.path, res.StatusCode)
		}
	}
	r.stop() // flushes the log
	for _, c := range all {
		path, _, _ := strings.Cut(c.path, "?")
		_, line, _ := strings.Cut(r.stderr.String(), " 404 GET "+path+" ")
		if _, why, _ := strings.Cut(line, "("); !strings.HasPrefix(why, c.want) {
			t.Errorf("%s%s: there is no %q in:\n%s", c.host, c.path, c.want, r.stderr.String())
		}
	}
}

// TestOwnCertificate: with --cert nothing is written, and clients trust that.
func TestOwnCertificate(t *testing.T) {
	data, err := emulator.NewCertificate("b2c").PEM()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	i := strings.Index(string(data), "-----BEGIN PRIVATE KEY")
	cert, key := write(t, dir, "cert.pem", string(data[:i])), write(t, dir, "key.pem", string(data[i:]))
	r := serve(t, "--cert", cert, "--key", key)
	c := calls(t, r.text)[0]
	if status, _ := c.do(t); c.ca != cert || status != 200 {
		t.Errorf("got CA %s, status %d", c.ca, status)
	}
}

func TestAnyAddress(t *testing.T) {
	file := write(t, t.TempDir(), "b2c.json", `{"tenants": [{"hosts": ["contoso.b2clogin.com", "b2c"]}]}`)
	r := serve(t, "--any-address", "--address", ":0", "--config", file)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(r.value(t, "address"), "https://"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "\n          https://b2c:" + port + "\n"; !strings.Contains(r.text, want) {
		t.Errorf("there is no %q in:\n%s", want, r.text)
	}
	if status, _ := calls(t, r.text)[0].do(t); status != 200 {
		t.Errorf("got status %d", status)
	}
}

// TestAnyAddressPlain: the tenants answer as if something in front had ended
// TLS, and so the report says.
func TestAnyAddressPlain(t *testing.T) {
	r := serve(t, "--any-address", "--http", "--address", ":0")
	if want := "\n          https://contoso.b2clogin.com\n\n"; !strings.Contains(r.text, want) {
		t.Errorf("there is no %q in:\n%s", want, r.text)
	}
	if unwanted := "http://contoso"; strings.Contains(r.text, unwanted) {
		t.Errorf("there is %q in:\n%s", unwanted, r.text)
	}
	fits(t, r.text)
}

// TestAnyAddressAlone: it doesn't open the server to anyone, and nothing says so.
func TestAnyAddressAlone(t *testing.T) {
	for _, args := range [][]string{nil, {"--http"}, {"--address", "localhost:0"}} {
		r := serve(t, append([]string{"--any-address"}, args...)...)
		port := portOf(r.value(t, "address"))
		for part, want := range map[string]bool{
			":" + port + " is loopback;\n          add --address :" + port + "\n": true,
			"other machines": false, "ends TLS": false, "//contoso.b2clogin.com": false,
		} {
			if got := strings.Contains(r.text, part); got != want {
				t.Errorf("%q: %q is there: got %v, want %v, in:\n%s", args, part, got, want, r.text)
			}
		}
	}
}

// TestOneAddress: where the server's own address is no tenant's, the report has
// the names that are.
func TestOneAddress(t *testing.T) {
	file, err := config.Parse("default", config.Example())
	if err != nil {
		t.Fatal(err)
	}
	server, err := emulator.Start(nil, emulator.NewTenant(nil))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	server.URL = "https://192.0.2.1:8443" // as if it were there: nobody is
	r := report{server: server, file: file, flags: &emulateFlags{anyAddress: true}, ca: "ca.pem", certificate: &served{}}
	text := r.text()
	for part, want := range map[string]bool{
		"    https://contoso.b2clogin.com:8443/contoso.onmicrosoft.com/B2C_1_susi\n":         true,
		"    https://contoso.b2clogin.com:8443/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/\n": true,
		"192.0.2.1:8443/": false,
		"dashboard":       false,
	} {
		if got := strings.Contains(text, part); got != want {
			t.Errorf("%q is there: got %v, want %v, in:\n%s", part, got, want, text)
		}
	}
}

// TestOwnPort: a URL with the scheme's own port names none.
func TestOwnPort(t *testing.T) {
	for address, want := range map[string]string{
		"https://127.0.0.1": "443", "https://[::1]": "443", "http://127.0.0.1": "80", "https://127.0.0.1:8443": "8443", "http://[::1]:9000": "9000",
	} {
		if got := portOf(address); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

// TestDefaultCAFile: in the cache folder, readable by all, and nothing beside it.
func TestDefaultCAFile(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("HOME", cache)
	if got, err := os.UserCacheDir(); err != nil || !strings.HasPrefix(got, cache) {
		t.Logf("not on this system: the cache folder is %s, %v", got, err)
		return
	}
	server, err := emulator.Start(nil, emulator.NewTenant(nil))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	for range 2 {
		name, err := (&emulateFlags{}).writeCA(server)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(name)
		if err != nil || !slices.Equal(data, server.CACertificatePEM()) {
			t.Errorf("%s: got %q, %v", name, data, err)
		}
		files, err := os.ReadDir(filepath.Dir(name))
		if want := "ca-" + portOf(server.URL) + ".pem"; err != nil || len(files) != 1 || files[0].Name() != want {
			t.Errorf("got %v, %v, want %s alone", files, err, want)
		}
		if info, err := files[0].Info(); err != nil || info.Mode().Perm() != 0o644 {
			t.Errorf("got mode %v, %v", info.Mode(), err)
		}
	}
}
