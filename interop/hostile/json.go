// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"encoding/base64"
	"strings"
)

// jsonEdits are about the JSON of header and payload.
func jsonEdits() (all []Edit) {
	for _, part := range []struct {
		name  string
		names []string
		set   func(*Draft, func(string) string)
		of    func(*Draft) Object
	}{
		{"header", []string{"alg", "kid", "typ"}, func(d *Draft, f func(string) string) { d.HeaderText = f }, func(d *Draft) Object { return d.Header }},
		{"payload", []string{"iss", "aud", "exp", "nbf", "iat", "scp", "tfp", "azp", "sub", "oid", "ver"}, func(d *Draft, f func(string) string) { d.ClaimsText = f }, func(d *Draft) Object { return d.Claims }},
	} {
		edit := func(class, name string, f func(string) string) {
			all = append(all, Edit{"JSON: " + class, part.name + " " + name, func(d *Draft) { part.set(d, f) }})
		}
		for _, e := range documents {
			edit(e.class, e.name, e.f)
		}
		for _, name := range part.names {
			for _, value := range []string{"", `"x"`, `1`, `null`, `[]`} {
				twice := func(class, as string, last bool) {
					all = append(all, Edit{"JSON: " + class, part.name + " " + as + " " + value, func(d *Draft) {
						same := value
						if same == "" {
							same = part.of(d).Get(name)
						}
						part.set(d, func(s string) string {
							if last {
								return s[:len(s)-1] + `,"` + as + `":` + same + `}`
							}
							return `{"` + as + `":` + same + `,` + s[1:]
						})
					}})
				}
				escaped := `\u00` + hex(name[0]) + name[1:]
				twice("duplicate name", name, true)
				twice("duplicate name", name, false)
				twice("duplicate name, once with an escape", escaped, true)
				twice("duplicate name, once with an escape", escaped, false)
				twice("a name in other case beside it", strings.ToUpper(name), true)
				twice("a name in other case beside it", strings.ToUpper(name[:1])+name[1:], false)
				twice("a name that Unicode folds beside it", strings.NewReplacer("s", "ſ", "k", "\u212a").Replace(name)+"\u200b", true)
			}
		}
	}
	return all
}

func hex(b byte) string { return string("0123456789abcdef"[b>>4]) + string("0123456789abcdef"[b&15]) }

// add puts a member behind the others.
func add(member string) func(string) string {
	return func(s string) string { return s[:len(s)-1] + "," + member + "}" }
}

func always(text string) func(string) string { return func(string) string { return text } }
func before(text string) func(string) string { return func(s string) string { return text + s } }
func behind(text string) func(string) string { return func(s string) string { return s + text } }

func nest(open, middle, shut string, n int) func(string) string {
	return add(`"deep":` + strings.Repeat(open, n) + middle + strings.Repeat(shut, n))
}

func utf16(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(0)
		b.WriteByte(s[i])
	}
	return b.String()
}

var documents = []struct {
	class, name string
	f           func(string) string
}{
	{"white space", "before", before(" \t\r\n")},
	{"white space", "behind", behind(" \t\r\n")},
	{"white space", "within", func(s string) string { return strings.ReplaceAll(s, ",", " ,\n") }},
	{"byte-order mark", "UTF-8", before("\xef\xbb\xbf")},
	{"byte-order mark", "UTF-16", func(s string) string { return "\xfe\xff" + utf16(s) }},
	{"no UTF-8", "UTF-16", utf16},
	{"no UTF-8", "a byte in a string", add("\"a\":\"\xff\"")},
	{"no UTF-8", "a byte in a name", add("\"\xff\":1")},
	{"no UTF-8", "cut", add("\"a\":\"\xc3\"")},
	{"no UTF-8", "overlong", add("\"a\":\"\xc0\xaf\"")},
	{"no UTF-8", "surrogate", add("\"a\":\"\xed\xa0\x80\"")},
	{"no UTF-8", "beyond Unicode", add("\"a\":\"\xf5\x80\x80\x80\"")},
	{"no UTF-8", "Latin-1", add("\"a\":\"caf\xe9\"")},
	{"no UTF-8", "a byte behind", behind("\xff")},
	{"lone surrogate", "high", add(`"a":"\ud800"`)},
	{"lone surrogate", "low", add(`"a":"\udc00"`)},
	{"lone surrogate", "reversed", add(`"a":"\udc00\ud800"`)},
	{"lone surrogate", "high and a letter", add(`"a":"\ud800x"`)},
	{"lone surrogate", "high and an escape", add(`"a":"\ud800\n"`)},
	{"lone surrogate", "two high", add(`"a":"\ud800\ud800\udc00"`)},
	{"lone surrogate", "in a name", add(`"\ud800":1`)},
	{"a pair of surrogates", "escaped", add(`"a":"\ud83d\ude00"`)},
	{"bytes behind the object", "letter", behind("x")},
	{"bytes behind the object", "brace", behind("}")},
	{"bytes behind the object", "object", behind("{}")},
	{"bytes behind the object", "itself", func(s string) string { return s + s }},
	{"bytes behind the object", "NUL", behind("\x00")},
	{"bytes behind the object", "comma", behind(",")},
	{"bytes behind the object", "null", behind(" null")},
	{"bytes behind the object", "comment", behind("//x")},
	{"bytes before the object", "letter", before("x")},
	{"bytes before the object", "NUL", before("\x00")},
	{"bytes before the object", "anti-XSSI", before(")]}'\n")},
	{"no JSON object", "empty", always("")},
	{"no JSON object", "space", always(" ")},
	{"no JSON object", "null", always("null")},
	{"no JSON object", "true", always("true")},
	{"no JSON object", "number", always("1")},
	{"no JSON object", "string", always(`"x"`)},
	{"no JSON object", "array", func(s string) string { return "[" + s + "]" }},
	{"no JSON object", "quoted", Quote},
	{"no JSON object", "text", always("alg=RS256")},
	{"an empty object", "empty", always("{}")},
	{"outside the grammar", "cut", func(s string) string { return s[:len(s)-1] }},
	{"outside the grammar", "trailing comma", func(s string) string { return s[:len(s)-1] + ",}" }},
	{"outside the grammar", "leading comma", func(s string) string { return "{," + s[1:] }},
	{"outside the grammar", "comment", add(`"a":1/**/`)},
	{"outside the grammar", "single quotes", add(`'a':1`)},
	{"outside the grammar", "bare name", add(`a:1`)},
	{"outside the grammar", "bare value", add(`"a":x`)},
	{"outside the grammar", "NaN", add(`"a":NaN`)},
	{"outside the grammar", "Infinity", add(`"a":Infinity`)},
	{"outside the grammar", "hex", add(`"a":0x1`)},
	{"outside the grammar", "leading zero", add(`"a":01`)},
	{"outside the grammar", "plus", add(`"a":+1`)},
	{"outside the grammar", "bare dot", add(`"a":.1`)},
	{"outside the grammar", "dot behind", add(`"a":1.`)},
	{"outside the grammar", "True", add(`"a":True`)},
	{"outside the grammar", "escape", add(`"a":"\x41"`)},
	{"outside the grammar", "short escape", add(`"a":"\u41"`)},
	{"outside the grammar", "control character", add("\"a\":\"\x01\"")},
	{"outside the grammar", "line feed", add("\"a\":\"\n\"")},
	{"outside the grammar", "no colon", add(`"a" 1`)},
	{"outside the grammar", "no value", add(`"a":`)},
	{"outside the grammar", "number for a name", add(`1:1`)},
	{"outside the grammar", "no-break space", before("\u00a0")},
	{"outside the grammar", "vertical tab", before("\v")},
	{"unknown members", "all types", add(`"a":[null,true,1.5e3,"x",{"b":[]}]`)},
	{"unknown members", "odd names", add(`"":1,"__proto__":{"x":1},"\u0000":2,"ﬀ":3`)},
	{"duplicate name of an unknown member", "top", add(`"a":1,"a":1`)},
	{"duplicate name of an unknown member", "empty", add(`"":1,"":2`)},
	{"duplicate name of an unknown member", "nested", add(`"a":{"b":1,"b":1}`)},
	{"duplicate name of an unknown member", "in an array", add(`"a":[{"b":1,"b":1}]`)},
	{"duplicate name of an unknown member", "escaped", add(`"a":{"b":1,"\u0062":1}`)},
	{"the same name at two levels", "nested", add(`"a":{"alg":"none","iss":"x","exp":1}`)},
	{"nested 32 deep", "arrays", nest("[", "", "]", 31)},
	{"nested 32 deep", "objects", nest(`{"a":`, "1", "}", 31)},
	{"nested too deep", "33 arrays", nest("[", "", "]", 32)},
	{"nested too deep", "33 objects", nest(`{"a":`, "1", "}", 32)},
	{"nested too deep", "64", nest("[", "", "]", 64)},
	{"nested too deep", "1000", nest("[", "", "]", 1000)},
	{"nested too deep", "5000", nest("[", "", "]", 5000)},
	{"escaped names and values", "all", func(s string) string {
		return strings.NewReplacer(`"iss"`, `"\u0069ss"`, `"alg"`, `"\u0061lg"`, `"exp"`, `"e\u0078p"`).Replace(s)
	}},
}

// encodingEdits are about base64url, signed as it stands there.
func encodingEdits() (all []Edit) {
	std := func(e *base64.Encoding) func(string) string {
		return func(s string) string { return e.EncodeToString([]byte(s)) }
	}
	url := std(base64.RawURLEncoding)
	for _, e := range []struct {
		class, name string
		f           func(string) string
	}{
		{"base64: padding", "URL alphabet", func(s string) string {
			return base64.URLEncoding.EncodeToString([]byte(s + strings.Repeat(" ", 1+(3-len(s)%3+3)%3)))
		}},
		{"base64: standard alphabet", "no padding", func(s string) string {
			return std(base64.RawStdEncoding)(strings.TrimSuffix(s, "}") + `,"a":"~~~???>>>"}`)
		}},
		{"base64: padding", "standard alphabet", func(s string) string {
			return base64.StdEncoding.EncodeToString([]byte(s + strings.Repeat(" ", 1+(3-len(s)%3+3)%3)))
		}},
		{"base64: white space", "line feed", func(s string) string { return insert(url(s), "\n") }},
		{"base64: white space", "CR LF", func(s string) string { return insert(url(s), "\r\n") }},
		{"base64: white space", "space", func(s string) string { return url(s) + " " }},
		{"base64: not encoded", "JSON", func(s string) string { return strings.ReplaceAll(s, ".", "") }},
		{"base64: twice", "twice", func(s string) string { return url(url(s)) }},
		{"base64: bits that are no data", "last", func(s string) string { return looseBits(url(s + strings.Repeat(" ", (4-len(s)%3)%3))) }},
	} {
		all = append(all, Edit{e.class, "signed, " + e.name, func(d *Draft) { d.Encode = e.f }})
	}
	return all
}

// insert puts something near the beginning of a text.
func insert(s, what string) string {
	at := min(8, len(s))
	return s[:at] + what + s[at:]
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// looseBits sets a bit of the last letter that holds no data.
func looseBits(part string) string {
	if len(part)%4 == 0 || part == "" {
		return part
	}
	last := strings.IndexByte(alphabet, part[len(part)-1])
	return part[:len(part)-1] + string(alphabet[last^1])
}
