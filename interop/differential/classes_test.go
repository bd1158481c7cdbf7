// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package differential_test

// refusals are the classes that the kit refuses and some library accepts, each
// with its rule. A difference of any other class fails the test, and so does a
// class that never comes.
var refusals = map[string]string{
	"JSON: bytes behind the object":                   "RFC 8725 section 3.7; kit: one JSON object",
	"JSON: duplicate name":                            "RFC 7515 section 4 and RFC 7519 section 4: names are unique",
	"JSON: duplicate name of an unknown member":       "RFC 8725 section 2.4; kit: at every level",
	"JSON: duplicate name, once with an escape":       "RFC 8259 section 8.3: the same name",
	"JSON: lone surrogate":                            "RFC 8259 section 8.2; kit: no bad UTF-8",
	"JSON: nested too deep":                           "kit: bounded depth, 32 (CVE-2025-53864)",
	"JSON: no UTF-8":                                  "RFC 8259 section 8.1",
	"a claim's name in other case":                    "RFC 7519 section 4 and RFC 8725 section 2.4: names are compared by case",
	"a header member's name in other case":            "RFC 7515 section 4: names are compared by case",
	"aud has a member that is no text beside ours":    "RFC 7519 section 4.1.3: all members are StringOrURI; the kit takes no empty one",
	"base64: bits that are no data":                   "RFC 4648 section 3.5: one text for each value",
	"base64: padding":                                 "RFC 7515 section 2: without padding",
	"base64: standard alphabet":                       "RFC 7515 section 2: base64url",
	"base64: white space":                             "RFC 7515 section 2: no line breaks or white space",
	"claim acr is missing":                            "kit: a missing flow claim is refused",
	"claim acr names a flow":                          "kit: the flow is that of the authority",
	"claim acr of a wrong type or value, without tfp": "kit: it names the flow",
	"claim azp of a wrong type or value":              "kit: a claim that decides is of its type",
	"claim exp at an edge":                            "RFC 7519 section 4.1.4: on or after exp is too late",
	"claim exp of a wrong type or value":              "RFC 7519 section 2: a NumericDate is a number",
	"claim exp out of range":                          "kit: a sane range, the years 1970 to 9999",
	"claim iat at an edge, with a fraction":           "RFC 7519 section 2: fractions count",
	"claim iat of a wrong type or value":              "RFC 7519 section 2: a NumericDate is a number",
	"claim iat out of range":                          "kit: a sane range, the years 1970 to 9999",
	"claim nbf at an edge, with a fraction":           "RFC 7519 section 2: fractions count",
	"claim nbf of a wrong type or value":              "RFC 7519 section 2: a NumericDate is a number",
	"claim nbf out of range":                          "kit: a sane range, the years 1970 to 9999",
	"claim oid of a wrong type or value":              "kit: a claim that decides is of its type",
	"claim scp is missing":                            "kit: B2C's only mark of an access token",
	"claim scp of a wrong type or value":              "kit: B2C's only mark of an access token; RFC 6749 section 3.3: text split on spaces",
	"claim sub of a wrong type or value":              "RFC 7519 section 4.1.2: a StringOrURI",
	"claim tfp is missing":                            "kit: a missing flow claim is refused",
	"claim tfp is nearly right":                       "kit: the flow is that of the authority, ASCII case folded",
	"claim tfp names a flow":                          "kit: the flow is that of the authority",
	"claim tfp of a wrong type or value":              "kit: it names the flow",
	"header alg is missing":                           "RFC 7515 section 4.1.1: alg must be present",
	"header alg is not RS256":                         "RFC 8725 section 3.1; kit: RS256 is pinned",
	"header b64":                                      "RFC 7797 section 7",
	"header crit":                                     "RFC 7515 section 4.1.11; kit: refused",
	"header cty":                                      "RFC 7519 section 5.2: it marks a nested token",
	"header typ of another kind of token":             "RFC 8725 section 3.11: JWT, at+jwt or none",
	"no access token":                                 "kit: without scp it is no access token (RFC 8725 section 3.12)",
	"no flow":                                         "kit: but for the clients in AllowMissingFlow",
	"shape: a token in a token":                       "RFC 7519 section 5.2; kit: the payload is one JSON object",
	"shape: long":                                     "kit: a size cap before any work, 16 KiB",
	"shape: white space around the token":             "RFC 7515 section 7.1: three parts and two dots",
}

// acceptances are the classes that the kit accepts and all libraries refuse,
// each with the reason.
var acceptances = map[string]string{
	"a claim that decides nothing is a number beyond a double":     "RFC 8259 section 6 sets no limit; kit: what decides nothing refuses nothing. Whoever reads it gets an error then",
	"a header member that is not used is a number beyond a double": "RFC 7515 section 4: what is not understood is ignored; the number is never read",
	"claim jti is no text": "kit: it decides nothing here, and nobody is handed its value but by asking",
}
