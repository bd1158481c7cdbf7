// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/b2ckit/b2ckit/emulator"
)

// none is the --keep-cert that keeps nothing.
const none = "none"

// certificate returns what the server serves; nil for plain http. That there is
// no place to keep a certificate that nobody has named doesn't stop the emulator.
func (f *emulateFlags) certificate(kept *keeper, tenants []*emulator.Tenant) (*served, error) {
	hosts := f.hosts(tenants)
	var unkept error
	switch {
	case f.http:
		return &served{}, nil
	case f.cert != "":
		return f.ownCertificate()
	case kept != nil:
		return kept.certificate(hosts)
	case f.keepCert == none:
	case f.keepCert != "":
		s, err := certificateFile{f.keepCert}.certificate(hosts)
		if err != nil {
			return nil, fmt.Errorf("--keep-cert: %w", err)
		}
		return s, nil
	default:
		file, err := defaultCertificateFile(tenants[0].Hosts()[0])
		if err == nil {
			s, err := file.certificate(hosts)
			if err == nil {
				return s, nil
			}
			unkept = err
		} else {
			unkept = err
		}
	}
	return &served{Certificate: emulator.NewCertificate(hosts...), note: "new on every start", unkept: unkept}, nil
}

// hosts returns the names that the certificate must be for, beside loopback's.
func (f *emulateFlags) hosts(tenants []*emulator.Tenant) []string {
	var hosts []string
	if host, _, err := net.SplitHostPort(f.address); err == nil {
		if ip := net.ParseIP(host); ip != nil && !ip.IsUnspecified() {
			hosts = append(hosts, host)
		}
	}
	for _, t := range tenants {
		hosts = append(hosts, t.Hosts()...)
	}
	return hosts
}

// ownCertificate returns the user's.
func (f *emulateFlags) ownCertificate() (*served, error) {
	cert, err := os.ReadFile(f.cert)
	if err != nil {
		return nil, fmt.Errorf("--cert: %w", err)
	}
	key, err := os.ReadFile(f.key)
	if err != nil {
		return nil, fmt.Errorf("--key: %w", err)
	}
	if bytes.Contains(cert, []byte("PRIVATE KEY-----")) { // clients are told to trust that file
		return nil, fmt.Errorf("--cert %s holds a private key; is it --key's file?", f.cert)
	}
	c, err := emulator.ParseCertificate(append(append(cert, '\n'), key...))
	if err != nil {
		return nil, fmt.Errorf("--cert %s, --key %s: %w", f.cert, f.key, err)
	}
	return &served{Certificate: c}, nil
}

// trusted returns the name of the file with the certificate that clients of a
// port must trust; "" for plain http. Its default place is the user's cache
// folder: the same on every start, in no repository by accident, and nothing is
// lost when someone clears it. The port keeps two emulators apart.
func (f *emulateFlags) trusted(port string) (string, error) {
	switch {
	case f.http:
		return "", nil
	case f.cert != "":
		return filepath.Abs(f.cert)
	case f.caFile != "":
		return filepath.Abs(f.caFile)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", noPlace(noHome(err))
	}
	return filepath.Join(cache, "b2ckit", "ca-"+port+".pem"), nil
}

func noPlace(err error) error {
	return fmt.Errorf("no place for the certificate that clients trust: %w; name one with --ca-file", err)
}

// placeCA is trusted for a file that is to be written. It makes the default
// folder.
func (f *emulateFlags) placeCA(port string) (name string, err error) {
	name, err = f.trusted(port)
	if err == nil && f.caFile == "" && f.writesCA() {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return "", noPlace(err)
		}
	}
	return name, err
}

func (f *emulateFlags) writesCA() bool { return !f.http && f.cert == "" }

// writeCA writes the certificate that clients must trust to the file for it, and
// returns its name; "" for plain http.
func (f *emulateFlags) writeCA(server *emulator.Server) (string, error) {
	name, err := f.placeCA(portOf(server.URL))
	if err != nil || !f.writesCA() {
		return name, err
	}
	return name, unwritten("certificate", writeFile(name, server.CACertificatePEM(), 0o644))
}

// checkPlaces looks whether what is written last can be, so that a start that
// fails for it leaves no other file behind.
func (f *emulateFlags) checkPlaces() error {
	if f.writesCA() {
		name, err := f.placeCA(f.port())
		if err != nil {
			return err
		}
		if err := checkPlace(name); err != nil {
			return unwritten("certificate", err)
		}
	}
	if f.state == "" {
		return nil
	}
	return unwritten("state", checkPlace(f.state))
}
