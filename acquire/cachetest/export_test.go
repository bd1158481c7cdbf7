// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cachetest

import "github.com/b2ckit/b2ckit/acquire"

// TB is what a check needs.
type TB = tb

// Check runs one check of the suite, and returns false if there is none of
// that name.
func Check(t TB, name string, l acquire.Leaser) bool {
	for _, c := range checks {
		if c.name == name {
			c.run(t, l)
			return true
		}
	}
	for _, c := range leaseChecks {
		if c.name == name {
			c.run(t, l)
			return true
		}
	}
	for _, c := range listChecks {
		if c.name == name {
			c.run(t, l.(acquire.Lister))
			return true
		}
	}
	return false
}

// Names returns the names of all checks.
func Names() []string {
	var names []string
	for _, c := range checks {
		names = append(names, c.name)
	}
	for _, c := range leaseChecks {
		names = append(names, c.name)
	}
	for _, c := range listChecks {
		names = append(names, c.name)
	}
	return names
}
