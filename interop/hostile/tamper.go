// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
)

// Tampered is a token that was changed after it was signed.
type Tampered struct {
	// How tells the kind of change, and At the place.
	How string
	At  int
	Raw string
}

// letters are what stands in for, or between, the letters of a token.
var letters = []string{" ", "\n", "\r", "\r\n", "\t", "\x00", "=", "==", "+", "/", "%3D", "%2E", ".", "\\", "\"", "\u00e9", "\u200b", "\xff", "A", "_"}

// Tamper changes a token at each place in each of its ways; which letters it
// takes depends on r.
func Tamper(r *rand.Rand, token string) (all []Tampered) {
	for at := range len(token) {
		for how := range len(ways) {
			all = append(all, tamper(r, token, how, at))
		}
	}
	return all
}

// TamperOnce changes a token once, anywhere.
func TamperOnce(r *rand.Rand, token string) Tampered {
	if token == "" {
		return Tampered{"nothing", 0, token}
	}
	return tamper(r, token, r.IntN(len(ways)), r.IntN(len(token)))
}

func tamper(r *rand.Rand, token string, how, at int) Tampered {
	return Tampered{ways[how].name, at, ways[how].f(r, token, at)}
}

var ways = []struct {
	name string
	f    func(r *rand.Rand, token string, at int) string
}{
	{"bit flipped", func(r *rand.Rand, s string, at int) string {
		return s[:at] + string([]byte{s[at] ^ 1<<r.IntN(8)}) + s[at+1:]
	}},
	{"letter replaced", func(r *rand.Rand, s string, at int) string { return s[:at] + string(alphabet[r.IntN(64)]) + s[at+1:] }},
	{"deleted", func(_ *rand.Rand, s string, at int) string { return s[:at] + s[at+1:] }},
	{"inserted", func(r *rand.Rand, s string, at int) string { return s[:at] + letters[r.IntN(len(letters))] + s[at:] }},
	{"duplicated", func(_ *rand.Rand, s string, at int) string { return s[:at+1] + s[at:] }},
	{"other case", func(_ *rand.Rand, s string, at int) string { return s[:at] + swapCase(s[at]) + s[at+1:] }},
	{"decoded bit flipped", decodedFlip},
}

func swapCase(c byte) string {
	if 'a' <= c|0x20 && c|0x20 <= 'z' {
		c ^= 0x20
	}
	return string([]byte{c})
}

// decodedFlip flips a bit of what a part stands for and encodes it properly.
func decodedFlip(r *rand.Rand, s string, at int) string {
	start, end := strings.LastIndexByte(s[:at], '.')+1, strings.IndexByte(s[at:], '.')
	if end += at; end < at {
		end = len(s)
	}
	b, err := base64.RawURLEncoding.DecodeString(s[start:end])
	if err != nil || len(b) == 0 {
		return s + "A"
	}
	b[min((at-start)*3/4, len(b)-1)] ^= 1 << r.IntN(8)
	return s[:start] + base64.RawURLEncoding.EncodeToString(b) + s[end:]
}

// Recode writes the parts of a good token in other forms of base64 that hold the
// same bytes.
func Recode(token string) (all []Tampered) {
	parts := strings.Split(token, ".")
	for i, part := range parts {
		put := func(how, text string) {
			if text != part {
				changed := append(append(append([]string{}, parts[:i]...), text), parts[i+1:]...)
				all = append(all, Tampered{how, i, strings.Join(changed, ".")})
			}
		}
		put("padding", part+strings.Repeat("=", (4-len(part)%4)%4))
		put("padding", part+"=")
		put("padding", part+"====")
		put("padding escaped", part+"%3D")
		put("standard alphabet", strings.NewReplacer("-", "+", "_", "/").Replace(part))
		put("loose bits", looseBits(part))
		for at := 0; at <= len(part); at++ {
			for _, c := range []string{"\n", "\r", "\r\n", " ", "\t"} {
				put("white space", part[:at]+c+part[at:])
			}
		}
		for _, n := range []int{4, 64, 76} {
			put("folded", fold(part, n, "\r\n"))
			put("folded", fold(part, n, "\n"))
		}
		put("hex", base64ToHex(part))
	}
	return all
}

func fold(s string, n int, with string) string {
	var b strings.Builder
	for i := 0; i < len(s); i += n {
		b.WriteString(s[i:min(i+n, len(s))] + with)
	}
	return b.String()
}

func base64ToHex(part string) string {
	b, _ := base64.RawURLEncoding.DecodeString(part)
	var out strings.Builder
	for _, c := range b {
		out.WriteString(hex(c))
	}
	return out.String()
}
