// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redischeck

import (
	"strconv"
	"strings"
)

// info is what the command INFO says, empty if it is not allowed.
type info map[string]string

func readInfo(text string, err error) info {
	all := info{}
	if err != nil {
		return all
	}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			all[name] = value
		}
	}
	return all
}

func (i info) get(name string) string { return i[name] }

func (i info) number(name string) (n int64, ok bool) {
	n, err := strconv.ParseInt(i[name], 10, 64)
	return n, err == nil
}
