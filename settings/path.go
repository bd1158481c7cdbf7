// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import "github.com/b2ckit/b2ckit/authority"

// Paths are those of .NET: names and positions with colons between them, in any
// case.

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + ":" + name
}

// fold folds what .NET compares without regard to case.
func fold(s string) string { return authority.FoldFlow(s) }

// within returns what stands behind the section in a path.
func within(section, path string) (rest string, ok bool) {
	if len(path) <= len(section) || fold(path[:len(section)]) != fold(section) || path[len(section)] != ':' {
		return "", false
	}
	return path[len(section)+1:], true
}
