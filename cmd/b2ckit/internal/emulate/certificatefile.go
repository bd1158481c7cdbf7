// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// certificateFile keeps a certificate with its key, so that clients need to be
// told of it once.
type certificateFile struct{ path string }

// defaultCertificateFile is in the user's configuration folder, which nobody
// clears as they do the cache. The primary host keeps projects apart, whatever
// port they use.
func defaultCertificateFile(host string) (certificateFile, error) {
	folder, err := os.UserConfigDir()
	if err != nil {
		return certificateFile{}, noHome(err)
	}
	path := filepath.Join(folder, "b2ckit", host+".pem")
	return certificateFile{path}, os.MkdirAll(filepath.Dir(path), 0o700)
}

// certificate returns the one in the file if it fits, or a new one, which then is
// in the file. It never changes a file that it can't read.
func (k certificateFile) certificate(hosts []string) (*served, error) {
	data, err := os.ReadFile(k.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return k.first(hosts)
	case err != nil:
		return nil, err
	}
	s, err := reused(data, hosts)
	if err != nil {
		return nil, fmt.Errorf("%s can't be used, and is left as it is: %w", k.path, err)
	}
	s.file = k.path
	if s.kept {
		return s, nil
	}
	text, err := s.PEM()
	if err == nil {
		err = writeFile(k.path, text, 0o600)
	}
	return s, err
}

// first makes the file. If another emulator does so at the same time, both serve
// the certificate of the one that was first.
func (k certificateFile) first(hosts []string) (*served, error) {
	s := &served{Certificate: emulator.NewCertificate(hosts...), file: k.path, note: "new; clients need to be told once, it stays the same"}
	text, err := s.PEM()
	if err != nil {
		return nil, err
	}
	err = createFile(k.path, text, 0o600)
	if !errors.Is(err, fs.ErrExist) {
		return s, err
	}
	if _, err := os.Stat(k.path); err != nil { // a link to nowhere
		return nil, err
	}
	return k.certificate(hosts)
}

// served is the certificate of a server, and what there is to say of it.
type served struct {
	*emulator.Certificate
	note string // for the report
	file string // that keeps it and nothing else, "" for none
	kept bool   // it is that of an earlier start

	unkept error // why no file keeps it, though nobody asked for that
}

// reused returns a certificate that was kept, or a new one if that is for other
// hosts or at its end. An error holds no key.
func reused(kept []byte, hosts []string) (*served, error) {
	c, err := emulator.ParseCertificate(kept)
	if err != nil {
		return nil, err
	}
	day := c.Expires().UTC().Format(time.DateOnly)
	lacking := slices.DeleteFunc(slices.Clone(hosts), func(h string) bool { return c.Covers(h) })
	s := &served{Certificate: c, note: "the one of earlier starts, good until " + day, kept: true}
	switch {
	case c.Covers(hosts...):
		return s, nil
	case time.Now().After(c.Expires()):
		s.note = "NEW, as the one before ended on " + day
	case time.Until(c.Expires()) < 24*time.Hour:
		s.note = "NEW, as the one before ends on " + day
	case c.Covers():
		s.note = "NEW, as the one before was not for " + strings.Join(lacking, ", ")
	default:
		s.note = "NEW, as the one before was not for localhost"
	}
	s.Certificate, s.kept = emulator.NewCertificate(hosts...), false
	return s, nil
}

// noHome says in our words that there is no folder of the user's.
func noHome(err error) error {
	return errors.New(strings.NewReplacer("are defined", "is set", "is not defined", "is not set").Replace(err.Error()))
}
