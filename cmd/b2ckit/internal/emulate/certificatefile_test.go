// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// configured makes a configuration folder, empty as on a new machine.
func configured(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData"} {
		t.Setenv(name, home)
	}
	folder, err := os.UserConfigDir()
	if err != nil || !strings.HasPrefix(folder, home) {
		t.Fatalf("the configuration folder is %s, %v", folder, err)
	}
	return folder
}

// certified returns the certificate that a start told clients of, and what it
// said of it.
func certified(t *testing.T, args ...string) (ca, note string) {
	t.Helper()
	r := serve(t, args...)
	if status, _ := calls(t, r.text)[0].do(t); status != 200 {
		t.Errorf("got status %d", status)
	}
	ca = read(t, r.value(t, "trust"))
	_, note, _ = strings.Cut(r.text, "\n          (")
	_, note, _ = strings.Cut(note, "\n          (") // behind that of the dashboard
	note, _, _ = strings.Cut(note, ")\n")
	if status := r.stop(); status != 0 {
		t.Errorf("got exit status %d: %s", status, r.stderr.String())
	}
	return ca, note
}

// TestCertificateIsKept: without a flag, the certificate is the same on every
// start, at whatever port, as long as it is good for the names.
func TestCertificateIsKept(t *testing.T) {
	folder, dir := configured(t), t.TempDir()
	path := filepath.Join(folder, "b2ckit", "contoso.b2clogin.com.pem")
	first, note := certified(t)
	if want := "new; clients need to be told once, it stays the same"; note != want {
		t.Errorf("got %q, want %q", note, want)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Fatalf("got %v, %v, want mode 0600", info, err)
	}
	kept := read(t, path)
	if again, note := certified(t); again != first || !strings.HasPrefix(note, "the one of earlier starts, good until 20") {
		t.Errorf("got another certificate, %q", note)
	}
	if !strings.Contains(kept, first) || strings.Count(kept, "PRIVATE KEY-----") != 2 || read(t, path) != kept {
		t.Error("the file isn't the certificate with one key, as it was")
	}
	more := write(t, dir, "more.json", `{"tenants": [{"hosts": ["contoso.b2clogin.com", "login.contoso.example"]}]}`)
	second, note := certified(t, "--config", more)
	if want := "NEW, as the one before was not for login.contoso.example"; second == first || note != want {
		t.Errorf("got %q, want a new one and %q", note, want)
	}
	if again, note := certified(t); again != second || !strings.HasPrefix(note, "the one of earlier starts") {
		t.Errorf("fewer names: got another certificate, %q", note)
	}
	other := write(t, dir, "other.json", `{"tenants": [{"name": "fabrikam"}]}`)
	if third, note := certified(t, "--config", other); third == second || !strings.HasPrefix(note, "new;") {
		t.Errorf("another project: got %q", note)
	}
	if again, _ := certified(t); again != second {
		t.Error("another project has changed the certificate")
	}
	if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != 2 {
		t.Errorf("got %v, %v, want two files", files, err)
	}
}

// TestCertificateAtItsEnd: one that ended, or is about to, is replaced.
func TestCertificateAtItsEnd(t *testing.T) {
	for lifetime, want := range map[time.Duration]string{
		-time.Hour:      "NEW, as the one before ended on " + time.Now().Add(-time.Hour).UTC().Format(time.DateOnly),
		20 * time.Hour:  "NEW, as the one before ends on " + time.Now().Add(20*time.Hour).UTC().Format(time.DateOnly),
		100 * time.Hour: "the one of earlier starts, good until " + time.Now().Add(100*time.Hour).UTC().Format(time.DateOnly),
	} {
		path := write(t, t.TempDir(), "kept.pem", selfSigned(t, time.Now().Add(lifetime), "localhost", "contoso.b2clogin.com"))
		first, note := certified(t, "--keep-cert", path)
		if note != want {
			t.Errorf("good for %s: got %q, want %q", lifetime, note, want)
		}
		if again, note := certified(t, "--keep-cert", path); again != first || !strings.HasPrefix(note, "the one of earlier starts") {
			t.Errorf("good for %s: got another one after it, %q", lifetime, note)
		}
	}
	path := write(t, t.TempDir(), "kept.pem", selfSigned(t, time.Now().Add(100*time.Hour), "contoso.b2clogin.com"))
	if _, note := certified(t, "--keep-cert", path); note != "NEW, as the one before was not for localhost" {
		t.Errorf("got %q", note)
	}
}

func selfSigned(t *testing.T, end time.Time, names ...string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: end.Add(-1000 * time.Hour), NotAfter: end,
		DNSNames: names, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})) + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
}

// TestCertificateIsNotKept: where nothing can be kept, or should be, it is a new
// one on every start, and a place that nobody has named stops nothing.
func TestCertificateIsNotKept(t *testing.T) {
	dir := t.TempDir()
	blocked := write(t, dir, "file", "")
	for _, c := range []struct {
		what    string
		prepare func(t *testing.T)
		args    []string
		warning string
	}{
		{"asked for", func(t *testing.T) { configured(t) }, []string{"--keep-cert", "none"}, ""},
		{"no home", func(t *testing.T) {
			for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData"} {
				t.Setenv(name, "")
			}
		}, nil, " is set); --keep-cert FILE would keep it\n"},
		{"no folder can be made", func(t *testing.T) {
			for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData"} {
				t.Setenv(name, blocked)
			}
		}, nil, "b2ckit emulate: the certificate is new on every start (mkdir "},
		{"a damaged file", func(t *testing.T) {
			folder := filepath.Join(configured(t), "b2ckit")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, folder, "contoso.b2clogin.com.pem", "damaged")
		}, nil, "contoso.b2clogin.com.pem can't be used, and is left as it is: emulator: no certificate with its key"},
	} {
		t.Run(c.what, func(t *testing.T) {
			c.prepare(t)
			var cas [2]string
			for i := range cas {
				r := serve(t, c.args...)
				cas[i] = read(t, r.value(t, "trust"))
				if !strings.Contains(r.text, "\n          (new on every start)\n") || strings.Contains(r.text, "\nkept ") {
					t.Errorf("it isn't said in:\n%s", r.text)
				}
				if got := r.stderr.String(); !strings.Contains(got, c.warning) || (c.warning != "") != (strings.Count(got, "\n") == 1) {
					t.Errorf("got %q, want a line with %q", got, c.warning)
				}
				r.stop()
			}
			if cas[0] == cas[1] {
				t.Error("got the same certificate twice")
			}
		})
	}
}

// TestFailedStart: one that fails for a place leaves no file at another, so that the
// next start is the first. What it says is why it fails, and nothing else.
func TestFailedStart(t *testing.T) {
	dir := t.TempDir()
	ca, nowhere := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "none", "file")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--ca-file", nowhere}, "can't write the certificate: " + nowhere + ": no such file or directory\n"},
		{[]string{"--ca-file", dir}, "can't write the certificate: " + dir + ": is a directory\n"},
		{[]string{"--ca-file", ca, "--state", nowhere}, "can't write the state: " + nowhere + ": no such file or directory\n"},
		{[]string{"--ca-file", nowhere, "--state", filepath.Join(dir, "state.json")}, "can't write the certificate: "},
		{[]string{"--ca-file", ca, "--sign-in-as", "nobody"}, "--sign-in-as: "},
	} {
		folder := configured(t)
		status, stdout, stderr := refused(t, append([]string{"emulate", "--address", "0"}, c.args...)...)
		if status != 1 || stdout != "" || !strings.HasPrefix(stderr, "b2ckit emulate: "+c.want) {
			t.Errorf("%q: got %d, %q, %q, want %q", c.args, status, stdout, stderr, c.want)
		}
		left, err := filepath.Glob(filepath.Join(folder, "b2ckit", "*"))
		files, readErr := os.ReadDir(dir)
		if err := errors.Join(err, readErr); err != nil || len(left)+len(files) > 0 {
			t.Errorf("%q: got %v, %v, %v, want no files", c.args, left, files, err)
		}
	}
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "AppData", "LocalAppData"} {
		t.Setenv(name, "")
	}
	status, _, stderr := refused(t, "emulate", "--address", "0")
	if status != 1 || !strings.HasPrefix(stderr, "b2ckit emulate: no place for the certificate that clients trust: ") || !strings.HasSuffix(stderr, " set; name one with --ca-file\n") ||
		strings.Count(stderr, "\n") != 1 {
		t.Errorf("without a home: got %d, %q", status, stderr)
	}
}

// TestNamedCertificateFile: a place that was named must do, and stays as it is if
// it doesn't.
func TestNamedCertificateFile(t *testing.T) {
	dir := t.TempDir()
	damaged := write(t, dir, "damaged.pem", "my novel")
	nowhere := filepath.Join(dir, "link.pem")
	if err := os.Symlink(filepath.Join(dir, "nowhere.pem"), nowhere); err != nil {
		t.Skip(err)
	}
	for path, want := range map[string]string{
		nowhere:                                "b2ckit emulate: --keep-cert: stat " + nowhere + ": no such file or directory\n",
		damaged:                                "b2ckit emulate: --keep-cert: " + damaged + " can't be used, and is left as it is: emulator: no certificate with its key",
		filepath.Join(dir, "none", "kept.pem"): "b2ckit emulate: --keep-cert: " + filepath.Join(dir, "none", "kept.pem") + ": no such file or directory\n",
		dir:                                    "b2ckit emulate: --keep-cert: read " + dir,
	} {
		status, stdout, stderr := refused(t, "emulate", "--address", "0", "--keep-cert", path)
		if status != 1 || stdout != "" || !strings.HasPrefix(stderr, want) {
			t.Errorf("got %d, %q, %q, want %q", status, stdout, stderr, want)
		}
	}
	if got := read(t, damaged); got != "my novel" {
		t.Errorf("got %q, want it as it was", got)
	}
}

// TestCertificatesAtOnce: of several emulators that start at the same time all
// serve the certificate of one, and none ever finds half a file.
func TestCertificatesAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept.pem")
	for range 20 {
		all := make([]*served, 8)
		errs := make([]error, len(all))
		var wg sync.WaitGroup
		for i := range all {
			wg.Go(func() { all[i], errs[i] = certificateFile{path}.certificate([]string{"b2c"}) })
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		for i, s := range all {
			if string(s.CACertificatePEM()) != string(all[0].CACertificatePEM()) {
				t.Errorf("emulator %d has another certificate than the first", i)
			}
		}
		c, err := emulator.ParseCertificate([]byte(read(t, path)))
		if err != nil || !c.Covers("b2c") {
			t.Errorf("got %v, %v", c, err)
		}
		files, err := os.ReadDir(filepath.Dir(path))
		if err != nil || len(files) != 1 {
			t.Errorf("got %v, %v, want one file", files, err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}
