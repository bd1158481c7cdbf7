// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// writeFile replaces a file at once: whoever reads it finds the old or the new
// content, also after a crash.
func writeFile(name string, data []byte, mode os.FileMode) error {
	return viaTemp(name, data, mode, os.Rename)
}

// createFile is writeFile for a file that isn't there yet; else the error is
// fs.ErrExist.
func createFile(name string, data []byte, mode os.FileMode) error {
	return viaTemp(name, data, mode, func(temp, name string) error {
		err := os.Link(temp, name)
		if err != nil && !errors.Is(err, fs.ErrExist) { // not every file system has links
			return os.Rename(temp, name)
		}
		_ = os.Remove(temp)
		return err
	})
}

// viaTemp writes a file beside the one that is meant, and has it take its place.
func viaTemp(name string, data []byte, mode os.FileMode, place func(temp, name string) error) (err error) {
	temp, err := tempBeside(name)
	if err != nil {
		return err
	}
	defer func() {
		if e, ok := errors.AsType[*os.LinkError](err); ok {
			err = fmt.Errorf("%s: %w", name, e.Err)
		}
		if err != nil {
			_ = os.Remove(temp.Name())
		}
	}()
	_, err = temp.Write(data)
	for _, step := range []func() error{func() error { return temp.Chmod(mode) }, temp.Sync, temp.Close} {
		err = errors.Join(err, step())
	}
	if err != nil {
		return err
	}
	return place(temp.Name(), name)
}

func tempBeside(name string) (*os.File, error) {
	temp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-")
	if e, ok := errors.AsType[*fs.PathError](err); ok { // the temporary name says nothing to anyone
		return nil, fmt.Errorf("%s: %w", name, e.Err)
	}
	return temp, err
}

// checkPlace returns the error that writeFile would, as far as can be known.
func checkPlace(name string) error {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return fmt.Errorf("%s: is a directory", name)
	}
	temp, err := tempBeside(name)
	if err != nil {
		return err
	}
	return errors.Join(temp.Close(), os.Remove(temp.Name()))
}

// unwritten says of an error what wasn't written; nil is none.
func unwritten(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("can't write the %s: %w", what, err)
}
