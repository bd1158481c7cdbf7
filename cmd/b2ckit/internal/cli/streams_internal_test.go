// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cli

import "testing"

// TestColor: words have colours only where they are wanted.
func TestColor(t *testing.T) {
	for _, c := range []struct {
		system  string
		environ []string
		want    bool
	}{
		{"linux", nil, true},
		{"linux", []string{"NO_COLOR="}, true}, // an empty one is none
		{"linux", []string{"NO_COLOR=1"}, false},
		{"linux", []string{"TERM=xterm"}, true},
		{"linux", []string{"TERM=dumb"}, false},
		{"windows", nil, false},
		{"windows", []string{"WT_SESSION=1"}, true},
		{"windows", []string{"WT_SESSION=1", "NO_COLOR=1"}, false},
	} {
		if got := (&Streams{Environ: c.environ}).wantsColor(c.system); got != c.want {
			t.Errorf("%s, %q: got %t", c.system, c.environ, got)
		}
	}
	plain, colored := &Streams{}, &Streams{Color: true}
	if got := plain.Good("ok") + plain.Bad("FAIL") + plain.Doubtful("warn"); got != "okFAILwarn" {
		t.Errorf("got %q", got)
	}
	if got := colored.Good("ok") + colored.Bad("FAIL") + colored.Doubtful("warn"); got != "\x1b[32mok\x1b[0m\x1b[31mFAIL\x1b[0m\x1b[33mwarn\x1b[0m" {
		t.Errorf("got %q", got)
	}
}

// TestGetenv: of two values the last one counts, as in os/exec.
func TestGetenv(t *testing.T) {
	s := &Streams{Environ: []string{"A=1", "AB=2", "A=3", "B"}}
	if a, b := s.Getenv("A"), s.Getenv("B"); a != "3" || b != "" {
		t.Errorf("got %q, %q", a, b)
	}
}
