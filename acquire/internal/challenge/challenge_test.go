// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package challenge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/acquire/internal/challenge"
)

func ExampleParse() {
	all, ok := challenge.Parse(`Basic realm="x", Bearer realm="api", error=invalid_token`)
	fmt.Println(ok, len(all), all[1].Scheme, all[1].Params["error"])
	// Output: true 2 bearer invalid_token
}

func TestParse(t *testing.T) {
	for field, want := range map[string]string{
		``:       "",
		`Bearer`: "bearer map[]",
		`Bearer realm="", error="insufficient_claims", claims="eyJhIjoxfQ=="`: "bearer map[claims:eyJhIjoxfQ== error:insufficient_claims realm:]",
		`BEARER ERROR = "a" , Scope="b c"`:                                    "bearer map[error:a scope:b c]",
		`Bearer error="a \"b\" \\c, d=\"e\""`:                                 `bearer map[error:a "b" \c, d="e"]`,
		`, ,Basic realm="x",,Bearer error=a`:                                  "basic map[realm:x] bearer map[error:a]",
		`Negotiate, Bearer error=a`:                                           "negotiate map[] bearer map[error:a]",
		`Negotiate YWJj, Bearer error=a`:                                      "negotiate map[] bearer map[error:a]",
		`Negotiate YWI==, Bearer error=a`:                                     "negotiate map[] bearer map[error:a]",
		`NTLM a=`:                                                             "ntlm map[]",
		`Bearer a="`:                                                          "!",
		`Bearer a="b`:                                                         "!",
		`Bearer a="b" c="d"`:                                                  "!",
		`Bearer a="b"c="d"`:                                                   "!",
		`Bearer a=, b=c`:                                                      "bearer map[b:c]", // a token68
		`Bearer b=c, a=`:                                                      "!",
		`Bearer b=c, a=, d=e`:                                                 "!",
		`Bearer error="a", error="b"`:                                         "!",
		`Bearer error="a", ERROR="b"`:                                         "!",
		`error="a"`:                                                           "!",
		`=a`:                                                                  "!",
		`Bearer {}`:                                                           "!",
		`Bearer; a=b`:                                                         "!",
		"Bearer a=\"\x00\"":                                                   "!",
		"Bearer a=\"\n\"":                                                     "!",
		"Bearer\ta=b":                                                         "!",
		"Bearer a=\"\xff\"":                                                   "bearer map[a:\xff]",
		"Bearer a=" + strings.Repeat("b", 16<<10):                             "!",
	} {
		got := "!"
		if all, ok := challenge.Parse(field); ok {
			var texts []string
			for _, c := range all {
				texts = append(texts, fmt.Sprint(c.Scheme, " ", c.Params))
			}
			got = strings.Join(texts, " ")
		}
		if got != want {
			t.Errorf("%.100q: got %q, want %q", field, got, want)
		}
	}
}

// FuzzParse: what is read, written anew, is read the same again.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`Bearer realm="", error="insufficient_claims", claims="eyJhIjoxfQ=="`, `Negotiate YWI==, Bearer error=a`, `Bearer a="\"\\"`, `a b=c,,d`, "Bearer a=\"\x7f\"", `x=`, `a b`,
	} {
		f.Add(s)
	}
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	f.Fuzz(func(t *testing.T, field string) {
		if len(field) > 4<<10 {
			return
		}
		all, ok := challenge.Parse(field)
		if !ok {
			if all != nil {
				t.Fatalf("%q: is refused, with %v", field, all)
			}
			return
		}
		var parts []string
		for _, c := range all {
			params := []string{}
			for name, value := range c.Params {
				params = append(params, name+`="`+escape.Replace(value)+`"`)
			}
			parts = append(parts, strings.TrimSpace(c.Scheme+" "+strings.Join(params, ", ")))
		}
		written := strings.Join(parts, ", ")
		if len(written) > challenge.MaxField {
			return
		}
		if again, ok := challenge.Parse(written); !ok || fmt.Sprint(again) != fmt.Sprint(all) {
			t.Fatalf("%q is read as %v, written as %q, and read as %v", field, all, written, again)
		}
	})
}
