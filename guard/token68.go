// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import "strings"

var char68 = charTable(alphanumeric + "-._~+/")

// isToken68 reports whether s is a token68 of RFC 9110 section 11.2.
//
// Every request pays for it, and a token is long: blocks of characters that JWTs
// consist of are recognized by arithmetic, and others go by the table. The words of
// a block are worked out side by side, so uncommonOf must stay small enough for the
// compiler to write it out here.
func isToken68(s string) bool {
	body := strings.TrimRight(s, "=")
	if body == "" {
		return false
	}
	const block = 4 * 8
	at := 0
	for ; at+block <= len(body); at += block {
		b := body[at : at+block]
		uncommon := uncommonOf(word(b)) | uncommonOf(word(b[8:])) | uncommonOf(word(b[16:])) | uncommonOf(word(b[24:]))
		if uncommon&(0x80*each) != 0 && !isChars68(b) {
			return false
		}
	}
	return isChars68(body[at:])
}

func isChars68(s string) bool {
	for i := range len(s) {
		if !char68[s[i]] {
			return false
		}
	}
	return true
}

// each times a byte is a word of eight such bytes.
const each = 0x01_01_01_01_01_01_01_01

// uncommonOf sets no high bit if all bytes of the word are letters, digits or one
// of - . / _, and else at least that of the lowest byte that is not.
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
