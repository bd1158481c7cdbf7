// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"strings"
	"unicode/utf16"
)

// hostileJSON makes variants of a good object that no strict reader takes, or
// for "accept" every reader takes.
func hostileJSON(good string) [][4]string {
	body := strings.TrimSuffix(good, "}")
	wide := func(bom bool) string {
		var b strings.Builder
		if bom {
			b.WriteString("\xfe\xff")
		}
		for _, u := range utf16.Encode([]rune(good)) {
			b.WriteByte(byte(u >> 8))
			b.WriteByte(byte(u))
		}
		return b.String()
	}
	nest := func(n int) string { return body + `,"x":` + strings.Repeat("[", n) + strings.Repeat("]", n) + "}" }
	return [][4]string{
		{"array", "malformed", "is an array", "[" + good + "]"},
		{"string", "malformed", "is a string", `"x"`},
		{"number", "malformed", "is a number", "1"},
		{"null", "malformed", "is null", "null"},
		{"empty", "malformed", "is empty", ""},
		{"space_only", "malformed", "is white space", " \n"},
		{"text", "malformed", "is no JSON", "Zm9v"},
		{"cut", "malformed", "is cut off", body},
		{"trailing_byte", "malformed", "has a byte after the object", good + "x"},
		{"trailing_nul", "malformed", "has a NUL after the object", good + "\x00"},
		{"second_object", "malformed", "has a second object", good + good},
		{"bom", "malformed", "begins with a byte-order mark", "\xef\xbb\xbf" + good},
		{"utf16", "malformed", "is UTF-16 with a mark", wide(true)},
		{"utf16_no_mark", "malformed", "is UTF-16 without a mark", wide(false)},
		{"bad_utf8", "malformed", "has a byte that is no UTF-8", body + ",\"x\":\"\xff\"}"},
		{"overlong_utf8", "malformed", "has an overlong UTF-8 sequence", body + ",\"x\":\"\xc0\xaf\"}"},
		{"utf8_surrogate", "malformed", "has a surrogate in UTF-8", body + ",\"x\":\"\xed\xa0\x80\"}"},
		{"bad_utf8_name", "malformed", "has a name that is no UTF-8", body + ",\"\xff\":1}"},
		{"lone_surrogate", "malformed", "has a lone surrogate", body + `,"x":"\udc00"}`},
		{"lone_surrogate_name", "malformed", "has a name with a lone surrogate", body + `,"\ud800":1}`},
		{"surrogate_pair", "accept", "has an escaped pair of surrogates", body + `,"x":"\ud83d\ude00"}`},
		{"control_character", "malformed", "has a raw control character in a string", body + ",\"x\":\"a\tb\"}"},
		{"nan", "malformed", "has NaN", body + `,"x":NaN}`},
		{"infinity", "malformed", "has Infinity", body + `,"x":Infinity}`},
		{"hex", "malformed", "has a hexadecimal number", body + `,"x":0x1}`},
		{"leading_zero", "malformed", "has a number with a leading zero", body + `,"x":01}`},
		{"leading_plus", "malformed", "has a number with a plus", body + `,"x":+1}`},
		{"bare_dot", "malformed", "has a number that begins with a dot", body + `,"x":.5}`},
		{"trailing_comma", "malformed", "has a trailing comma", body + ",}"},
		{"comment", "malformed", "has a comment", body + "/*x*/}"},
		{"single_quotes", "malformed", "has a string in single quotes", body + ",'x':1}"},
		{"bare_name", "malformed", "has a name without quotes", body + ",x:1}"},
		{"bad_escape", "malformed", "has an unknown escape", body + `,"x":"\x41"}`},
		{"upper_true", "malformed", "has True", body + `,"x":True}`},
		{"duplicate_unknown", "malformed", "has an unknown name twice", body + `,"x":1,"x":1}`},
		{"duplicate_nested", "malformed", "has a name twice in a nested object", body + `,"x":{"y":1,"y":2}}`},
		{"duplicate_in_array", "malformed", "has a name twice in an object in an array", body + `,"x":[{"y":1,"\u0079":2}]}`},
		{"duplicate_empty_name", "malformed", "has the empty name twice", body + `,"":1,"":2}`},
		{"depth_32", "accept", "is nested 32 deep, the limit", nest(31)},
		{"depth_33", "malformed", "is nested 33 deep", nest(32)},
		{"depth_5000", "malformed", "is nested 5000 deep", nest(4999)},
		{"white_space", "accept", "has white space around everything", " {\r\n\t" + strings.TrimPrefix(body, "{") + " } \r\n"},
		{"unknown_members", "accept", "has unknown members of all types", body + `,"x":1,"y":null,"z":{"a":[true,-1.5e3,"é\u00e9"]},"":0}`},
	}
}

func (c *corpus) addHeaderJSON() {
	for _, row := range hostileJSON(headerOf(c.userFlow)) {
		c.rawHeader("json_"+row[0], row[1], "the header "+row[2], row[3])
	}
	c.rawHeader("json_empty_object", "algorithm", "the header is an empty object", "{}")
}

func (c *corpus) addPayloadJSON() {
	for _, row := range hostileJSON(payloadOf()) {
		c.add("payload_json_"+row[0], row[1], "the payload "+row[2], signToken(c.userFlow, headerOf(c.userFlow), row[3]))
	}
	for _, name := range []string{"iss", "aud", "exp", "scp", "tfp", "azp", "sub"} {
		c.claims("duplicate_"+name, "malformed", name+" twice, the same", func(all []member) []member {
			for _, m := range all {
				if m.name == name {
					return append(all, m)
				}
			}
			return all
		})
	}
	c.claims("duplicate_exp_escaped", "malformed", "exp twice, once with an escaped name and later", add(`\u0065xp`, "1950003600"))
	c.claims("duplicate_other_aud", "malformed", "aud twice, another one first", func(all []member) []member {
		return append([]member{{"aud", `"other"`}}, all...)
	})
	c.add("payload_json_empty_object", "claim", "the payload is an empty object", signToken(c.userFlow, headerOf(c.userFlow), "{}"))
	c.add("payload_nested_jws", "malformed", "the payload is a JWS (nested token without cty)",
		signToken(c.userFlow, headerOf(c.userFlow), signToken(c.userFlow, headerOf(c.userFlow), payloadOf())))
	c.claims("upper_exp", "claim", "EXP for exp: names are compared by case (RFC 7519 section 4)", drop("exp"), add("EXP", "1750003600"))
	c.claims("upper_iss", "claim", "Iss for iss", drop("iss"), add("Iss", quoted(contosoIssuer)))
	c.claims("upper_aud", "claim", "AUD for aud", drop("aud"), add("AUD", quoted(corpusAudience)))
	c.claims("upper_scp", "not_access_token", "Scp for scp", drop("scp"), add("Scp", `"tasks.read"`))
	c.claims("upper_tfp", "flow", "TFP for tfp", drop("tfp"), add("TFP", `"B2C_1_susi"`))
	c.claims("upper_beside_exp", "accept", "EXP beside exp is another, unknown claim", add("EXP", "1"))
	c.claims("long_s_name", "claim", "i\u017f\u017f for iss: Unicode folds the long s to s", drop("iss"), add("i\u017f\u017f", quoted(contosoIssuer)))
	c.claims("escaped_names", "accept", "names and values spelled with escapes are the same names and values", drop("exp", "scp"), add(`\u0065\u0078p`, "1750003600"), add(`sc\u0070`, `"tasks\u002eread"`))
}

// claims adds a token with a changed payload.
func (c *corpus) claims(name, expect, comment string, change ...mod) {
	c.claimsWith(name, expect, comment, nil, change...)
}

func (c *corpus) claimsWith(name, expect, comment string, opts []vectorOption, change ...mod) {
	c.add("claims_"+name, expect, comment, signToken(c.userFlow, headerOf(c.userFlow), payloadOf(change...)), opts...)
}
