// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package bounded_test

import (
	"crypto/sha256"
	"slices"
	"testing"

	"github.com/b2ckit/b2ckit/emulator/internal/bounded"
)

func TestLog(t *testing.T) {
	l := bounded.NewLog[int](3)
	for range 5 {
		l.Add(func(number int) int { return number * 10 })
	}
	for after, want := range map[int][]int{0: {30, 40, 50}, 3: {40, 50}, 5: {}, 9: {}} {
		if got := l.After(after); !slices.Equal(got, want) {
			t.Errorf("After(%d): got %v, want %v", after, got, want)
		}
	}
}

func TestStore(t *testing.T) {
	s := bounded.NewStore[string](3)
	for _, name := range []string{"a", "b", "c", "b", "d"} { // b keeps its place
		item := name + "!"
		s.Put(name, &item)
	}
	for name, want := range map[string]string{"a": "", "b": "b!", "c": "c!", "d": "d!", "": ""} {
		got := ""
		if item := s.Get(name); item != nil {
			got = *item
		}
		if got != want {
			t.Errorf("Get(%q): got %q, want %q", name, got, want)
		}
	}
	s.Drop("c")
	latest := func(n int) (all []string) {
		for hash, item := range s.Latest(n) {
			if hash != sha256.Sum256([]byte((*item)[:1])) {
				t.Errorf("%s is under the hash of another name", *item)
			}
			all = append(all, *item)
		}
		return all
	}
	if got, want := latest(2), []string{"d!"}; !slices.Equal(got, want) { // c's place counts
		t.Errorf("Latest: got %v, want %v", got, want)
	}
	if got, want := latest(9), []string{"b!", "d!"}; !slices.Equal(got, want) {
		t.Errorf("Latest: got %v, want %v", got, want)
	}
	s.DropFunc(func(item *string) bool { return *item == "b!" })
	for item := range s.All() {
		if *item != "d!" {
			t.Errorf("got %s, want d! alone", *item)
		}
	}
}
