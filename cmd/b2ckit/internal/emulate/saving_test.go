// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// TestSaving: a change is in the file a second later, with no orderly end, and a
// file that can't be written is complained of once and tried again.
func TestSaving(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	path := filepath.Join(dir, "state.json")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		contoso := emulator.NewTenant(nil)
		kept, err := newKeeper(path, []*emulator.Tenant{contoso})
		if err != nil {
			t.Fatal(err)
		}
		var complaints buffer
		stop := kept.run(&complaints)
		add := func(name string) {
			t.Helper()
			if _, err := contoso.AddUser(emulator.User{Name: name}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * saveInterval)
			synctest.Wait()
		}
		add("Kim")
		if text := read(t, path); !strings.Contains(text, `"Kim"`) {
			t.Errorf("the change isn't in %s", text)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		add("Lou")
		add("Max")
		if n := strings.Count(complaints.String(), " --- can't write the state: "); n != 1 {
			t.Errorf("got %d complaints, want 1: %s", n, complaints.String())
		}
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		time.Sleep(saveInterval)
		synctest.Wait()
		if text := read(t, path); !strings.Contains(text, `"Max"`) {
			t.Errorf("the change isn't in %s", text)
		}
		if _, err := contoso.AddUser(emulator.User{Name: "Pat"}); err != nil {
			t.Fatal(err)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if text := read(t, path); !strings.Contains(text, `"Pat"`) {
			t.Errorf("the last change isn't in %s", text)
		}

		// What another program wrote isn't overwritten.
		kept, err = newKeeper(path, []*emulator.Tenant{contoso})
		if err != nil {
			t.Fatal(err)
		}
		if err := kept.save(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("another's"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := kept.save(); err != nil {
			t.Errorf("nothing has changed here: got %v", err)
		}
		if _, err := contoso.AddUser(emulator.User{Name: "Uli"}); err != nil {
			t.Fatal(err)
		}
		if err := kept.save(); err == nil || !strings.Contains(err.Error(), "someone else has changed "+path) {
			t.Errorf("got %v, want a complaint", err)
		}
		complaints = buffer{}
		stop = kept.run(&complaints)
		time.Sleep(3 * saveInterval)
		synctest.Wait()
		if want := " --- the state isn't saved: someone else has changed " + path +
			"; another b2ckit emulate? Nothing is saved from here on: stop one of the two and restart\n"; !timed.MatchString(complaints.String()) || strings.Count(complaints.String(), want) != 1 {
			t.Errorf("got %q, want one line with %q", complaints.String(), want)
		}
		if err := stop(); err == nil || strings.Contains(err.Error(), "from here on") {
			t.Errorf("got %v, want a complaint without what to do meanwhile", err)
		}
		if got := read(t, path); got != "another's" {
			t.Errorf("got %q, want it as it was", got)
		}
	})
}

// timed is how a line begins beside those of requests.
var timed = regexp.MustCompile(`^\d\d:\d\d:\d\d --- `)
