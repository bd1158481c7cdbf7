// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// rotated writes a state in which a tenant has signed with a key of its own, and
// returns the id of that key. Without it, all tenants of this process would have
// one user-flow key.
func rotated(t *testing.T, path string, o *emulator.Options) (id string) {
	t.Helper()
	b2c := emulator.NewTenant(o)
	b2c.Rotate(emulator.UserFlowKeys, false)
	kept, err := newKeeper(path, []*emulator.Tenant{b2c})
	if err == nil {
		err = kept.save()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b2c.CurrentKey("").ID()
}

// TestState: after a restart the keys and the certificate are the same.
func TestState(t *testing.T) {
	dir := t.TempDir()
	path, ca := filepath.Join(dir, "state.json"), filepath.Join(dir, "ca.pem")
	id := rotated(t, path, nil)
	var cas [3]string
	for i := range cas {
		r := serve(t, "--state", path, "--ca-file", ca)
		if _, keys := calls(t, r.text)[1].do(t); !strings.Contains(keys, `"`+id+`"`) {
			t.Errorf("start %d: the key %s is not among %s", i, id, keys)
		}
		if status := r.stop(); status != 0 {
			t.Fatalf("got exit status %d: %s", status, r.stderr.String())
		}
		cas[i] = read(t, ca)
		if cas[i] != cas[0] {
			t.Errorf("start %d: another certificate", i)
		}
		note := []string{"(new; clients need to be told once, --state keeps it)", "(the one of earlier starts, good until "}[min(i, 1)]
		if !strings.Contains(r.text, "\nstate     "+path+"\n") || !strings.Contains(r.text, note) || strings.Contains(r.text, "\nkept ") {
			t.Errorf("it isn't said in:\n%s", r.text)
		}
		fits(t, strings.NewReplacer(path, "state.json", ca, "ca.pem").Replace(r.text))
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %v, %v", info.Mode(), err)
	}
	if strings.Contains(read(t, path), emulator.DefaultPassword) {
		t.Error("a password is in the file")
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 {
		t.Errorf("got %v, %v, want two files", files, err)
	}
}

// TestStateOfOtherHosts: a certificate that doesn't fit any more is replaced.
func TestStateOfOtherHosts(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state.json")
	serve(t, "--state", path).stop()
	config := write(t, dir, "b2c.json", `{"tenants": [{"hosts": ["login.contoso.example"]}]}`)
	r := serve(t, "--state", path, "--config", config)
	var kept state
	if err := json.Unmarshal([]byte(read(t, path)), &kept); err != nil {
		t.Fatal(err)
	}
	c, err := emulator.ParseCertificate([]byte(kept.Certificate))
	if err != nil || !c.Covers("login.contoso.example") {
		t.Errorf("got %v, %v", c, err)
	}
	if status, _ := calls(t, r.text)[0].do(t); status != 200 {
		t.Errorf("got status %d", status)
	}
	if want := "\n          (NEW, as the one before was not for login.contoso.example)\n"; !strings.Contains(r.text, want) {
		t.Errorf("there is no %q in:\n%s", want, r.text)
	}
}

// TestStateUsers: the file wins over the configuration, and the report knows no
// password that has changed.
func TestStateUsers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	contoso := emulator.NewTenant(nil)
	kept, err := newKeeper(path, []*emulator.Tenant{contoso})
	if err != nil {
		t.Fatal(err)
	}
	lin := contoso.Users()[1]
	lin.Password = "another-password"
	if _, err := contoso.AddUser(emulator.User{Name: "Kim"}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(contoso.SetUser(lin), contoso.RemoveUser(contoso.User().ObjectID), kept.save()); err != nil {
		t.Fatal(err)
	}
	r := serve(t, "--state", path, "--sign-in-as", "Kim") // whom the file alone knows
	if want := "  Users\n    Lin Example, lin@example.org\n    Kim\n"; !strings.Contains(r.text, want) {
		t.Errorf("there is no %q in:\n%s", want, r.text)
	}
	if n := len(calls(t, r.text)); n != 3 {
		t.Errorf("got %d curl lines, want 3: nobody's password is known", n)
	}
}

// TestStateKeepsOtherTenants: a tenant that isn't configured is kept.
func TestStateKeepsOtherTenants(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state.json")
	config := write(t, dir, "b2c.json", `{"tenants": [{"name": "fabrikam"}]}`)
	id := rotated(t, path, &emulator.Options{Name: "fabrikam"})
	serve(t, "--state", path).stop()
	again := serve(t, "--state", path, "--config", config)
	if _, keys := calls(t, again.text)[1].do(t); !strings.Contains(keys, `"`+id+`"`) {
		t.Errorf("the key %s is not among %s", id, keys)
	}
}

// TestStateWritten: a change is written once, and nothing otherwise.
func TestStateWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	contoso := emulator.NewTenant(nil)
	kept, err := newKeeper(path, []*emulator.Tenant{contoso})
	if err != nil {
		t.Fatal(err)
	}
	if err := kept.save(); err != nil {
		t.Fatal(err)
	}
	before := read(t, path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := kept.save(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("written without a change: %v", err)
	}
	contoso.Rotate("", true)
	if err := kept.save(); err != nil || read(t, path) == before {
		t.Errorf("a change isn't written: %v", err)
	}
}

// TestDamagedState: a file that can't be read stays as it is.
func TestDamagedState(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.json")
	serve(t, "--state", good).stop()
	text := read(t, good)
	for _, c := range []struct{ text, want string }{
		{"", "unexpected end of JSON input"},
		{text[:len(text)/2], "unexpected end of JSON input"},
		{"{}", "version 0 is not 1, the one that is read here"},
		{`{"version": 1}`, "there are no tenants"},
		{strings.Replace(text, `"version": 1`, `"version": 1, "x": 2`, 1), `unknown field "x"`},
		{strings.Replace(text, "BEGIN CERTIFICATE", "BEGIN NOTHING", 2), "no certificate with its key"},
		{strings.Replace(text, "Lin Example", "", 1), "tenant contoso: emulator: state: users[1].Name is empty"},
	} {
		path := write(t, dir, "damaged.json", c.text)
		status, stdout, stderr := refused(t, "emulate", "--address", "0", "--state", path, "--ca-file", filepath.Join(dir, "ca.pem"))
		if status != 1 || stdout != "" || !strings.HasPrefix(stderr, "b2ckit emulate: --state "+path+" can't be used, and is left as it is:\n") ||
			!strings.Contains(stderr, c.want) || !strings.HasSuffix(stderr, "\nTo start anew, move it away\n") {
			t.Errorf("got %d, %q, %q, want %q", status, stdout, stderr, c.want)
		}
		if strings.Contains(stderr, "PRIVATE") {
			t.Errorf("a key is in %q", stderr)
		}
		if read(t, path) != c.text {
			t.Errorf("%s: the file has changed", c.want)
		}
	}
	status, _, stderr := refused(t, "emulate", "--http", "--address", "0", "--state", filepath.Join(dir, "none", "state.json"))
	if status != 1 || !strings.HasPrefix(stderr, "b2ckit emulate: can't write the state: ") {
		t.Errorf("got %d, %q", status, stderr)
	}
}
