// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"crypto/rsa"
	"fmt"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/validator"
)

// What is refused leaves no trace in the memory, however much of it comes.
func TestFloodOfBadTokens(t *testing.T) {
	r := newRecaller(t, validator.Options{MemoryBytes: 64 << 10, Clients: []string{webClient}})
	var busy []string
	for i := range 20 {
		busy = append(busy, goodToken(t, set("oid", quoted(fmt.Sprint("busy-", i)))))
		if _, err := validates(t, r.Validator, busy[i]); err != nil {
			t.Fatal(err)
		}
	}
	for _, raw := range busy {
		recalls(t, r.Validator, raw)
	}
	before := r.State().Memory
	bad := badTokens(t)
	for i := range 3000 {
		for name, raw := range bad {
			if i%100 > 0 && strings.HasPrefix(name, "signed") {
				continue // dear
			}
			if _, err := r.Validate(t.Context(), raw(i)); err == nil {
				t.Fatalf("%s: accepted", name)
			}
		}
	}
	after := r.State().Memory
	if after.Tokens != before.Tokens || after.Bytes != before.Bytes || after.Evicted != before.Evicted || after.Hits != before.Hits || after.Misses <= before.Misses {
		t.Errorf("got %+v, want %+v with more misses", after, before)
	}
	for _, raw := range busy {
		recalls(t, r.Validator, raw)
	}
}

// badTokens makes, of each class, one that is different for each number.
func badTokens(tb testing.TB) map[string]func(i int) string {
	tb.Helper()
	k := keysOf(tb)
	good := goodToken(tb)
	parts := strings.Split(good, ".")
	of := func(key *rsa.PrivateKey, mods ...mod) func(int) string {
		return func(i int) string {
			return signToken(key, headerOf(k.userFlow), payloadOf(append(mods, set("name", quoted(fmt.Sprint(i))))...))
		}
	}
	const other = "12121212-1212-4212-8212-121212121212"
	return map[string]func(int) string{
		"garbage":              func(i int) string { return fmt.Sprint("garbage ", i) },
		"unsigned":             func(i int) string { return fmt.Sprintf("%s.%s.%d", parts[0], parts[1], i) },
		"another signature":    func(i int) string { return good[:len(good)-6] + fmt.Sprintf("%05dA", i) },
		"signed by a stranger": of(k.stranger),
		"signed, expired":      of(k.userFlow, set("exp", "1749990000")),
		"signed, to come":      of(k.userFlow, set("nbf", "1760000001")),
		"signed for another":   of(k.userFlow, set("aud", quoted(other))),
		"signed, no scope":     of(k.userFlow, drop("scp")),
		"signed, other client": of(k.userFlow, set("azp", quoted(other))),
		"signed, other issuer": of(k.userFlow, set("iss", quoted("https://login.example.org/"))),
		"signed, other flow":   of(k.userFlow, set("tfp", quoted("B2C_1_other"))),
		"signed, odd claim":    of(k.userFlow, set("exp", quoted("soon"))),
	}
}

// A client that gets a token for each call does not push out those that are used all
// the time.
func TestFloodOfGoodTokens(t *testing.T) {
	r := newRecaller(t, validator.Options{MemoryBytes: 128 << 10})
	var busy []string
	for i := range 10 {
		busy = append(busy, goodToken(t, set("oid", quoted(fmt.Sprint("busy-", i)))))
	}
	for range 3 {
		for _, raw := range busy {
			if _, err := r.Validate(t.Context(), raw); err != nil {
				t.Fatal(err)
			}
		}
	}
	const flood = 1000 // of which about 60 have room
	misses := uint64(0)
	for i := range flood {
		if _, err := r.Validate(t.Context(), goodToken(t, set("oid", quoted(fmt.Sprint("flood-", i))))); err != nil {
			t.Fatal(err)
		}
		if i%20 > 0 {
			continue
		}
		before := r.State().Memory.Misses
		for _, raw := range busy {
			if _, err := r.Validate(t.Context(), raw); err != nil {
				t.Fatal(err)
			}
		}
		misses += r.State().Memory.Misses - before
	}
	s := r.State().Memory
	if misses > 0 {
		t.Errorf("of the busy tokens %d had to be validated again", misses)
	}
	if s.Bytes > s.MaxBytes || s.Evicted < flood/2 {
		t.Errorf("got %+v, want that most of the flood went", s)
	}
}
