// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import "testing"

func isFirst(w *write) bool {
	select {
	case <-w.first:
		return true
	default:
		return false
	}
}

func TestWritesFollowOneAnother(t *testing.T) {
	var o order
	a, b, c := o.join("key"), o.join("key"), o.join("key")
	other := o.join("other")
	check := func(step string, first ...*write) {
		t.Helper()
		for _, w := range []*write{a, b, c, other} {
			want := false
			for _, f := range first {
				want = want || f == w
			}
			if got := isFirst(w); got != want {
				t.Errorf("%s: %p is first: %v, want %v", step, w, got, want)
			}
		}
	}
	check("at first", a, other)
	b.leave() // it has waited for too long
	check("one that waited has left", a, other)
	a.leave()
	check("the first has left", a, c, other)
	c.leave()
	other.leave()
	if len(o.queues) != 0 {
		t.Errorf("got %v left of the queues, want none", o.queues)
	}
	if again := o.join("key"); !isFirst(again) {
		t.Error("the next one has to wait for nobody")
	}
}
