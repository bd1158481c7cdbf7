// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/internal/freeport"
)

// programs are the programs of this module that were built, by their packages.
var programs = struct {
	sync.Mutex
	dir   string
	built map[string]string
}{built: map[string]string{}}

// program builds a program, once.
func program(pkg string) (string, error) {
	programs.Lock()
	defer programs.Unlock()
	if path := programs.built[pkg]; path != "" {
		return path, nil
	}
	path := filepath.Join(programs.dir, filepath.Base(pkg))
	build := exec.Command("go", "build", "-o", path, "./"+pkg)
	build.Dir = filepath.Join("..", "..") // with the libraries of the kit's own module
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	programs.built[pkg] = path
	return path, nil
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "b2ckit-browser-")
	if err != nil {
		panic(err)
	}
	programs.dir = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// running is a program that has said that it is ready.
type running struct {
	lines []string // up to there
}

// run starts a program, waits for a line of its output and stops it with the
// test.
func run(t *testing.T, pkg, ready string, env []string, args ...string) *running {
	t.Helper()
	path, err := program(pkg)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", pkg, err)
		}
	})
	r, seen := &running{}, make(chan bool)
	go func() {
		scanner := bufio.NewScanner(out)
		for scanner.Scan() && len(r.lines) < 200 {
			r.lines = append(r.lines, scanner.Text())
			if strings.Contains(scanner.Text(), ready) {
				seen <- true
				break
			}
		}
		for scanner.Scan() { // or the program would wait for us
		}
		close(seen)
	}()
	select {
	case ok := <-seen:
		if !ok {
			t.Fatalf("%s ended before it said %q", pkg, ready)
		}
	case <-time.After(patience):
		t.Fatalf("%s didn't say %q in time", pkg, ready)
	}
	return r
}

// freeAddress is one of localhost that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	_, port, err := net.SplitHostPort(freeport.Address(t))
	if err != nil {
		t.Fatal(err)
	}
	return "localhost:" + port
}
