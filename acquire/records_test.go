// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
)

// What is written comes back as it was.
func TestAccountRecordRoundTrip(t *testing.T) {
	at := tokencache.NewInstant(time.Now(), noon)
	want := inFleet(noonVersion, "new", "r1")
	want.typed, want.noSecret = "ann", true
	r := newAccountRecord("key", want)
	r.put("scope", tokencache.NewToken("t1", "granted", at, time.Hour))
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back accountRecord
	if err := json.Unmarshal(text, &back); err != nil || !back.isOf("key", "u") {
		t.Fatalf("%v: %s", err, text)
	}
	got := back.state()
	if got.account.Name != "new" || got.typed != "ann" || got.refresh != "r1" || !got.noSecret || got.removed ||
		got.version != noonVersion || !got.refreshUntil.Equal(want.refreshUntil) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	token := back.tokens(at)["scope"]
	if token == nil || token.Text() != "t1" || token.Scope() != "granted" || !token.Ends().Equal(noon.Add(time.Hour)) || !token.Begins().Equal(noon) {
		t.Errorf("got %+v", token)
	}
	if back.isOf("another key", "u") || back.isOf("key", "another user") {
		t.Error("the record passes for another")
	}
}

func TestTokenRecordThatMakesNoSense(t *testing.T) {
	at := tokencache.NewInstant(time.Now(), noon)
	good := newTokenRecord("key", tokencache.NewToken("t1", "", at, time.Hour))
	for name, change := range map[string]func(r *tokenRecord){
		"as it is":                   func(*tokenRecord) {},
		"from within the clock skew": func(r *tokenRecord) { r.From += 59_000; r.Until += 59_000 },
		"another key":                func(r *tokenRecord) { r.Key = "other" },
		"no token":                   func(r *tokenRecord) { r.Access = "" },
		"what no header holds":       func(r *tokenRecord) { r.Access = "a\nb" },
		"expired":                    func(r *tokenRecord) { r.From -= 3_600_000; r.Until -= 3_600_000 },
		"from the future":            func(r *tokenRecord) { r.From += 61_000; r.Until += 61_000 },
		"without a life":             func(r *tokenRecord) { r.From = r.Until },
		"with too long a life":       func(r *tokenRecord) { r.From -= 24 * 3_600_000 },
	} {
		r := good
		change(&r)
		isGood := name == "as it is" || name == "from within the clock skew"
		if got := r.token("key", at); (got != nil) != isGood {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
