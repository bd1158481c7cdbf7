// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package keyfile_test

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks/keyfile"
)

// What is not whole is none, wherever it was cut and whichever bit was turned.
func TestDamaged(t *testing.T) {
	dir, file := filled(t, nil)
	value := read(t, file)
	try := func(what string, i int, damaged []byte) {
		must(t, os.WriteFile(file, damaged, 0o600))
		c, err := start(t, at(t, dir, nil), away, nil)
		if err == nil || c.Current() != nil {
			t.Fatalf("%s at %d of %d: accepted", what, i, len(value))
		}
		must(t, c.Close())
	}
	for i := range value {
		try("cut", i, value[:i])
		flipped := slices.Clone(value)
		flipped[i] ^= 1 << (i % 8)
		try("flipped", i, flipped)
	}
	try("longer", len(value), append(slices.Clone(value), 0))
	must(t, os.WriteFile(file, value, 0o600))
	if _, err := start(t, at(t, dir, nil), away, nil); err != nil {
		t.Errorf("whole: %v", err)
	}
}

// Many processes write at once, and whoever reads has a whole snapshot.
func TestManyWriters(t *testing.T) {
	dir, file := filled(t, nil)
	b2c := emulator.NewTenant(nil)
	var writers, readers sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		c, err := start(t, at(t, dir, nil), b2c.Transport(), nil)
		must(t, err)
		writers.Go(func() {
			for range 5 {
				if err := c.Refresh(t.Context()); err != nil {
					t.Errorf("Refresh: %v", err)
				}
				_ = c.Close()
				c, err = start(t, at(t, dir, nil), b2c.Transport(), nil)
				if err != nil {
					t.Errorf("start: %v", err)
				}
			}
		})
	}
	readers.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			if c, err := start(t, at(t, dir, nil), away, nil); err != nil {
				t.Errorf("a reader: %v", err)
			} else {
				_ = c.Close()
			}
		}
	})
	writers.Wait()
	close(stop)
	readers.Wait()
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 || files[0].Name() != filepath.Base(file) {
		t.Errorf("got %v, %v, want the one file", files, err)
	}
}

func TestNewRefuses(t *testing.T) {
	if s, err := keyfile.New("", nil); s != nil || err == nil || err.Error() != "keyfile: dir: empty" {
		t.Errorf("got %v, %v", s, err)
	}
	dir := filepath.Join(t.TempDir(), "not", "yet")
	s := at(t, dir, nil)
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Error("the constructor does I/O")
	}
	if want := "jwks.Snapshots(keyfile " + dir + ")"; s.String() != want {
		t.Errorf("got %s, want %s", s, want)
	}
}

// A folder that can't be written costs a line in the log, and no fetch.
func TestFolderThatCantBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	var log buffer
	c, err := start(t, at(t, filepath.Join(file, "keys"), nil), emulator.NewTenant(nil).Transport(), &log)
	if err != nil || c.State().FromSnapshot {
		t.Errorf("got %v", err)
	}
	must(t, c.Close())
	if !log.has("the store of key snapshots fails") || !log.has("error=\"load: keyfile: ") {
		t.Errorf("got %s", log.String())
	}
}
