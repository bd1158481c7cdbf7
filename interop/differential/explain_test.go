// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package differential_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/interop/hostile"
	"github.com/b2ckit/b2ckit/validator"
)

// TestExplainOfHostileTokens: for each hostile token the explanation has the verdict
// and the error of the validation, and shows no signature.
func TestExplainOfHostileTokens(t *testing.T) {
	drafts, keySet := bases()
	v := kitValidator(t, keySet)
	n, verdicts := 0, map[validator.Verdict]int{}
	check := func(name, raw string) {
		n++
		_, err := v.Validate(t.Context(), raw)
		x := v.Explain(t.Context(), raw, validator.Scope("tasks.read"))
		if err == nil && x.Err != nil && x.Err.Reason == validator.ErrScopeRequired {
			err = x.Err // the requirement's, behind a good token
		}
		verdicts[x.Verdict]++
		want, _ := errors.AsType[*validator.Error](err)
		if (want == nil) != (x.Err == nil) || want != nil && (want.Error() != x.Err.Error() || want.Hint != x.Err.Hint || x.Failed() == nil || x.Failed().Reason != want.Reason) {
			t.Fatalf("%s: got %v, %+v, and Validate %v", name, x.Err, x.Checks, err)
		}
		signature := raw[strings.LastIndexByte(raw, '.')+1:]
		if len(signature) > 40 && strings.Contains(fmt.Sprintf("%+v", *x), signature) {
			t.Fatalf("%s: the signature is shown", name)
		}
	}
	for _, draft := range drafts {
		for _, e := range hostile.Edits() {
			d := draft()
			e.Do(d)
			check(e.Class+": "+e.Name, d.Token())
		}
		good := draft().Token()
		for _, m := range hostile.Tamper(rand.New(rand.NewPCG(*seed, 0)), good) {
			check(m.How, m.Raw)
		}
		for _, m := range hostile.Recode(good) {
			check(m.How, m.Raw)
		}
	}
	if n < fewest || verdicts[validator.Refused] == 0 || verdicts[validator.Accepted] == 0 {
		t.Errorf("got %d tokens, %v", n, verdicts)
	}
	t.Logf("%d tokens: %v", n, verdicts)
}
