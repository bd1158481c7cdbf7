// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

// figures are what a case measures, less being better in each. They are for the
// test's own goroutine.
type figures struct {
	t   *testing.T
	all []figure
}

type figure struct {
	what  string
	value int64
	show  func(int64) string
}

// took records how long something took, at most the limit.
func (f *figures) took(what string, d, limit time.Duration) {
	f.t.Helper()
	if d > limit {
		f.t.Errorf("%s: %v, want at most %v", what, d, limit)
	}
	f.worst(figure{what, int64(d), func(v int64) string { return human(time.Duration(v)) }})
}

// noted records how long something took that others are compared with.
func (f *figures) noted(what string, d time.Duration) { f.took(what, d, d) }

// counted records how many there were of something, at most the limit.
func (f *figures) counted(what string, n, limit int) {
	f.t.Helper()
	if n > limit {
		f.t.Errorf("%s: %d, want at most %d", what, n, limit)
	}
	f.worst(figure{what, int64(n), func(v int64) string { return strconv.FormatInt(v, 10) }})
}

func (f *figures) add(other *figures) {
	for _, o := range other.all {
		f.worst(o)
	}
}

// worst keeps the larger one of two figures with the same name.
func (f *figures) worst(o figure) {
	for i := range f.all {
		if mine := &f.all[i]; mine.what == o.what {
			mine.value = max(mine.value, o.value)
			return
		}
	}
	f.all = append(f.all, o)
}

// String returns all figures, in the order in which they came.
func (f *figures) String() string {
	parts := make([]string, len(f.all))
	for i, o := range f.all {
		parts[i] = o.what + " " + o.show(o.value)
	}
	return strings.Join(parts, "; ")
}

// human returns a duration with the digits that matter.
func human(d time.Duration) string {
	in := func(unit time.Duration, name string) string {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(d)/float64(unit)), ".0") + " " + name
	}
	switch {
	case d == 0:
		return "0 s"
	case d < time.Second:
		return in(time.Millisecond, "ms")
	case d < 2*time.Minute:
		return in(time.Second, "s")
	case d < 2*time.Hour:
		return in(time.Minute, "min")
	}
	return in(time.Hour, "h")
}

func TestFigures(t *testing.T) {
	var got figures
	for _, f := range []struct {
		d time.Duration
		n int
	}{{30 * time.Millisecond, 4}, {1260 * time.Millisecond, 3}, {0, 0}} {
		one := figures{t: t}
		one.took("first 200", f.d, 2*time.Second)
		one.counted("requests", f.n, 4)
		got.add(&one)
	}
	if got, want := got.String(), "first 200 1.3 s; requests 4"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for d, want := range map[time.Duration]string{
		0: "0 s", 40 * time.Microsecond: "0 ms", 1500 * time.Microsecond: "1.5 ms", 62 * time.Second: "62 s",
		150 * time.Second: "2.5 min", 24*time.Hour + time.Second: "24 h",
	} {
		if got := human(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}
