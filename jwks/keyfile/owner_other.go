// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

//go:build !unix

package keyfile

import (
	"errors"
	"io/fs"
	"os"
)

// checkPrivate returns why somebody else could have written what is there.
func checkPrivate(string, fs.FileInfo) error {
	return errors.New("it can't be told who owns it; use a key ring")
}

// syncFolder does nothing: folders can't be synced.
func syncFolder(*os.Root) error { return nil }
