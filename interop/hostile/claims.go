// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"slices"
	"strings"
)

// Deciding are the claims that every token is judged by.
var Deciding = []string{"iss", "aud", "exp", "nbf", "iat", "scp", "tfp", "azp", "sub", "oid"}

// odd are values of every JSON type.
var odd = []string{`null`, `true`, `false`, `0`, `1`, `-1`, `1.5`, `1e400`, `-1e400`, `1e-400`, `""`, `"x"`, `" "`, `[]`, `[""]`, `["x"]`, `[1]`, `[null]`, `[[]]`, `[{}]`, `{}`, `{"a":1}`, `123456789012345678901234567890`}

// claimEdits take each claim away, and give it each type.
func claimEdits() (all []Edit) {
	for _, name := range slices.Concat(Deciding, []string{"acr", "auth_time", "nonce", "roles", "ver", "emails", "name", "idp", "jti", "tid"}) {
		kind := "a claim that decides nothing is odd"
		if slices.Contains(Deciding, name) {
			kind = "claim " + name + " of a wrong type or value"
		}
		if name == "jti" {
			kind = "claim jti is no text"
		}
		for _, value := range odd {
			e := claim(classOf(kind, name, value), name, value)
			if name == "acr" { // beside tfp it decides nothing; without, see trustEdits
				set := e.Do
				e.Do = func(d *Draft) {
					if d.Claims.Get("tfp") != "" {
						set(d)
					}
				}
			}
			all = append(all, e)
		}
		missing := Edit{"claim " + name + " is missing", name, func(d *Draft) { d.Claims = d.Claims.Without(name) }}
		wrongCase := Edit{"a claim's name in other case", name, func(d *Draft) { d.Claims = d.Claims.Renamed(name, strings.ToUpper(name)) }}
		all = append(all, missing, wrongCase)
	}
	for _, name := range []string{"iss", "aud", "tfp", "scp", "sub", "azp"} {
		all = append(all, Edit{"claim " + name + " of a wrong type or value", "in an array", func(d *Draft) {
			d.Claims = d.Claims.With(name, "["+d.Claims.Get(name)+"]")
		}}, Edit{"claim " + name + " of a wrong type or value", "in an object", func(d *Draft) {
			d.Claims = d.Claims.With(name, `{"value":`+d.Claims.Get(name)+"}")
		}})
	}
	return all
}

// classOf tells numbers beyond a double from other odd values: it is the one
// class in which the kit takes what other libraries can't read.
func classOf(kind, name, value string) string {
	if strings.Contains(value, "1e400") && !slices.Contains(Deciding, name) {
		return "a claim that decides nothing is a number beyond a double"
	}
	return kind
}
