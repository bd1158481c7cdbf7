// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"strings"
)

// shapeEdits put the parts of a good token into other shapes.
func shapeEdits() (all []Edit) {
	whole := func(class, name string, f func(h, p, s string) string) {
		all = append(all, Edit{class, name, func(d *Draft) {
			d.Whole = func(token string) string {
				parts := strings.SplitN(token, ".", 3)
				return f(parts[0], parts[1], parts[2])
			}
		}})
	}
	compact := func(h, p, s string) string { return h + "." + p + "." + s }
	const jwe = `eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ`
	for name, f := range map[string]func(h, p, s string) string{
		"no dots":             func(h, p, s string) string { return h + p + s },
		"one dot":             func(h, p, _ string) string { return h + "." + p },
		"three dots":          func(h, p, s string) string { return compact(h, p, s) + "." },
		"three dots, twice s": func(h, p, s string) string { return compact(h, p, s) + "." + s },
		"dots alone":          func(_, _, _ string) string { return ".." },
		"empty":               func(_, _, _ string) string { return "" },
		"five dots":           func(h, p, s string) string { return compact(h, p, s) + "." + compact(h, p, s) },
		"many dots":           func(h, _, _ string) string { return h + strings.Repeat(".", 2000) },
		"no header":           func(_, p, s string) string { return compact("", p, s) },
		"no payload":          func(h, _, s string) string { return compact(h, "", s) },
		"swapped":             func(h, p, s string) string { return compact(p, h, s) },
		"header twice":        func(h, _, s string) string { return compact(h, h, s) },
		"dot before":          func(h, p, s string) string { return "." + compact(h, p, s) },
		"comma list":          func(h, p, s string) string { return compact(h, p, s) + "," + compact(h, p, s) },
		"colons":              func(h, p, s string) string { return h + ":" + p + ":" + s },
	} {
		whole("shape: not three parts", name, f)
	}
	for name, f := range map[string]func(h, p, s string) string{
		"parts of a JWS": func(h, p, s string) string { return compact(h, p, s) + ".." },
		"JWE":            func(_, p, s string) string { return jwe + ".AAAA.AAAA." + p + ".AAAA" },
		"direct key":     func(_, p, _ string) string { return "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA." + p + ".AAAA" },
		"PBES2": func(_, p, _ string) string {
			return encode([]byte(`{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":2147483647,"p2s":"AAAA"}`)) + ".AAAA.AAAA." + p + ".AAAA"
		},
		"zip": func(_, p, _ string) string {
			return encode([]byte(`{"alg":"dir","enc":"A256GCM","zip":"DEF"}`)) + "..AAAA." + p + ".AAAA"
		},
		"dots alone":      func(_, _, _ string) string { return "...." },
		"JWE in two dots": func(_, p, s string) string { return compact(jwe, p, s) },
	} {
		whole("shape: a JWE", name, f)
	}
	for name, f := range map[string]func(h, p, s string) string{
		"flattened": func(h, p, s string) string {
			return `{"payload":"` + p + `","protected":"` + h + `","signature":"` + s + `"}`
		},
		"general": func(h, p, s string) string {
			return `{"payload":"` + p + `","signatures":[{"protected":"` + h + `","signature":"` + s + `"}]}`
		},
		"general, two": func(h, p, s string) string {
			return `{"payload":"` + p + `","signatures":[{"protected":"` + h + `","signature":"AAAA"},{"protected":"` + h + `","signature":"` + s + `"}]}`
		},
		"unprotected header": func(h, p, s string) string {
			return `{"payload":"` + p + `","protected":"` + h + `","header":{"kid":"x"},"signature":"` + s + `"}`
		},
		"no protected header": func(_, p, s string) string {
			return `{"payload":"` + p + `","header":{"alg":"RS256"},"signature":"` + s + `"}`
		},
		"polyglot": func(h, p, s string) string {
			return `{"` + h + "." + p + "." + s + `":"","payload":"` + p + `","protected":"` + h + `","signature":"` + s + `"}`
		},
		"polyglot behind": func(h, p, s string) string { return compact(h, p, s) + `{"payload":"` + p + `"}` },
		"array":           func(h, p, s string) string { return `["` + h + `","` + p + `","` + s + `"]` },
		"JSON string":     func(h, p, s string) string { return `"` + compact(h, p, s) + `"` },
		"spaces before": func(h, p, s string) string {
			return ` {"payload":"` + p + `","protected":"` + h + `","signature":"` + s + `"}`
		},
	} {
		whole("shape: JSON serialization", name, f)
	}
	for _, c := range []string{" ", "\t", "\n", "\r\n", "\x00", "\u00a0", "\v", "\ufeff"} {
		whole("shape: white space around the token", Quote(c)+" before", func(h, p, s string) string { return c + compact(h, p, s) })
		whole("shape: white space around the token", Quote(c)+" behind", func(h, p, s string) string { return compact(h, p, s) + c })
	}
	for _, scheme := range []string{"Bearer ", "bearer ", "BEARER\t", "Token ", "Bearer:"} {
		whole("shape: a scheme before the token", scheme, func(h, p, s string) string { return scheme + compact(h, p, s) })
	}
	nested := Edit{"shape: a token in a token", "payload", func(d *Draft) {
		inner := (&Draft{Header: d.Header, Claims: d.Claims, Key: d.Key}).Token()
		d.ClaimsText = always(inner)
	}}
	nestedString := Edit{"shape: a token in a token", "payload, quoted", func(d *Draft) {
		inner := (&Draft{Header: d.Header, Claims: d.Claims, Key: d.Key}).Token()
		d.ClaimsText = always(Quote(inner))
	}}
	nestedClaim := Edit{"shape: a token in a claim", "claim", func(d *Draft) {
		inner := (&Draft{Header: d.Header, Claims: d.Claims, Key: d.Key}).Token()
		d.Claims = d.Claims.With("jwt", Quote(inner))
	}}
	withCTY := Edit{"shape: a token in a token", "with cty", func(d *Draft) {
		inner := (&Draft{Header: d.Header, Claims: d.Claims, Key: d.Key}).Token()
		d.Header = d.Header.With("cty", `"JWT"`)
		d.ClaimsText = always(inner)
	}}
	all = append(all, nested, nestedString, nestedClaim, withCTY)
	for _, n := range []int{12000, 16000, 16384, 20000, 60000} {
		all = append(all, Edit{"shape: long", strings.Repeat("k", n/1000), func(d *Draft) { d.Claims = d.Claims.With("pad", Quote(strings.Repeat("a", n*3/4-1000))) }})
	}
	return all
}
