// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package guid makes GUIDs: random ones, and ones that follow from words.
package guid

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
)

var pattern = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// Is reports whether s is a GUID in lower case.
func Is(s string) bool { return pattern.MatchString(s) }

// New returns a random GUID.
func New() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return version4(b)
}

// Of returns the GUID that belongs to the given words: the same on every run,
// so that tests can keep it in a fixture.
func Of(words ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return version4([16]byte(sum[:]))
}

// version4 writes bytes as a GUID of RFC 9562's version 4, the only one that
// B2C hands out.
func version4(b [16]byte) string {
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}
