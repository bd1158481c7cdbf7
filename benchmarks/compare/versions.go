// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package compare

import (
	"runtime/debug"
	"slices"
)

// versions are those that this program was built with. A module that is not in it
// panics: the contender names what it isn't made of.
func versions(modules []string) (all []string) {
	info, _ := debug.ReadBuildInfo()
	for _, path := range modules {
		i := -1
		if info != nil {
			i = slices.IndexFunc(info.Deps, func(m *debug.Module) bool { return m.Path == path })
		}
		if i < 0 {
			panic(path + " is not part of this program")
		}
		all = append(all, info.Deps[i].Version)
	}
	return all
}
