// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package nearest

import "strings"

// longest is the length of the longest name that is compared. Who writes more than
// that has pasted something.
const longest = 128

// Of returns the known name that a mistyped one differs from the least, the first of
// several, and reports whether there is one so close that it may be meant. Case
// counts for nothing, and a letter that is missing, too many, another or that has
// changed places with the next counts for one: one is allowed up to 7 letters, two up
// to 15, and three beyond. Of three letters or fewer nothing is known. A name that is
// known is its own nearest.
func Of(name string, known []string) (string, bool) {
	if len(name) > longest {
		return "", false
	}
	folded := strings.ToLower(name)
	least, best := slack(folded)+1, ""
	for _, k := range known {
		if k == name {
			return k, true
		}
		if d := distance(folded, strings.ToLower(k), least); d < least {
			least, best = d, k
		}
	}
	return best, best != ""
}

// slack returns how much a name may differ from the one that is meant. It grows with
// its length: most three letters are three others' neighbours.
func slack(name string) int {
	if len(name) <= 3 {
		return 0
	}
	return min(1+len(name)/8, 3)
}

// distance returns how many letters have to be put in, left out, replaced or swapped
// with the next to make b of a (the optimal string alignment distance), or the limit
// if they are as many or more.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	n := len(b) + 1
	before, last, row := make([]int, n), make([]int, n), make([]int, n)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return min(row[len(b)], limit)
}
