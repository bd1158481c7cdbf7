// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// checkNames are the checks of a token, in their order.
var checkNames = []validator.CheckName{
	"form", "header", "key", "signature", "claims", "issuer", "audience", "time", "kind", "flow", "client", "authority",
}

// agree holds an explanation to what Validate says, and to itself.
func agree(tb testing.TB, what, raw string, x *validator.Explanation, validated error) {
	tb.Helper()
	want, _ := errors.AsType[*validator.Error](validated)
	switch {
	case (x.Err == nil) != (want == nil):
		tb.Fatalf("%s: got %v, and Validate %v", what, x.Err, validated)
	case x.Err != nil && (x.Err.Error() != want.Error() || !sameError(x.Err, want)):
		tb.Fatalf("%s: got %+v, and Validate %+v", what, x.Err, want)
	case (x.Token == nil) != (x.Err != nil):
		tb.Fatalf("%s: a token is there: %v, with %v", what, x.Token != nil, x.Err)
	}
	wantVerdict, outcome := validator.Accepted, validator.OutcomePassed
	if want != nil {
		wantVerdict, outcome = validator.Refused, validator.OutcomeFailed
		if want.Reason.Kind() == validator.Unavailable {
			wantVerdict, outcome = validator.Undecided, validator.OutcomeUndecided
		}
	}
	if x.Verdict != wantVerdict {
		tb.Fatalf("%s: got verdict %s, want %s", what, x.Verdict, wantVerdict)
	}
	for i, c := range x.Checks {
		if name := checkNames[min(i, len(checkNames)-1)]; i < len(checkNames) && c.Name != name || i >= len(checkNames) && c.Name != validator.CheckRequirement {
			tb.Fatalf("%s: check %d is %s", what, i, c.Name)
		}
		failed := c.Outcome == validator.OutcomeFailed || c.Outcome == validator.OutcomeUndecided
		if failed != (c.Fix != "") || failed != (c.Reason != "") || (c.Found == "") != (c.Outcome == validator.OutcomeNotReached) {
			tb.Fatalf("%s: the check is not whole: %+v", what, c)
		}
		checkErrorText(tb, what, errors.New(c.Found))
	}
	switch failed := x.Failed(); {
	case failed == nil && want != nil:
		tb.Fatalf("%s: no check failed, for %v", what, want)
	case failed != nil && (want == nil || failed.Reason != want.Reason || failed.Hint != want.Hint || failed.Outcome != outcome):
		tb.Fatalf("%s: the check that failed is %+v, and Validate says %v", what, failed, validated)
	}
	shown := fmt.Sprintf("%+v %v", *x, x.LogValue())
	if i := strings.LastIndexByte(raw, '.'); i >= 0 && len(raw)-i > 20 && strings.Contains(shown, raw[i+1:]) {
		tb.Fatalf("%s: the signature is shown: %s", what, shown)
	}
}

// sameError compares all fields but the error beneath, whose text has been compared.
func sameError(a, b *validator.Error) bool {
	x, y := *a, *b
	x.Err, y.Err = nil, nil
	return reflect.DeepEqual(&x, &y) //nolint:govet // of the fields
}

// For each token of the corpus, and for random edits of them, Explain says what Validate
// does.
func TestExplainAgrees(t *testing.T) {
	all := readCorpus(t)
	reqs := []validator.Requirement{validator.Scope("tasks.read"), validator.Flow("B2C_1_susi"), validator.Delegated()}
	for _, v := range all {
		val := corpusValidator(t, &v)
		_, err := val.Validate(t.Context(), v.token)
		agree(t, v.name, v.token, val.Explain(t.Context(), v.token), err)

		token, err := val.Validate(t.Context(), v.token)
		if err == nil {
			for _, r := range reqs {
				if err = r.Check(t.Context(), token); err != nil {
					break
				}
			}
		}
		got := val.Explain(t.Context(), v.token, reqs...)
		if e, ok := errors.AsType[*validator.Error](err); ok && e.Holder == nil && got.Err != nil {
			e.Holder = got.Err.Holder // Check knows none
		}
		agree(t, v.name+", with requirements", v.token, got, err)
		if len(got.Checks) != len(checkNames)+len(reqs) {
			t.Fatalf("%s: got %d checks", v.name, len(got.Checks))
		}
	}
	r := rand.New(rand.NewPCG(3, 4))
	seen := map[string]int{}
	for range 3000 {
		v := all[r.IntN(len(all))]
		raw := scrambled(r, v.token, all[r.IntN(len(all))].token)
		val := corpusValidator(t, &v)
		_, err := val.Validate(t.Context(), raw)
		agree(t, v.name+", scrambled", raw, val.Explain(t.Context(), raw), err)
		seen[verdictOf(err)]++
	}
	if len(seen) < 8 {
		t.Errorf("scrambled tokens had the verdicts %v alone", seen)
	}
}

// scrambled puts parts of two tokens together, and changes a few characters.
func scrambled(r *rand.Rand, a, b string) string {
	parts, others := strings.Split(a, "."), strings.Split(b, ".")
	for i := range parts {
		if r.IntN(4) == 0 && i < len(others) {
			parts[i] = others[i]
		}
	}
	raw := []byte(strings.Join(parts, "."))
	for range r.IntN(3) {
		if len(raw) > 0 {
			raw[r.IntN(len(raw))] = "AZaz09-_.= \n\"{"[r.IntN(14)]
		}
	}
	return string(raw)
}

// outcomes writes the checks that did not pass: a name, with ? if it is unverified.
func outcomes(x *validator.Explanation) string {
	var all []string
	for _, c := range x.Checks {
		text := string(c.Name)
		if c.Name == validator.CheckRequirement {
			text = c.Requirement
		}
		switch c.Outcome {
		case validator.OutcomePassed:
			continue
		case validator.OutcomeNotReached:
			text = "(" + text + ")"
		case validator.OutcomeUndecided:
			text += "…"
		case validator.OutcomeFailed:
		}
		if c.Unverified {
			text += "?"
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

// Behind the first failure all is told that can be.
func TestExplainGoesOn(t *testing.T) {
	keys := keysOf(t)
	user, stranger := keys.userFlow, keys.stranger
	sign := func(mods ...mod) string { return signToken(user, headerOf(user), payloadOf(mods...)) }
	expired, aud := set("exp", "1750000000"), set("aud", quoted("11111111-2222-4333-8444-555555555555"))
	reqs := []validator.Requirement{validator.Scope("tasks.delete"), validator.Func("mine", func(*validator.Token) error { return errors.New("no") })}
	now := func() time.Time { return time.Unix(corpusNow+600, 0) }
	for _, tc := range []struct {
		name, raw string
		reqs      []validator.Requirement
		want      string
	}{
		{"good", sign(), nil, ""},
		{"wrong audience, expired", sign(aud, expired), nil, "audience time (authority)"},
		{"nothing is right", sign(aud, expired, drop("scp"), set("tfp", `"B2C_1_reset"`), set("azp", quoted(daemonClient))), nil, "audience time kind flow client (authority)"},
		{"another tenant", sign(set("iss", quoted(strings.ReplaceAll(contosoIssuer, contosoID, fabrikamID))), expired), nil, "issuer time (flow) (authority)"},
		{"another tenant and audience", sign(set("iss", `"https://sts.windows.net/x/"`), aud), nil, "issuer audience (flow) (authority)"},
		{"unknown key, expired, wrong audience", signToken(stranger, headerOf(stranger), payloadOf(aud, expired)), reqs[:1], "key (signature) audience? time? (authority) Scope(\"tasks.delete\")?"},
		{"altered", signWith(headerOf(user), payloadOf(), func([]byte) []byte { return make([]byte, 256) }), reqs, "signature (authority) Scope(\"tasks.delete\")? (Func(\"mine\"))"},
		{"HS256, another flow", signToken(user, headerOf(user, set("alg", `"HS256"`)), payloadOf(set("tfp", `"B2C_1_other"`))), nil, "header (key) (signature) flow? (authority)"},
		{"no claims", signToken(user, headerOf(user), `[]`), reqs, "claims (issuer) (audience) (time) (kind) (flow) (client) (authority) (Scope(\"tasks.delete\")) (Func(\"mine\"))"},
		{"no claims, unknown key", signToken(stranger, headerOf(stranger), `[]`), nil, "key (signature) claims? (issuer) (audience) (time) (kind) (flow) (client) (authority)"},
		{"no token", "undefined", nil, "form (header) (key) (signature) (claims) (issuer) (audience) (time) (kind) (flow) (client) (authority)"},
		{"requirements", sign(), reqs, "Scope(\"tasks.delete\") (Func(\"mine\"))"},
		{"requirements, the function first", sign(), []validator.Requirement{reqs[1], reqs[0], validator.AllOf(reqs...)}, "Func(\"mine\") Scope(\"tasks.delete\") (AllOf(Scope(\"tasks.delete\"), Func(\"mine\")))"},
		{"expired, with requirements", sign(expired), reqs, "time (authority) Scope(\"tasks.delete\") (Func(\"mine\"))"},
	} {
		v := staticValidator(t, &validator.Options{Now: now, Clients: []string{webClient}})
		x := v.Explain(t.Context(), tc.raw, tc.reqs...)
		if got := outcomes(x); got != tc.want {
			t.Errorf("%s: got %s, want %s\n%+v", tc.name, got, tc.want, x.Checks)
		}
	}
}

// A validator that can't decide says so, and its functions are asked once, of good
// tokens alone.
func TestExplainAsksTheApplicationOnce(t *testing.T) {
	key := keysOf(t).userFlow
	good, bad := signToken(key, headerOf(key), payloadOf()), signToken(key, headerOf(key), payloadOf(drop("scp")))
	var asked atomic.Int64
	away := validator.Lookup("users", func(context.Context, *validator.Token) (bool, error) {
		asked.Add(1)
		return false, errors.New("connection refused")
	})
	v := staticValidator(t, &validator.Options{Requirements: []validator.Requirement{away}})
	x := v.Explain(t.Context(), good)
	_, err := v.Validate(t.Context(), good)
	agree(t, "good", good, x, err)
	if x.Verdict != validator.Undecided || outcomes(x) != `Lookup("users")…` || asked.Load() != 2 {
		t.Errorf("got %s, %s; asked %d times", x.Verdict, outcomes(x), asked.Load())
	}
	if x := v.Explain(t.Context(), bad, away); x.Verdict != validator.Refused || asked.Load() != 2 {
		t.Errorf("a bad token: got %s; asked %d times", x.Verdict, asked.Load())
	}
	var nobody context.Context
	if x := v.Explain(nobody, good); x.Verdict != validator.Undecided {
		t.Errorf("without a context: got %s", x.Verdict)
	}
}

// It leaves the memory and the hook alone.
func TestExplainLeavesNoTrace(t *testing.T) {
	key := keysOf(t).userFlow
	good := signToken(key, headerOf(key), payloadOf())
	told := 0
	v := staticValidator(t, &validator.Options{OnValidation: func(context.Context, validator.Validation) { told++ }})
	if _, err := v.Validate(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	before := v.State().Memory
	for range 3 {
		if x := v.Explain(t.Context(), good); x.Verdict != validator.Accepted {
			t.Fatal(x.Err)
		}
	}
	if after := v.State().Memory; after != before || told != 1 {
		t.Errorf("got memory %+v, want %+v; the hook was called %d times", after, before, told)
	}
	_ = v.Close()
	x := v.Explain(t.Context(), good)
	_, err := v.Validate(t.Context(), good)
	agree(t, "closed", good, x, err)
	if x.Err.Hint != validator.HintClosed {
		t.Errorf("closed: got hint %s", x.Err.Hint)
	}
	x = new(validator.Validator).Explain(t.Context(), good)
	_, err = new(validator.Validator).Validate(t.Context(), good)
	agree(t, "empty", good, x, err)
}

// Explain asks for keys where Validate does, and not once more.
func TestExplainFetchesAsValidate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		other := emulator.NewTenant(&emulator.Options{Name: "fabrikam"})
		tenant, err := authority.B2C("contoso", b2c.ID())
		if err != nil {
			t.Fatal(err)
		}
		mint := func(of *emulator.Tenant, s emulator.Spec) string {
			raw, err := of.Mint(s)
			if err != nil {
				t.Fatal(err)
			}
			return raw
		}
		start := func() (*validator.Validator, *atomic.Int64) {
			counted := &counting{next: b2c.Transport()}
			v, err := validator.New(tenant.Flows("B2C_1_susi", "B2C_1A_partner"), b2c.API().ID, &validator.Options{
				Transport: counted, Logger: slog.New(slog.DiscardHandler), MemoryBytes: -1,
			})
			if err != nil {
				t.Fatal(err)
			}
			return v, &counted.n
		}
		one, ofValidate := start()
		two, ofExplain := start()
		defer one.Close()
		defer two.Close()
		keys := keysOf(t)
		for range 8 {
			for _, raw := range []string{
				signToken(keys.stranger, headerOf(keys.stranger), payloadOf()),
				mint(b2c, emulator.Spec{}), mint(other, emulator.Spec{}), mint(b2c, emulator.Spec{Flow: "B2C_1_edit"}), "undefined",
				mint(b2c, emulator.Spec{Claims: map[string]any{"exp": 1}}),
			} {
				_, err := one.Validate(t.Context(), raw)
				agree(t, "twin", raw, two.Explain(t.Context(), raw), err)
				if a, b := ofValidate.Load(), ofExplain.Load(); a != b {
					t.Fatalf("Validate has caused %d requests, Explain %d", a, b)
				}
			}
			b2c.Rotate("", true)
			time.Sleep(31 * time.Second)
			synctest.Wait()
		}
		if ofExplain.Load() < 8 {
			t.Errorf("got %d requests, too few to show anything", ofExplain.Load())
		}
	})
}

// counting counts requests.
type counting struct {
	next http.RoundTripper
	n    atomic.Int64
}

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.n.Add(1)
	return c.next.RoundTrip(r)
}

// Any number of goroutines may ask.
func TestExplainIsSafe(t *testing.T) {
	key := keysOf(t).userFlow
	v := staticValidator(t, nil)
	raw := []string{signToken(key, headerOf(key), payloadOf()), signToken(key, headerOf(key), payloadOf(drop("scp"))), "null"}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 50 {
				x := v.Explain(t.Context(), raw[i%3], validator.Scope("tasks.read"))
				if (i%3 == 0) != (x.Verdict == validator.Accepted) {
					t.Errorf("token %d: got %s", i%3, x.Verdict)
				}
			}
		})
	}
	wg.Wait()
}

// What is logged of an explanation tells what to change, and nothing of the user.
func TestExplanationInLogs(t *testing.T) {
	key := keysOf(t).userFlow
	raw := signToken(key, headerOf(key), payloadOf(set("tfp", `"B2C_1_reset"`)))
	x := staticValidator(t, nil).Explain(t.Context(), raw, validator.Scope("tasks.delete"))
	var out strings.Builder
	slog.New(slog.NewJSONHandler(&out, nil)).Info("refused", "explanation", x)
	var line struct {
		Explanation map[string]string `json:"explanation"`
	}
	if err := json.Unmarshal([]byte(out.String()), &line); err != nil {
		t.Fatal(err)
	}
	got := line.Explanation
	if got["verdict"] != "refused" || got["reason"] != "flow" || got["hint"] != "reset_flow" || got["failed"] != "flow requirement" || !strings.Contains(got["fix"], "Leave it untrusted") {
		t.Errorf("got %v", got)
	}
	for _, secret := range []string{"Ada", "ada@example.org", "n-7f3a"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%s is logged: %s", secret, out.String())
		}
	}
	keys := slices.Sorted(func(yield func(string) bool) {
		for k := range got {
			if !yield(k) {
				return
			}
		}
	})
	if want := []string{"failed", "fix", "found", "hint", "reason", "verdict"}; !slices.Equal(keys, want) {
		t.Errorf("got keys %q, want %q", keys, want)
	}
}

// Printed or logged, what a token says of itself shows nothing of the user either.
func TestInspectionInLogs(t *testing.T) {
	key := keysOf(t).userFlow
	said := validator.Inspect(signToken(key, headerOf(key), payloadOf(set("tfp", `"B2C_1_\u001b[31m"`))))
	var out strings.Builder
	slog.New(slog.NewTextHandler(&out, nil)).Info("text", "said", said)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "said", said)
	fmt.Fprintf(&out, "%v %+v %#v %s %v", said, said, said, said, *said)
	for _, hidden := range []string{"Ada", "ada@example.org", "cccccccc-cccc", "n-7f3a", "\x1b"} {
		if strings.Contains(out.String(), hidden) {
			t.Errorf("%q is shown: %s", hidden, out.String())
		}
	}
	if n := strings.Count(out.String(), webClient); n != 7 {
		t.Errorf("got the client %d times: %s", n, out.String())
	}
}
