// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/keyring"
)

func example(t testing.TB) *stored {
	t.Helper()
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join("..", "testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	return &stored{
		metadata: storedDocument{document{body: read("metadata/user-flow.json"), etag: `"1"`, maxAge: -1}, time.UnixMilli(1764288000000)},
		keys:     storedDocument{document{body: read("jwks/user-flow.json"), maxAge: 300 * time.Second}, time.UnixMilli(1764288000123)},
	}
}

func TestStoredRoundTrip(t *testing.T) {
	want := example(t)
	got, err := parseStored(want.encode())
	if err != nil || *got != *want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestParseStoredRefuses(t *testing.T) {
	good := example(t).encode()
	metadata := 1 + documentHeader + len(example(t).metadata.etag)
	for name, change := range map[string]func(b []byte) []byte{
		"nothing":                func([]byte) []byte { return nil },
		"another version":        func(b []byte) []byte { b[0] = 2; return b },
		"a byte more":            func(b []byte) []byte { return append(b, 0) },
		"a byte less":            func(b []byte) []byte { return b[:len(b)-1] },
		"a time below zero":      func(b []byte) []byte { b[1] = 0x80; return b },
		"a time beyond all":      func(b []byte) []byte { b[1] = 0x7f; return b },
		"a hint below -1":        func(b []byte) []byte { b[16] = 0xfe; return b },
		"a hint of 600 years":    func(b []byte) []byte { copy(b[9:], []byte{0, 0, 0, 5, 0, 0, 0, 0}); return b },
		"an ETag with a newline": func(b []byte) []byte { b[metadata-1] = '\n'; return b },
		"an ETag of all":         func(b []byte) []byte { b[17], b[18] = 0xff, 0xff; return b },
		"a body of all":          func(b []byte) []byte { copy(b[19:], []byte{0xff, 0xff, 0xff, 0xff}); return b },
		"a huge one":             func(b []byte) []byte { return append(b, make([]byte, MaxSnapshotBytes)...) },
	} {
		if s, err := parseStored(change(slices.Clone(good))); s != nil || !errors.Is(err, errNotStored) {
			t.Errorf("%s: got %v, %v", name, s, err)
		}
	}
}

// What is parsed is written the same way again, and within its bounds.
func FuzzStored(f *testing.F) {
	f.Add(example(f).encode())
	f.Add([]byte{storedVersion})
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := parseStored(b)
		if err != nil {
			return
		}
		if again := s.encode(); !bytes.Equal(again, b) {
			t.Errorf("got %x again, want %x", again, b)
		}
		for _, d := range []storedDocument{s.metadata, s.keys} {
			if d.body == "" || d.etag != "" && !isVisible(d.etag) || d.maxAge < -1 || d.maxAge > 1<<31*time.Second || d.at.UnixMilli() < 0 {
				t.Errorf("got %+v", d)
			}
		}
	})
}

// shelf is a store with one value.
type shelf struct{ value []byte }

func (*shelf) Place() string                                              { return "shelf" }
func (s *shelf) Load(context.Context, string) ([]byte, error)             { return s.value, nil }
func (*shelf) Save(context.Context, string, []byte, time.Duration) error  { return nil }
func unreachable(*http.Request) (*http.Response, error)                   { return nil, errors.New("away") }
func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

type transportFunc func(*http.Request) (*http.Response, error)

// Whatever a snapshot's documents say, even under the right seal, nothing is used
// that could not have been fetched.
func FuzzSnapshotDocuments(f *testing.F) {
	good := example(f)
	f.Add(good.metadata.body, good.keys.body, int64(0), int64(0))
	f.Add(strings.ReplaceAll(good.metadata.body, "contoso.b2clogin.com", "example.com"), good.keys.body, int64(0), int64(0))
	f.Add(good.metadata.body, good.keys.body, int64(-90000000), int64(60001))
	tenant, err := authority.B2C("contoso", "11111111-1111-1111-1111-111111111111")
	if err != nil {
		f.Fatal(err)
	}
	a := tenant.Flow("B2C_1_susi")
	ring, err := keyring.New(slices.Repeat([]byte{1}, keyring.KeySize))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, metadata, keys string, metadataAt, keysAt int64) {
		now := time.Now()
		const day = int64(24 * time.Hour / time.Millisecond)
		at := func(ms int64) time.Time { return now.Add(time.Duration(ms%(2*day)) * time.Millisecond) }
		s := &stored{
			storedDocument{document{body: metadata, maxAge: -1}, at(metadataAt)},
			storedDocument{document{body: keys, maxAge: -1}, at(keysAt)},
		}
		store := &shelf{newSeal(a, "shelf", ring).close(s.encode())}
		snapshots, err := NewSnapshots(store, ring)
		if err != nil {
			t.Fatal(err)
		}
		c, err := New(a, &Options{Snapshots: snapshots, Transport: transportFunc(unreachable), Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		set, err := c.Find(context.Background(), Query{})
		if err != nil {
			if set != nil || c.Current() != nil {
				t.Error("refused, and used all the same")
			}
			return
		}
		fetched, problem := NewStatic(a, set.Issuer(), []byte(keys))
		if problem != nil || !sameKeys(fetched.Current(), set) {
			t.Errorf("used, though it could not have been fetched: %v", problem)
		}
		for _, age := range []time.Duration{now.Sub(s.metadata.at), now.Sub(s.keys.at)} {
			if age > 24*time.Hour || age < -time.Minute-time.Second {
				t.Errorf("used at the age of %v", age)
			}
		}
	})
}
