// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	wrong := write(t, dir, "wrong.json", `{"tenants": [{"flows": [{"name": "B2C_1_a", "kind": "signin"}], "x": 1}]}`)
	noKey := write(t, dir, "cert.pem", "no certificate")
	keyFile := write(t, dir, "key.pem", "-----BEGIN PRIVATE KEY-----\n")
	for _, c := range []struct {
		args   string
		status int
		want   string // at the beginning of standard error
	}{
		{"--port 1", 2, "b2ckit emulate: there is no flag --port\nIts flags: b2ckit help emulate\n"},
		{"--addrss 1", 2, "b2ckit emulate: there is no flag --addrss; is --address meant?\nIts flags: b2ckit help emulate\n"},
		{"--addrses 1", 2, "b2ckit emulate: there is no flag --addrses; is --address meant?\n"},
		{"-quiet", 2, "b2ckit emulate: there is no flag -quiet; is --quiet meant?\n"},
		{"--stat=x", 2, "b2ckit emulate: there is no flag --stat; is --state meant?\n"},
		{"--address", 2, "b2ckit emulate: --address needs a value\n"},
		{"8443", 2, "b2ckit emulate: \"8443\" is no flag; is --address 8443 meant?\n"},
		{"b2c.json", 2, "b2ckit emulate: \"b2c.json\" is no flag; is --config b2c.json meant?\n"},
		{"serve", 2, "b2ckit emulate: \"serve\" is no flag\n"},
		{"--wait 1s", 2, "b2ckit emulate: --wait is for --check\n"},
		{"--check --wait -1s", 2, "b2ckit emulate: --wait -1s is negative\n"},
		{"--check --wait 5", 2, "b2ckit emulate: invalid value \"5\" for --wait: write a time such as 30s or 2m\n"},
		{"--check --address 0", 2, "b2ckit emulate: --check needs the port of the emulator: say --address\n"},
		{"--state x --keep-cert x", 2, "b2ckit emulate: --state goes without --keep-cert: it keeps the certificate\n"},
		{"--http --keep-cert x", 2, "b2ckit emulate: --http goes without"},
		{"--quiet=maybe", 2, "b2ckit emulate: invalid value \"maybe\" for --quiet: write true or false\n"},
		{"--cert x", 2, "b2ckit emulate: --cert and --key go together\n"},
		{"--key x", 2, "b2ckit emulate: --cert and --key go together\n"},
		{"--http --ca-file x", 2, "b2ckit emulate: --http goes without --cert, --key, --ca-file and --keep-cert\n"},
		{"--cert x --key x --ca-file x", 2, "b2ckit emulate: --cert goes without --ca-file"},
		{"--address 0.0.0.0:0", 1, "b2ckit emulate: 0.0.0.0:0 is not a loopback address:\nwhoever reaches it gets a token for anyone. If that is meant, add --any-address\n"},
		{"--address :0", 1, "b2ckit emulate: :0 is not a loopback address"},
		{"--address " + taken.Addr().String(), 1, "b2ckit emulate: " + taken.Addr().String() + " is in use, perhaps by another b2ckit emulate.\nChoose another port, such as --address 127.0.0.1:"},
		{"--address 99999", 2, "b2ckit emulate: --address \"99999\" is no HOST:PORT;\nwrite 127.0.0.1:8443 or [::1]:8443, or 8443 alone\n"},
		{"--address 127.0.0.1:99999", 2, "b2ckit emulate: --address \"127.0.0.1:99999\" is no HOST:PORT;\nwrite 127.0.0.1:8443 or [::1]:8443, or 8443 alone\n"},
		{"--address localhost", 2, "b2ckit emulate: --address \"localhost\" is no HOST:PORT;\nwrite 127.0.0.1:8443 or [::1]:8443, or 8443 alone\n"},
		{"--address ::1", 2, "b2ckit emulate: --address \"::1\" is no HOST:PORT;\nwrite 127.0.0.1:8443 or [::1]:8443, or 8443 alone\n"},
		{"--config " + filepath.Join(dir, "none.json"), 1, "b2ckit emulate: --config: open " + dir},
		{"--config " + wrong, 1, "b2ckit emulate: the configuration has mistakes:\nwrong.json: tenants[0].flows[0].kind: \"signin\" is none of sign-up-sign-in, edit-profile, reset-password, ropc\nwrong.json: tenants[0].x: there is no such setting"},
		{"--sign-in-as nobody", 1, "b2ckit emulate: --sign-in-as: \"nobody\" is no user of the tenant; there are Ada Example (ada@example.org), Lin Example (lin@example.org)\n"},
		{"--cert " + keyFile + " --key " + noKey, 1, "b2ckit emulate: --cert " + keyFile + " holds a private key; is it --key's file?\n"},
		{"--cert " + noKey + " --key " + noKey, 1, "b2ckit emulate: --cert " + noKey},
		{"--address 0 --ca-file " + filepath.Join(dir, "none", "ca.pem"), 1, "b2ckit emulate: can't write the certificate: "},
	} {
		status, stdout, stderr := refused(t, append([]string{"emulate"}, strings.Fields(c.args)...)...)
		if status != c.status || stdout != "" || !strings.HasPrefix(stderr, c.want) {
			t.Errorf("%s: got %d, %q, %q, want %d, %q", c.args, status, stdout, stderr, c.status, c.want)
		}
		if !strings.Contains(c.args, dir) && !strings.Contains(stderr, "there are") { // what names no file and lists nothing fits
			fits(t, stderr)
		}
	}
}

// TestFreeBehind: the port that is advised is another one, and free.
func TestFreeBehind(t *testing.T) {
	first, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Close() }()
	advised := freeBehind(first.Addr().String())
	second, err := net.Listen("tcp", advised)
	if err != nil {
		t.Fatalf("got %s: %v", advised, err)
	}
	defer func() { _ = second.Close() }()
	if third := freeBehind(first.Addr().String()); third == advised || third == first.Addr().String() {
		t.Errorf("got %s, which is taken", third)
	}
	if got := freeBehind("127.0.0.1:65535"); got != "127.0.0.1:8443" {
		t.Errorf("got %s behind the last one", got)
	}
}

// TestExplain: why it can't listen comes with what to do.
func TestExplain(t *testing.T) {
	for _, c := range []struct {
		address string
		err     error
		want    string
	}{
		{"127.0.0.1:443", syscall.EACCES, "127.0.0.1:443 may not be listened on: ports below 1024 are for root, as a rule.\nStart it with sudo, or choose another port, such as --address 8443"},
		{"192.0.2.1:8443", syscall.EADDRNOTAVAIL, "192.0.2.1:8443 is no address of this machine.\nFor all that it has: --any-address --address :8443"},
		{"b2c:8443", &net.DNSError{Name: "b2c"}, "--address b2c:8443: there is no host \"b2c\" here"},
		{"127.0.0.1:1", errors.New("broken"), "broken"},
	} {
		err := (&emulateFlags{address: c.address}).explain(fmt.Errorf("can't listen: %w", &net.OpError{Op: "listen", Err: c.err}))
		if got := strings.TrimPrefix(err.Error(), "can't listen: listen: "); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
