// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// These tests are about tokens that are remembered: each rule by which one that was
// good is so no more, in turn.

func TestSeenBefore(t *testing.T) {
	r := newRecaller(t, validator.Options{})
	raw := goodToken(t, set("tfp", `"b2c_1_SUSI"`), set("scp", `"a b c"`), set("emails", `["x@example.org","y@example.org"]`), set("name", `"\u0041da"`))
	first, err := validates(t, r.Validator, raw)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		again := recalls(t, r.Validator, raw)
		if again == first || !sameToken(t, again, first) {
			t.Errorf("got %#v, want a copy of %#v", again, first)
		}
		var name string
		if ok, err := again.Claim("name", &name); !ok || err != nil || name != "Ada" || again.Name != "Ada" {
			t.Errorf("got name %q, %v, %v", name, ok, err)
		}
	}
	if s := r.State().Memory; s.Hits != 3 || s.Misses != 1 || s.Tokens != 1 || s.Bytes < 1000 || s.Bytes > s.MaxBytes || s.MaxBytes != 16<<20 {
		t.Errorf("got %+v", s)
	}
}

// Whatever a token's verdict hangs on may change after it was remembered, and the next
// verdict is the one of a validator that remembers nothing.
func TestForgotten(t *testing.T) {
	const other = "12121212-1212-4212-8212-121212121212"
	keys := keysOf(t)
	for name, tc := range map[string]struct {
		mods   []mod
		opts   validator.Options
		change func(*recaller)
		want   validator.Reason // "" if it is accepted, but not recalled
	}{
		"it expires":                 {nil, validator.Options{}, func(r *recaller) { r.now = time.Unix(1750003660, 0) }, validator.ErrExpired},
		"the clock goes back to iat": {drops("nbf"), validator.Options{}, func(r *recaller) { r.now = time.Unix(1749999939, 0) }, validator.ErrNotYetValid},
		"the clock goes back to nbf": {drops("iat"), validator.Options{}, func(r *recaller) { r.now = time.Unix(1749999939, 0) }, validator.ErrNotYetValid},
		"its key leaves":             {nil, validator.Options{}, func(r *recaller) { r.source.set.Store(newReplaceableWith(t, &keys.partner.PublicKey)) }, validator.ErrUnknownKey},
		"its key id has another key": {nil, validator.Options{}, func(r *recaller) { r.source.has(t, contosoIssuer, &keys.stranger.PublicKey) }, validator.ErrSignature},
		"the issuer takes another form": {nil, validator.Options{}, func(r *recaller) {
			r.source.has(t, "https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi/v2.0/", &keys.userFlow.PublicKey)
		}, validator.ErrIssuer},
		"there are no keys": {nil, validator.Options{}, func(r *recaller) { r.source.set.Store(nil) }, validator.ErrUnavailable},
		"its authority is dropped": {nil, validator.Options{}, func(r *recaller) {
			r.change(t, func(t *validator.Trust) { t.Sources = nil })
		}, validator.ErrUnknownKey},
		"the audience changes": {nil, validator.Options{}, func(r *recaller) {
			r.change(t, func(t *validator.Trust) { t.Audience = other })
		}, validator.ErrAudience},
		"the clients change": {nil, validator.Options{Clients: []string{webClient}}, func(r *recaller) {
			r.change(t, func(t *validator.Trust) { t.Clients = []string{other} })
		}, validator.ErrClient},
		"its client must name a flow": {drops("tfp"), validator.Options{AllowMissingFlow: []string{webClient}}, func(r *recaller) {
			r.change(t, func(t *validator.Trust) { t.AllowMissingFlow = nil })
		}, validator.ErrFlow},
		"its authority leaves and comes back": {nil, validator.Options{}, func(r *recaller) {
			r.change(t, func(t *validator.Trust) { t.Sources = nil })
			r.change(t, func(t *validator.Trust) { t.Sources = []jwks.Source{r.source} })
		}, ""},
		"nothing changes":         {nil, validator.Options{}, func(r *recaller) { r.change(t, func(*validator.Trust) {}) }, ""},
		"the memory is purged":    {nil, validator.Options{}, func(r *recaller) { r.Purge() }, ""},
		"the validator is closed": {nil, validator.Options{}, func(r *recaller) { _ = r.Close() }, validator.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRecaller(t, tc.opts)
			raw := goodToken(t, tc.mods...)
			if _, err := validates(t, r.Validator, raw); err != nil {
				t.Fatal(err)
			}
			recalls(t, r.Validator, raw)
			tc.change(r)
			_, err := validates(t, r.Validator, raw)
			if tc.want != "" {
				wantReason(t, name, err, tc.want)
				if n := r.State().Memory.Tokens; n != 0 {
					t.Errorf("%d tokens are remembered still", n)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			recalls(t, r.Validator, raw)
		})
	}
}

// What can't be recalled any more takes no room either.
func TestNothingIsKeptBehind(t *testing.T) {
	for name, change := range map[string]func(*recaller){
		"Update": func(r *recaller) { r.change(t, func(*validator.Trust) {}) },
		"Purge":  func(r *recaller) { r.Purge() },
		"Close":  func(r *recaller) { _ = r.Close() },
	} {
		r := newRecaller(t, validator.Options{})
		if _, err := validates(t, r.Validator, goodToken(t)); err != nil {
			t.Fatal(err)
		}
		change(r)
		if s := r.State().Memory; s.Tokens != 0 || s.Bytes != 0 {
			t.Errorf("%s: got %+v", name, s)
		}
	}
}

// A token that is remembered is good to its last second, as it would be else.
func TestRecalledToTheEnd(t *testing.T) {
	r := newRecaller(t, validator.Options{})
	raw := goodToken(t)
	if _, err := validates(t, r.Validator, raw); err != nil {
		t.Fatal(err)
	}
	for _, now := range []int64{1749999940, 1750003659} { // nbf and exp, with the leeway
		r.now = time.Unix(now, 0)
		recalls(t, r.Validator, raw)
	}
}

// Each byte of a token counts, the last one of a long one too.
func TestRecalledByAllBytes(t *testing.T) {
	r := newRecaller(t, validator.Options{})
	for name, raw := range map[string]string{
		"usual": goodToken(t),
		"long":  goodToken(t, add("padding", quoted(strings.Repeat("x", 4000)))),
	} {
		if _, err := validates(t, r.Validator, raw); err != nil {
			t.Fatal(err)
		}
		recalls(t, r.Validator, raw)
		for i := range raw {
			c := byte('A')
			if raw[i] == c {
				c = 'B'
			}
			if _, err := validates(t, r.Validator, raw[:i]+string(c)+raw[i+1:]); err == nil {
				t.Errorf("%s: accepted with another byte %d", name, i)
			}
		}
		for _, other := range []string{raw + " ", " " + raw, raw + "A", raw[:len(raw)-1], raw + "\x00", raw + "=", raw + "\n", raw[1:], raw + raw} {
			if _, err := validates(t, r.Validator, other); err == nil {
				t.Errorf("%s: accepted in another spelling", name)
			}
		}
	}
}

// What is too long is not even hashed: it is no look.
func TestTooLargeForMemory(t *testing.T) {
	r := newRecaller(t, validator.Options{MaxTokenBytes: 2048})
	_, err := validates(t, r.Validator, strings.Repeat("a", 2049))
	wantReason(t, "too long", err, validator.ErrTooLarge)
	_, err = validates(t, r.Validator, strings.Repeat("a", 2048))
	wantReason(t, "not too long", err, validator.ErrMalformed)
	if s := r.State().Memory; s.Misses != 1 {
		t.Errorf("got %+v, want one miss", s)
	}
}

// Requirements of the options run for a token that is remembered.
func TestRequirementsOfOptionsRunOnRecall(t *testing.T) {
	var blocked atomic.Bool
	calls := 0
	r := newRecaller(t, validator.Options{Requirements: []validator.Requirement{
		validator.Lookup("blocked", func(context.Context, *validator.Token) (bool, error) { calls++; return !blocked.Load(), nil }),
		validator.SignedInWithin(time.Hour),
	}})
	raw := goodToken(t)
	if _, err := validates(t, r.Validator, raw); err != nil {
		t.Fatal(err)
	}
	recalls(t, r.Validator, raw)
	blocked.Store(true)
	_, err := r.Validate(t.Context(), raw)
	wantReason(t, "blocked", err, validator.ErrRefused)
	wantHolder(t, "blocked", err, validator.Holder{ClientID: webClient, UserID: "cccccccc-cccc-cccc-cccc-cccccccccccc", Flow: "B2C_1_susi"})
	blocked.Store(false)
	r.now = time.Unix(1750003630, 0) // within exp and the leeway
	_, err = r.Validate(t.Context(), raw)
	wantReason(t, "signed in too long ago", err, validator.ErrSignInTooOld)
	if s := r.State().Memory; calls != 4 || s.Hits != 3 {
		t.Errorf("got %d calls and %+v", calls, s)
	}
}

// What happens while a token is validated decides whether it is remembered.
func TestChangesWhileValidated(t *testing.T) {
	for name, tc := range map[string]struct {
		during   func(*recaller)
		again    validator.Reason // of the next validation
		recalled bool
	}{
		"nothing":                      {func(*recaller) {}, "", true},
		"the authority is dropped":     {func(r *recaller) { r.change(t, func(t *validator.Trust) { t.Sources = nil }) }, validator.ErrUnknownKey, false},
		"something is changed":         {func(r *recaller) { r.change(t, func(*validator.Trust) {}) }, "", false},
		"the memory is purged":         {func(r *recaller) { r.Purge() }, "", false},
		"the validator is closed":      {func(r *recaller) { _ = r.Close() }, validator.ErrUnavailable, false},
		"the key id gets another key":  {func(r *recaller) { r.source.has(t, contosoIssuer, &keysOf(t).stranger.PublicKey) }, validator.ErrSignature, false},
		"the keys have become too old": {func(r *recaller) { r.source.set.Store(nil) }, validator.ErrUnavailable, false},
	} {
		for _, when := range []struct {
			name string
			look int
		}{
			{"while its times are checked", 2}, // the signature has been verified by then
			{"before it is remembered", 3},
		} {
			t.Run(name+" "+when.name, func(t *testing.T) {
				r := newRecaller(t, validator.Options{})
				raw := goodToken(t)
				r.onLook = func() {
					if r.looks == when.look {
						tc.during(r)
					}
				}
				if _, err := validates(t, r.Validator, raw); err != nil {
					t.Fatal(err)
				}
				if r.looks != 3 {
					t.Fatalf("got %d looks at the clock, so this test changes things at another time", r.looks)
				}
				if tc.recalled {
					recalls(t, r.Validator, raw)
					return
				}
				if n := r.State().Memory.Tokens; n != 0 && when.look == 2 && name != "the memory is purged" {
					t.Errorf("%d tokens are remembered", n)
				}
				_, err := validates(t, r.Validator, raw)
				if tc.again != "" {
					wantReason(t, name, err, tc.again)
				} else if err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// Without memory, and for tokens that are refused, nothing is kept.
func TestNothingRemembered(t *testing.T) {
	off := newRecaller(t, validator.Options{MemoryBytes: -1})
	for range 3 {
		if _, err := off.Validate(t.Context(), goodToken(t)); err != nil {
			t.Fatal(err)
		}
	}
	off.Purge()
	if s := off.State().Memory; s != (validator.MemoryState{}) {
		t.Errorf("off: got %+v", s)
	}
	var zero validator.Validator
	if _, err := zero.Validate(t.Context(), goodToken(t)); err == nil {
		t.Error("the zero Validator accepts a token")
	}
	zero.Purge()
	if s := zero.State(); s.Memory != (validator.MemoryState{}) || zero.Close() != nil {
		t.Errorf("the zero Validator: got %+v", s)
	}
}

func TestMemoryBytes(t *testing.T) {
	for _, tc := range []struct {
		bytes int
		max   int64 // 0: an error
	}{
		{0, 16 << 20}, {16, 0}, {1, 0}, {64<<10 - 1, 0}, {64 << 10, 64 << 10}, {-1, -1}, {1 << 30, 1 << 30},
	} {
		v, err := validator.New(contosoTenant(t).Flows("B2C_1_susi"), contosoAPI, &validator.Options{MemoryBytes: tc.bytes})
		if tc.max == 0 {
			if err == nil || !strings.Contains(err.Error(), "validator: Options.MemoryBytes: no token fits in ") {
				t.Errorf("%d: got %v", tc.bytes, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%d: %v", tc.bytes, err)
			continue
		}
		if got := v.State().Memory.MaxBytes; got != max(tc.max, 0) {
			t.Errorf("%d: got %d", tc.bytes, got)
		}
		_ = v.Close()
	}
}

// Tokens that fit the smallest memory are remembered.
func TestSmallestMemory(t *testing.T) {
	r := newRecaller(t, validator.Options{MemoryBytes: 64 << 10})
	raw := goodToken(t, add("padding", quoted(strings.Repeat("x", 1500))))
	if _, err := validates(t, r.Validator, raw); err != nil {
		t.Fatal(err)
	}
	recalls(t, r.Validator, raw)
}

// Keys that are too old, or in their grace, count for a token that is remembered as for
// any other.
func TestRecalledByKeysOfNow(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		v := susiOf(t, b2c, &validator.Options{Keys: &jwks.Options{MaxStale: 2 * time.Hour, KeyGrace: 10 * time.Minute}})
		defer v.Close()
		raw := b2c.MustMint(emulator.Spec{Lifetime: 24 * time.Hour})
		if _, err := validates(t, v, raw); err != nil {
			t.Fatal(err)
		}
		b2c.Rotate("B2C_1_susi", false)
		if err := v.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10*time.Minute - time.Second)
		recalls(t, v, raw) // the key has left, with a grace
		time.Sleep(2 * time.Second)
		_, err := validates(t, v, raw)
		wantReason(t, "after the grace", err, validator.ErrUnknownKey)

		raw = b2c.MustMint(emulator.Spec{Lifetime: 24 * time.Hour})
		if _, err := validates(t, v, raw); err != nil {
			t.Fatal(err)
		}
		if err := v.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		lapse := time.Now().Add(2 * time.Hour)
		b2c.Intercept(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.WriteHeader(http.StatusBadGateway)
			_, _ = io.WriteString(w, "away")
		})
		time.Sleep(time.Until(lapse) - time.Second)
		recalls(t, v, raw)
		time.Sleep(time.Second)
		_, err = validates(t, v, raw)
		wantReason(t, "keys too old", err, validator.ErrUnavailable)
	})
}
