// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/validator"
)

// What tokens take is counted whatever is in them: also what no token shows, as the roles
// of a B2C token. A tenant with policies of its own fills them as it likes.
func TestBytesOfHostileTokens(t *testing.T) {
	if raceEnabled {
		return // the race detector has memory of its own
	}
	const tokens = 40
	escaped := "[" + strings.Repeat(`"\u0041`+strings.Repeat("x", 32)+`",`, 200) + `"a"]`
	for name, m := range map[string]mod{
		"usual":            set("name", `"Ada"`),
		"many texts":       set("emails", "["+strings.Repeat(`"a",`, 2000)+`"a"]`),
		"escaped":          set("emails", escaped),
		"escaped, a claim": set("name", `"\u0041`+strings.Repeat("x", 8000)+`"`),
		"escaped, unseen":  add("roles", escaped),
	} {
		r := newRecaller(t, validator.Options{})
		var all []string
		for i := range tokens {
			all = append(all, goodToken(t, m, set("oid", quoted(fmt.Sprint("user-", i)))))
		}
		before := heap()
		for _, raw := range all {
			if _, err := r.Validate(t.Context(), raw); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		took, s := heap()-before, r.State().Memory
		if s.Tokens != tokens || took > s.Bytes+s.Bytes/10+16<<10 {
			t.Errorf("%s: %d bytes are counted for %d tokens that take %d", name, s.Bytes, s.Tokens, took)
		}
		runtime.KeepAlive(all)
	}
}
