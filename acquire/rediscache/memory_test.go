// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"slices"
	"strconv"
	"sync"
)

// memory is what a fake keeps that is a small Redis. Nothing in it expires.
type memory struct {
	mu     sync.Mutex
	values map[string]string
	sets   [][]string // the arguments of each
}

func newMemory() *memory { return &memory{values: make(map[string]string)} }

func (m *memory) reply(args []string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch args[0] {
	case "set":
		m.sets = append(m.sets, args)
		if _, ok := m.values[args[1]]; ok && slices.Contains(args[3:], "nx") {
			return "$-1\r\n"
		}
		m.values[args[1]] = args[2]
		return "+OK\r\n"
	case "getrange":
		end, err := strconv.Atoi(args[3])
		if err != nil || args[2] != "0" {
			return "-ERR value is not an integer or out of range\r\n"
		}
		value := m.values[args[1]]
		return bulk(value[:min(len(value), end+1)])
	case "del":
		delete(m.values, args[1])
		return ":1\r\n"
	case "eval": // the one script there is
		if m.values[args[3]] != args[4] {
			return ":0\r\n"
		}
		delete(m.values, args[3])
		return ":1\r\n"
	}
	return "-ERR unknown command\r\n"
}

func (m *memory) get(key string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.values[key]
}

func (m *memory) put(key, value string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.values[key] = value
}
