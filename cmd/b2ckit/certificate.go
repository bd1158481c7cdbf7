// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/b2ckit/b2ckit/emulator"
)

// certificate returns the user's own; nil for one that is made.
func (f *emulateFlags) certificate() (*emulator.Certificate, error) {
	if f.cert == "" {
		return nil, nil //nolint:nilnil // Start takes nil for that
	}
	cert, err := os.ReadFile(f.cert)
	if err != nil {
		return nil, err
	}
	key, err := os.ReadFile(f.key)
	if err != nil {
		return nil, err
	}
	if bytes.Contains(cert, []byte("PRIVATE KEY-----")) { // clients are told to trust that file
		return nil, fmt.Errorf("--cert %s holds a private key; is it --key's file?", f.cert)
	}
	c, err := emulator.ParseCertificate(append(append(cert, '\n'), key...))
	if err != nil {
		return nil, fmt.Errorf("--cert %s, --key %s: %w", f.cert, f.key, err)
	}
	return c, nil
}

// writeCA writes the certificate that clients must trust to a file and returns
// its name; "" for plain http. The place is the user's cache folder: the same on
// every start, in no repository by accident, and nothing is lost when someone
// clears it. The port keeps two emulators apart.
func (f *emulateFlags) writeCA(server *emulator.Server) (string, error) {
	if f.http {
		return "", nil
	}
	if f.cert != "" {
		return filepath.Abs(f.cert)
	}
	name := f.caFile
	if name == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("no place for the certificate: %w; name one with --ca-file", err)
		}
		name = filepath.Join(cache, "b2ckit", "ca-"+portOf(server.URL)+".pem")
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return "", fmt.Errorf("no place for the certificate: %w; name one with --ca-file", err)
		}
	}
	name, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	if err := writeFile(name, server.CACertificatePEM(), 0o644); err != nil {
		return "", fmt.Errorf("can't write the certificate: %w", err)
	}
	return name, nil
}
