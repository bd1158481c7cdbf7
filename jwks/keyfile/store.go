// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package keyfile

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/jwks/internal/private"
	"github.com/b2ckit/b2ckit/keyring"
)

// New returns the snapshots in a folder, which is made when the first one is
// saved. It does no I/O. The ring may be nil where files have owners; see the
// package comment for what is then asked of the folder.
func New(dir string, ring *keyring.Ring) (*jwks.Snapshots, error) {
	if dir == "" {
		return nil, errors.New("keyfile: dir: empty")
	}
	dir, err := filepath.Abs(dir) // the program may go elsewhere
	if err != nil {
		return nil, fmt.Errorf("keyfile: dir: %w", err)
	}
	if ring != nil {
		return jwks.NewSnapshots(&store{dir: dir}, ring)
	}
	if os.Geteuid() < 0 {
		return nil, errors.New("keyfile: ring: nil; on this system it can't be told who may write to a file, so snapshots are sealed")
	}
	return jwks.NewSnapshots(&privateStore{store{dir: dir, check: checkPrivate}}, nil)
}

// store is the files of a folder.
type store struct {
	dir   string
	check func(what string, info fs.FileInfo) error // nil if anybody may have written them
	swept sync.Once
}

// privateStore is one that checks who may have written them.
type privateStore struct{ store }

func (*privateStore) Private() private.Mark { return private.Mark{} }

// Place implements [jwks.Store]. Where the folder is doesn't matter: it may move
// with the program.
func (*store) Place() string { return "keyfile" }

func (s *store) String() string { return "keyfile " + s.dir }

const (
	suffix     = ".keys"
	tempSuffix = ".tmp"
)

// Load implements [jwks.Store].
func (s *store) Load(_ context.Context, name string) ([]byte, error) {
	root, err := s.open()
	if root == nil {
		return nil, err
	}
	defer root.Close()
	value, err := s.read(root, name+suffix)
	if err != nil {
		return nil, s.failed(err)
	}
	return value, nil
}

// open returns the folder, nil if there is none or it can't be trusted.
func (s *store) open() (*os.Root, error) {
	// The dot is there for folders alone: opening a pipe would hang.
	root, err := os.OpenRoot(s.dir + string(filepath.Separator) + ".")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, s.failed(err)
	}
	if s.check == nil {
		return root, nil
	}
	info, err := root.Stat(".") // of what was opened, wherever the path leads by now
	if err == nil {
		if err = s.check("the folder", info); err != nil {
			err = fmt.Errorf("%w; it must be this user's own, with mode 0700", err)
		}
	}
	if err != nil {
		_ = root.Close()
		return nil, s.failed(err)
	}
	return root, nil
}

func (s *store) read(root *os.Root, file string) ([]byte, error) {
	named, err := root.Lstat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case named.IsDir(): // which a file can't replace
		return nil, &private.Refused{Why: errors.New("it is no regular file but a folder; remove it")}
	case !named.Mode().IsRegular():
		return nil, refused(fmt.Errorf("it is no regular file (%v)", named.Mode().Type()))
	}
	// Should it have become a pipe since, opening it must not hang.
	f, err := root.OpenFile(file, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if errors.Is(err, fs.ErrPermission) {
		return nil, refused(err)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, refused(errors.New("it is no regular file"))
	case s.check != nil:
		if err := s.check("the file", info); err != nil {
			return nil, refused(err)
		}
	}
	return io.ReadAll(io.LimitReader(f, jwks.MaxSnapshotBytes+1))
}

// refused is about one file. The folder is as good as ever.
func refused(why error) error {
	return &private.Refused{Why: fmt.Errorf("%w; the next good fetch replaces it", why)}
}

// Save implements [jwks.Store].
func (s *store) Save(_ context.Context, name string, value []byte, _ time.Duration) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return s.failed(err)
	}
	root, err := s.open()
	if root == nil {
		return err
	}
	defer root.Close()
	s.swept.Do(func() { sweep(root) })
	if err := replace(root, name+suffix, value); err != nil {
		return s.failed(err)
	}
	return nil
}

func replace(root *os.Root, file string, value []byte) error {
	temp := file + "." + rand.Text() + tempSuffix
	if err := write(root, temp, value); err != nil {
		_ = root.Remove(temp)
		return err
	}
	if err := root.Rename(temp, file); err != nil {
		_ = root.Remove(temp)
		return err
	}
	return syncFolder(root)
}

func write(root *os.Root, file string, value []byte) error {
	f, err := root.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(value)
	return errors.Join(err, f.Sync(), f.Close())
}

// sweep removes what processes that were killed have left.
func sweep(root *os.Root) {
	files, err := fs.Glob(root.FS(), "*"+suffix+".*"+tempSuffix)
	if err != nil {
		return
	}
	for _, file := range files {
		if info, err := root.Lstat(file); err == nil && time.Since(info.ModTime()) > time.Hour {
			_ = root.Remove(file)
		}
	}
}

func (s *store) failed(err error) error {
	if strings.Contains(err.Error(), s.dir) {
		return fmt.Errorf("keyfile: %w", err)
	}
	return fmt.Errorf("keyfile: %s: %w", s.dir, err)
}
