// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
	"github.com/b2ckit/b2ckit/internal/freeport"
)

// TestMain keeps the tests out of the real home. Started again by a test, the
// program is another one: b2ckit itself, or a client of it.
func TestMain(m *testing.M) {
	switch os.Getenv("B2CKIT_TEST_AS") {
	case "b2ckit":
		os.Exit(cli.Main(New))
	case "client":
		os.Exit(client())
	}
	home, err := os.MkdirTemp("", "b2ckit-home-")
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "AppData", "LocalAppData"} {
		err = errors.Join(err, os.Setenv(name, home))
	}
	if err != nil {
		panic(err)
	}
	status := m.Run()
	_ = os.RemoveAll(home)
	os.Exit(status)
}

// client gets a URL as a program does that knows nothing of b2ckit: it trusts
// whom the system does, and looks once. It returns the exit status.
func client() int {
	res, err := http.Get(os.Args[1])
	if err != nil {
		fmt.Println(err)
		return 1
	}
	_ = res.Body.Close()
	fmt.Println(res.Status)
	return 0
}

// program is a command that runs this program as another one until the test
// ends; then it is interrupted.
func program(t *testing.T, as string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self, args...)
	c.Env = slices.Concat(os.Environ(), []string{"B2CKIT_TEST_AS=" + as}, env)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	return c
}

// freePort returns one that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	return portOf("https://" + freeport.Address(t))
}

// running is a b2ckit emulate in this process.
type running struct {
	text   string // what it printed until it served
	stderr *buffer
	stop   func() int
}

// buffer is a writer for several goroutines.
type buffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// serve runs b2ckit emulate on a free port until the test ends, with a file of its
// own for clients.
func serve(t *testing.T, args ...string) *running {
	t.Helper()
	first := []string{"--address", "0"}
	if !slices.ContainsFunc(args, func(a string) bool { return a == "--http" || a == "--cert" }) {
		first = append(first, "--ca-file", filepath.Join(t.TempDir(), "ca.pem"))
	}
	return serveWith(t, append(first, args...)...) // of two values the last one counts
}

// serveWith runs b2ckit emulate with these flags and no others.
func serveWith(t *testing.T, args ...string) *running {
	t.Helper()
	args = append([]string{"emulate"}, args...)
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	r := &running{stderr: &buffer{}}
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, args, in, r.stderr)
		_ = in.Close()
	}()
	r.stop = sync.OnceValue(func() int {
		cancel()
		go func() { _, _ = io.Copy(io.Discard, out) }()
		return <-status
	})
	t.Cleanup(func() { r.stop() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		r.text += lines.Text() + "\n"
		if strings.HasPrefix(lines.Text(), "Serving;") {
			return r
		}
	}
	t.Fatalf("it doesn't serve: status %d\n%s", r.stop(), r.stderr.String())
	return nil
}

// run runs b2ckit and returns its exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return cli.Run(ctx, &cli.Streams{In: strings.NewReader(""), Out: stdout, Err: stderr, Environ: os.Environ()}, args, New)
}

// refused runs b2ckit and returns its exit status and both outputs.
func refused(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	status = run(t.Context(), args, &out, &errs)
	return status, out.String(), errs.String()
}

// value returns what stands behind a name in the report.
func (r *running) value(t *testing.T, name string) string {
	t.Helper()
	for line := range strings.Lines(r.text) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == name {
			return fields[1]
		}
	}
	t.Fatalf("there is no %q in:\n%s", name, r.text)
	return ""
}

// call is a curl command as a shell would read it.
type call struct {
	title, url, ca string
	form           []string
}

// calls reads the curl commands of a text.
func calls(t *testing.T, text string) []call {
	t.Helper()
	var all []call
	title := ""
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", "")) {
		line = strings.TrimSuffix(line, "\n")
		if after, ok := strings.CutPrefix(line, "# "); ok {
			title = after
		}
		if !strings.HasPrefix(line, "curl ") {
			continue
		}
		words := shellWords(line)[1:]
		c := call{title: title}
		for len(words) > 0 {
			switch {
			case words[0] == "--cacert" && len(words) > 1:
				c.ca, words = words[1], words[2:]
			case words[0] == "-d" && len(words) > 1:
				c.form, words = append(c.form, words[1]), words[2:]
			case strings.HasPrefix(words[0], "-") || c.url != "":
				t.Fatalf("can't read %q in %s", words[0], line)
			default:
				c.url, words = words[0], words[1:]
			}
		}
		all = append(all, c)
	}
	return all
}

// shellWords splits at spaces that are not in single quotes.
func shellWords(line string) []string {
	var words []string
	word, quoted, some := "", false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\'':
			quoted, some = !quoted, true
		case c == '\\' && !quoted && i+1 < len(line):
			i++
			word, some = word+line[i:i+1], true
		case c == ' ' && !quoted:
			if some {
				words = append(words, word)
			}
			word, some = "", false
		default:
			word, some = word+string(c), true
		}
	}
	if some {
		words = append(words, word)
	}
	return words
}

// do makes the call as curl would.
func (c *call) do(t *testing.T) (status int, body string) {
	t.Helper()
	pool := x509.NewCertPool()
	if c.ca != "" {
		pem, err := os.ReadFile(c.ca)
		if err != nil {
			t.Fatal(err)
		}
		pool.AppendCertsFromPEM(pem)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	defer transport.CloseIdleConnections()
	method, form := http.MethodGet, strings.Join(c.form, "&")
	if len(c.form) > 0 {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(t.Context(), method, c.url, strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		t.Fatalf("%s: %v", c.title, err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}
