// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

//go:build unix

package keyfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// checkPrivate returns why somebody else could have written what is there.
func checkPrivate(what string, info fs.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	switch me := os.Geteuid(); {
	case !ok:
		return errors.New("it can't be told who owns it; use a key ring")
	case int64(stat.Uid) != int64(me):
		return fmt.Errorf("%s belongs to user %d and this process runs as %d, so without a key ring it counts for nothing", what, stat.Uid, me)
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%s is open to others (mode %04o), so without a key ring it counts for nothing", what, info.Mode().Perm())
	}
	return nil
}

// syncFolder has the new name survive a crash of the machine.
func syncFolder(root *os.Root) error {
	f, err := root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
