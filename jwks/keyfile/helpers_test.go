// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package keyfile_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/jwks/keyfile"
	"github.com/b2ckit/b2ckit/keyring"
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

var away = roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("B2C is away") })

// buffer is a log that may be read while it is written.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// has waits for a text, which may come a little after the cache is closed, and
// reports whether it is there once.
func (b *buffer) has(text string) bool {
	for range 3000 {
		if strings.Contains(b.String(), text) {
			break
		}
		time.Sleep(10 * time.Millisecond) // until the log has it, which nothing tells
	}
	return strings.Count(b.String(), text) == 1
}

// start opens a cache of one flow, as a process does, and returns how its first
// token fares.
func start(t testing.TB, s *jwks.Snapshots, rt http.RoundTripper, log *buffer) (*jwks.Cache, error) {
	t.Helper()
	return startFlow(t, "B2C_1_susi", s, rt, log)
}

func startFlow(t testing.TB, flow string, s *jwks.Snapshots, rt http.RoundTripper, log *buffer) (*jwks.Cache, error) {
	t.Helper()
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.DiscardHandler)
	if log != nil {
		logger = slog.New(slog.NewTextHandler(log, nil))
	}
	c, err := jwks.New(tenant.Flow(flow), &jwks.Options{Snapshots: s, Transport: rt, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_, err = c.Find(t.Context(), jwks.Query{})
	return c, err
}

func at(t testing.TB, dir string, r *keyring.Ring) *jwks.Snapshots {
	t.Helper()
	s, err := keyfile.New(dir, r)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// filled returns a folder with the snapshot of a process that has ended, and the
// path to it.
func filled(t testing.TB, r *keyring.Ring) (dir, file string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "keys")
	c, err := start(t, at(t, dir, r), emulator.NewTenant(nil).Transport(), nil)
	must(t, errors.Join(err, c.Close()))
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("got the files %q, %v, want one", files, err)
	}
	return dir, files[0]
}

// fill puts the snapshot of one more flow into a folder without a ring.
func fill(t testing.TB, dir, flow string) {
	t.Helper()
	c, err := startFlow(t, flow, at(t, dir, nil), emulator.NewTenant(nil).Transport(), nil)
	must(t, errors.Join(err, c.Close()))
}

func ring(t testing.TB, seed byte) *keyring.Ring {
	t.Helper()
	r, err := keyring.New(slices.Repeat([]byte{seed}, keyring.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	must(t, err)
	return b
}
