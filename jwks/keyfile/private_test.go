// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

//go:build unix

package keyfile_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// Without a ring a snapshot counts only if nobody else can have written it.
func TestWithoutRingOnlyOnesOwn(t *testing.T) {
	for _, tt := range []struct {
		name   string
		spoil  func(t *testing.T, dir, file string)
		reason string // in the log; "" if it is used
	}{
		{"as it was", func(*testing.T, string, string) {}, ""},
		{"folder of others", func(t *testing.T, dir, _ string) { must(t, os.Chmod(dir, 0o777)) }, "the folder is open to others (mode 0777)"},
		{"folder of the group", func(t *testing.T, dir, _ string) { must(t, os.Chmod(dir, 0o770)) }, "must be this user's own, with mode 0700"},
		{"folder that others read", func(t *testing.T, dir, _ string) { must(t, os.Chmod(dir, 0o755)) }, "the folder is open to others"},
		{"folder with the sticky bit", func(t *testing.T, dir, _ string) { must(t, os.Chmod(dir, 0o777|os.ModeSticky)) }, "the folder is open to others"},
		{"file of others", func(t *testing.T, _, file string) { must(t, os.Chmod(file, 0o666)) }, "is open to others (mode 0666)"},
		{"file that the group reads", func(t *testing.T, _, file string) { must(t, os.Chmod(file, 0o640)) }, "is open to others (mode 0640)"},
		{"another's file", func(t *testing.T, _, file string) { must(t, chown(t, file)) }, "belongs to user 12345"},
		{"another's folder", func(t *testing.T, dir, _ string) { must(t, chown(t, dir)) }, "the folder belongs to user 12345"},
		{"link to a file", func(t *testing.T, dir, file string) {
			must(t, os.Rename(file, filepath.Join(dir, "other")))
			must(t, os.Symlink("other", file))
		}, "is no regular file"},
		{"link to a file elsewhere", func(t *testing.T, _, file string) {
			_, other := filled(t, nil)
			must(t, os.Remove(file))
			must(t, os.Symlink(other, file))
		}, "is no regular file"},
		{"link to another's folder", func(t *testing.T, dir, _ string) {
			must(t, os.Rename(dir, dir+".open"))
			must(t, os.Chmod(dir+".open", 0o755))
			must(t, os.Symlink(dir+".open", dir))
		}, "the folder is open to others"},
		{"link to one's own folder", func(t *testing.T, dir, _ string) {
			must(t, os.Rename(dir, dir+".moved"))
			must(t, os.Symlink(dir+".moved", dir))
		}, ""},
		{"pipe", func(t *testing.T, _, file string) {
			must(t, os.Remove(file))
			must(t, syscall.Mkfifo(file, 0o600))
		}, "is no regular file"},
		{"folder in place of the file", func(t *testing.T, _, file string) {
			must(t, os.Remove(file))
			must(t, os.Mkdir(file, 0o700))
		}, "but a folder; remove it"},
		{"file in place of the folder", func(t *testing.T, dir, _ string) {
			must(t, os.RemoveAll(dir))
			must(t, os.WriteFile(dir, nil, 0o600))
		}, "not a directory"},
		{"pipe in place of the folder", func(t *testing.T, dir, _ string) {
			must(t, os.RemoveAll(dir))
			must(t, syscall.Mkfifo(dir, 0o600))
		}, "not a directory"},
		{"endless", func(t *testing.T, _, file string) { must(t, os.Truncate(file, 1<<40)) }, "longer than 262144 bytes"},
		{"empty", func(t *testing.T, _, file string) { must(t, os.Truncate(file, 0)) }, "none"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir, file := filled(t, nil)
			tt.spoil(t, dir, file)
			var log buffer
			began := time.Now()
			c, err := start(t, at(t, dir, nil), away, &log)
			if used := err == nil; used != (tt.reason == "") || used != (c.Current() != nil) {
				t.Errorf("got %v", err)
			}
			if took := time.Since(began); took > 4*time.Second {
				t.Errorf("took %v", took)
			}
			if tt.reason != "" && tt.reason != "none" && !log.has(tt.reason) {
				t.Errorf("got the log %s, want %q once", log.String(), tt.reason)
			}
		})
	}
}

// chown gives a file to somebody else, which only root can.
func chown(t *testing.T, file string) error {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	return os.Chown(file, 12345, 12345)
}

// An attacker's key set under the right issuer, well-formed and with the right
// checksum, is of no use in a folder that others can write to, nor where there is
// a ring.
func TestAttackersFile(t *testing.T) {
	_, file := filled(t, nil)
	theirs := read(t, file)
	t.Run("open folder", func(t *testing.T) {
		dir, mine := filled(t, nil)
		must(t, os.Chmod(dir, 0o777))
		must(t, os.Remove(mine))
		must(t, os.WriteFile(mine, theirs, 0o600))
		if c, err := start(t, at(t, dir, nil), away, nil); err == nil || c.Current() != nil {
			t.Error("accepted")
		}
	})
	t.Run("ring", func(t *testing.T) {
		dir, mine := filled(t, ring(t, 1))
		must(t, os.WriteFile(mine, theirs, 0o600))
		if c, err := start(t, at(t, dir, ring(t, 1)), away, nil); err == nil || c.Current() != nil {
			t.Error("accepted")
		}
	})
	t.Run("another's ring", func(t *testing.T) {
		dir, _ := filled(t, ring(t, 2))
		if c, err := start(t, at(t, dir, ring(t, 1)), away, nil); err == nil || c.Current() != nil {
			t.Error("accepted")
		}
	})
}

// With a ring it doesn't matter who may write.
func TestWithRingAnyFolder(t *testing.T) {
	dir, file := filled(t, ring(t, 1))
	must(t, os.Chmod(dir, 0o777))
	must(t, os.Chmod(file, 0o666))
	if c, err := start(t, at(t, dir, ring(t, 1)), away, nil); err != nil || !c.State().FromSnapshot {
		t.Errorf("got %v, want the snapshot", err)
	}
}

func TestModes(t *testing.T) {
	dir, file := filled(t, ring(t, 1))
	for path, want := range map[string]os.FileMode{dir: 0o700 | os.ModeDir, file: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: got %v, %v, want %v", path, info.Mode(), err, want)
		}
	}
	if name := filepath.Base(file); len(name) != 64+len(".keys") {
		t.Errorf("got the name %s", name)
	}
}

// What a killed process has left is removed, and what another is about to write
// stays.
func TestLeftovers(t *testing.T) {
	dir, file := filled(t, nil)
	old, fresh := file+".OLD.tmp", file+".FRESH.tmp"
	must(t, os.WriteFile(old, []byte("x"), 0o600))
	must(t, os.WriteFile(fresh, []byte("x"), 0o600))
	must(t, os.Chtimes(old, time.Now(), time.Now().Add(-2*time.Hour)))
	must(t, os.Remove(file))
	c, err := start(t, at(t, dir, nil), emulator.NewTenant(nil).Transport(), nil)
	must(t, err)
	must(t, c.Close())
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Errorf("the old one: %v", err)
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Errorf("the fresh one: %v", err)
	}
}

// A file that doesn't count costs its own snapshot alone: the next fetch replaces
// it, and the files beside it are read.
func TestFileThatDoesNotCount(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, file string){
		"open to others": func(t *testing.T, file string) { must(t, os.Chmod(file, 0o644)) },
		"another's":      func(t *testing.T, file string) { must(t, chown(t, file)) },
		"link": func(t *testing.T, file string) {
			must(t, os.Remove(file))
			must(t, os.Symlink("other", file))
		},
		"pipe": func(t *testing.T, file string) {
			must(t, os.Remove(file))
			must(t, syscall.Mkfifo(file, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, file := filled(t, nil)
			fill(t, dir, "B2C_1_edit")
			spoil(t, file)

			var log buffer
			snapshots := at(t, dir, nil)
			if c, err := startFlow(t, "B2C_1_susi", snapshots, away, &log); err == nil || c.Current() != nil {
				t.Error("it counts")
			}
			if _, err := startFlow(t, "B2C_1_edit", snapshots, away, nil); err != nil {
				t.Errorf("the file beside it: %v", err)
			}
			if !log.has("key snapshot not used") {
				t.Errorf("got the log %s", log.String())
			}

			c, err := start(t, at(t, dir, nil), emulator.NewTenant(nil).Transport(), nil)
			must(t, err)
			must(t, c.Close())
			if c, err := start(t, at(t, dir, nil), away, nil); err != nil || !c.State().FromSnapshot {
				t.Errorf("got %v, want the file of the last fetch", err)
			}
		})
	}
}
