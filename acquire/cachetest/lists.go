// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cachetest

import (
	"crypto/rand"
	"slices"
	"strconv"
	"strings"

	"github.com/b2ckit/b2ckit/acquire"
)

type listCheck struct {
	name string
	run  func(t tb, l acquire.Lister)
}

var listChecks = []listCheck{
	{"ListPages", listPages},
}

// listPages lists the accounts of one App, in pages of several sizes.
func listPages(t tb, l acquire.Lister) {
	prefix := "1:account:" + rand.Text() + ":"
	var want []string
	for i := range 10 {
		want = append(want, prefix+strconv.Itoa(i))
		set(t, l, want[i], []byte("value"), long)
	}
	set(t, l, "0"+prefix, []byte("another's"), long)
	set(t, l, prefix[:len(prefix)-1], []byte("another's"), long)
	gone := prefix + "gone"
	set(t, l, gone, []byte("value"), long)
	if err := l.Delete(t.Context(), gone); err != nil {
		t.Fatalf("Delete: got error %v, want none", err)
	}
	for _, limit := range []int{1, 3, 10, 1000} {
		var got []string
		page := ""
		for range 10_000 { // pages may be empty
			keys, next, err := l.Keys(t.Context(), prefix, page, limit)
			if err != nil {
				t.Fatalf("Keys: got error %v, want none", err)
			}
			if len(keys) > limit {
				t.Errorf("Keys: got a page of %d keys, want %d at most", len(keys), limit)
			}
			got = append(got, keys...)
			if page = next; page == "" {
				break
			}
		}
		if page != "" {
			t.Fatalf("Keys: the pages have no end")
		}
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("Keys, %d at a time: got %s, want %s", limit, strings.Join(got, " "), strings.Join(want, " "))
		}
	}
}
