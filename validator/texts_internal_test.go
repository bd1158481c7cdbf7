// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"encoding/json"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
)

// Lists share one piece of memory, and each has what its claim says, however many they
// are, and whatever another claim holds that is no list.
func TestLists(t *testing.T) {
	r := mathrand.New(mathrand.NewPCG(1, 2))
	random := func(odd bool) any {
		all := make([]any, r.IntN(5))
		for i := range all {
			all[i] = []any{"a", "bc", "d\n", "", "é"}[r.IntN(5)]
		}
		switch {
		case odd && r.IntN(3) == 0:
			return []any{1, nil, true, slices.Concat(all, []any{1}), append([]any{"x", nil}, all...), map[string]any{}}[r.IntN(6)]
		case r.IntN(3) == 0:
			return []string{"one", "one", ""}[r.IntN(3)]
		}
		return all
	}
	for range 5000 {
		given := map[string]any{"tfp": "f", "aud": random(false), "scp": strings.Repeat("a b  c", r.IntN(4)), "roles": random(true), "emails": random(true), "email": random(true)}
		for name := range given {
			if name != "tfp" && r.IntN(4) == 0 {
				delete(given, name)
			}
		}
		payload, err := json.Marshal(given)
		if err != nil {
			t.Fatal(err)
		}
		var c claims
		err = c.parse(string(payload), true, authority.AzureADB2C)
		audience, isGood := textsIn(given["aud"]), !slices.Contains(textsIn(given["aud"]), "") && (given["aud"] == nil || len(textsIn(given["aud"])) > 0)
		if (err == nil) != isGood {
			t.Fatalf("%s: got %v, want good: %v", payload, err, isGood)
		}
		if err != nil {
			continue
		}
		scp, _ := given["scp"].(string)
		emails := textsIn(given["emails"])
		if len(emails) == 0 {
			emails = nonEmpty(textsIn(given["email"]))
		}
		lists := []struct{ got, want []string }{
			{c.audience, audience}, {c.scopes, nonEmpty(strings.Split(scp, " "))}, {c.roles, nonEmpty(textsIn(given["roles"]))}, {c.emails, emails},
		}
		for i := range lists {
			if got := append(lists[i].got, "appended"); len(got) > 1 && cap(lists[i].got) != len(lists[i].got) { //nolint:gocritic // to see what it writes to
				t.Fatalf("%s: list %d has room", payload, i)
			}
		}
		total := len(audience) + len(c.scopes) + len(c.roles) + len(textsIn(given["emails"])) + len(nonEmpty(textsIn(given["email"])))
		for i, l := range lists {
			if !slices.Equal(l.got, l.want) {
				t.Fatalf("%s: list %d: got %q, want %q", payload, i, l.got, l.want)
			}
		}
		if len(c.texts) != total {
			t.Fatalf("%s: %d texts, want %d", payload, len(c.texts), total)
		}
	}
}

// textsIn is what a claim lists: one text or several, nothing if it holds anything else.
func textsIn(v any) (all []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, e := range v {
			s, ok := e.(string)
			if !ok {
				return nil
			}
			all = append(all, s)
		}
	}
	return all
}

func nonEmpty(all []string) []string {
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}
