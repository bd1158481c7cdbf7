// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import "strings"

var char68 = charTable(alphanumeric + "-._~+/")

// isToken68 reports whether s is a token68 of RFC 9110 section 11.2.
//
// Every request pays for it, and a token is long: blocks of characters that
// tokens consist of are recognized by arithmetic, and those that are not by the
// table.
func isToken68(s string) bool {
	body := strings.TrimRight(s, "=")
	if body == "" {
		return false
	}
	for len(body) >= block {
		if !isCommon(body[:block]) && !isChars68(body[:block]) {
			return false
		}
		body = body[block:]
	}
	return isChars68(body)
}

func isChars68(s string) bool {
	for i := range len(s) {
		if !char68[s[i]] {
			return false
		}
	}
	return true
}

// block is how many characters isCommon looks at: four words, since they are
// worked out side by side.
const block = 32

// isCommon reports whether the characters of a block are all letters, digits, or
// of - . / _, which are all that a JWT has.
func isCommon(s string) bool {
	uncommon := uncommonOf(word(s)) | uncommonOf(word(s[8:])) | uncommonOf(word(s[16:])) | uncommonOf(word(s[24:]))
	return uncommon&(0x80*each) == 0
}

// each times a byte is a word of eight such bytes.
const each = 0x01_01_01_01_01_01_01_01

// uncommonOf sets no high bit if all bytes of the word are common, and else at
// least that of the lowest one that is not.
//
// For a byte c below 0x80, c + 0x80 - lo has the high bit if c >= lo, and
// c + 0x7f - hi has it if c > hi: both or none of them outside of a range. The
// ranges have no byte in common, so one xor counts them all. From 0x80 on sums
// may carry into the next byte, and w's own bit counts.
func uncommonOf(w uint64) uint64 {
	lower := w | 0x20*each // takes letters to lower case, and no other byte to a letter
	letter := (lower + (0x80-'a')*each) ^ (lower + (0x7f-'z')*each)
	digit := (w + (0x80-'-')*each) ^ (w + (0x7f-'9')*each) // - . / too, which stand before 0
	notLine := (w ^ '_'*each) + 0x7f*each
	return letter ^ digit ^ notLine | w
}

// word returns the first eight bytes. The compiler makes one load of it.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
