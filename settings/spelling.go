// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

// nearest returns the name that is nearest to a word, and how many letters have to
// change; case counts for nothing.
func nearest(word string, names []string) (name string, distance int) {
	distance = len(word) + 1
	for _, n := range names {
		if d := editDistance(fold(word), fold(n)); d < distance {
			name, distance = n, d
		}
	}
	return name, distance
}

// isSlip reports whether a word at this distance from a name is that name spelled
// wrong.
func isSlip(name string, distance int) bool { return distance <= min(3, len(name)/4) }

// editDistance counts letters that are put in, left out, replaced or swapped with
// their neighbour.
func editDistance(a, b string) int {
	before, last := []int(nil), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+differ(a[i], b[j]))
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

func differ(a, b byte) int {
	if a == b {
		return 0
	}
	return 1
}

func isAnyOf(key string, names []string) bool { return spelled(key, names) != "" }

// spelled returns a key as it is spelled in a list, "" if it is not there.
func spelled(key string, names []string) string {
	for _, name := range names {
		if fold(name) == fold(key) {
			return name
		}
	}
	return ""
}
