// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

func susiOf(t *testing.T, b2c *emulator.Tenant, opts *validator.Options) *validator.Validator {
	t.Helper()
	return trusting(t, b2c.Transport(), opts, contosoTenant(t).Flow("B2C_1_susi"))
}

// validateAll validates all tokens at once and counts the verdicts.
func validateAll(ctx context.Context, v *validator.Validator, raws []string) map[string]int {
	var mu sync.Mutex
	count := map[string]int{}
	var wg sync.WaitGroup
	for _, raw := range raws {
		wg.Go(func() {
			_, err := v.Validate(ctx, raw)
			mu.Lock()
			defer mu.Unlock()
			count[verdictOf(err)]++
		})
	}
	wg.Wait()
	return count
}

func repeat(n int, f func(i int) string) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = f(i)
	}
	return all
}

func wantCounts(t *testing.T, b2c *emulator.Tenant, metadata, keys int) {
	t.Helper()
	if c := b2c.Counts(); c.Metadata != metadata || c.Keys != keys {
		t.Errorf("got %d metadata and %d key fetches, want %d and %d", c.Metadata, c.Keys, metadata, keys)
	}
}

func TestColdStampede(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			time.Sleep(300 * time.Millisecond)
			next.ServeHTTP(w, r)
		})
		v := susiOf(t, b2c, nil)
		defer v.Close()
		wantCounts(t, b2c, 0, 0) // the constructor does no I/O
		got := validateAll(t.Context(), v, repeat(200, func(int) string { return b2c.MustMint(emulator.Spec{}) }))
		if got["accept"] != 200 {
			t.Errorf("got %v, want 200 accepted", got)
		}
		wantCounts(t, b2c, 1, 1)
	})
}

func TestRotatedKeyPassesAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		v := susiOf(t, b2c, nil)
		defer v.Close()
		old := b2c.MustMint(emulator.Spec{})
		if err := v.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		b2c.Rotate("", true)
		if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{})); err != nil {
			t.Errorf("first token of the new key: %v", err)
		}
		if _, err := v.Validate(t.Context(), old); err != nil {
			t.Errorf("old key, still published: %v", err)
		}
		wantCounts(t, b2c, 1, 2)
		// Without overlap, as in an emergency: the old key is gone with the
		// fetch that brings the new one.
		b2c.Rotate("", false)
		if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{})); err != nil {
			t.Errorf("first token of the next key: %v", err)
		}
		// Twice is what the budget allows at once: whether the old key has come
		// back, or another one is new, can't be told before its refill.
		_, err := v.Validate(t.Context(), old)
		wantReason(t, "revoked key, third fetch", err, validator.ErrUnavailable)
		if e, _ := errors.AsType[*validator.Error](err); e.RetryAfter != 30*time.Second {
			t.Errorf("got RetryAfter %v, want the refill of 30 s", e.RetryAfter)
		}
		time.Sleep(30 * time.Second)
		_, err = v.Validate(t.Context(), old)
		wantReason(t, "revoked key", err, validator.ErrUnknownKey)
	})
}

// A key that was fetched for the token's sake verifies it like any other.
func TestForgeryUnderAKeyThatIsFetched(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		attacker := emulator.NewKey()
		forged := func() string { return b2c.MustMint(emulator.Spec{Key: attacker}) } // under the real kid
		v := susiOf(t, b2c, nil)
		defer v.Close()
		_, err := v.Validate(t.Context(), forged())
		wantReason(t, "cold", err, validator.ErrSignature)
		wantCounts(t, b2c, 1, 1)
		b2c.Rotate("", true)
		_, err = v.Validate(t.Context(), forged())
		wantReason(t, "rotated", err, validator.ErrSignature)
		wantCounts(t, b2c, 1, 2)
		if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{})); err != nil {
			t.Errorf("genuine: %v", err)
		}
		wantCounts(t, b2c, 1, 2)
		// Cold, with another authority whose key is known, the forger's own.
		both := trusting(t, b2c.Transport(), nil, contosoTenant(t).Flows("B2C_1_susi", "B2C_1A_partner")...)
		defer both.Close()
		if _, err := both.Validate(t.Context(), b2c.MustMint(emulator.Spec{Flow: "B2C_1A_partner"})); err != nil {
			t.Fatal(err)
		}
		_, err = both.Validate(t.Context(), b2c.MustMint(emulator.Spec{Key: b2c.CurrentKey("B2C_1A_partner")}))
		wantReason(t, "cold flow, another flow's key under its kid", err, validator.ErrSignature)
		_, err = both.Validate(t.Context(), b2c.MustMint(emulator.Spec{Key: attacker, Flow: "B2C_1A_partner"}))
		wantReason(t, "warm flow", err, validator.ErrSignature)
	})
}

// A clock that runs behind is no reason to miss a rotation: the refusal then
// tells of the clock and not of the key.
func TestNotYetValidUnderANewKey(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		v := susiOf(t, b2c, nil)
		defer v.Close()
		if err := v.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		b2c.Rotate("", true)
		_, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{IssuedAt: time.Now().Add(5 * time.Minute)}))
		wantReason(t, "issued ahead", err, validator.ErrNotYetValid)
	})
}

func TestRevokedKeyGoesWithTheRefresh(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		v := susiOf(t, b2c, nil)
		defer v.Close()
		old := b2c.MustMint(emulator.Spec{Lifetime: 24 * time.Hour})
		if _, err := v.Validate(t.Context(), old); err != nil {
			t.Fatal(err)
		}
		b2c.Rotate("", false)
		time.Sleep(time.Hour + time.Minute) // the ceiling of the background refresh
		synctest.Wait()
		b2c.ResetCounts()
		_, err := v.Validate(t.Context(), old)
		wantReason(t, "revoked key", err, validator.ErrUnknownKey)
	})
}

func TestFloodThenRotation(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		v := susiOf(t, b2c, nil)
		defer v.Close()
		if err := v.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		b2c.ResetCounts()
		attacker := emulator.NewKey()
		flood := repeat(500, func(i int) string {
			return b2c.MustMint(emulator.Spec{Key: attacker, Header: map[string]any{"kid": fmt.Sprintf("random-%d", i)}})
		})
		start := time.Now()
		if got := validateAll(t.Context(), v, flood); got["unknown_key"] < 2 || got["unknown_key"]+got["keys_unavailable"] != 500 {
			t.Errorf("flood: got %v, want unknown keys, and once the budget is empty no verdict", got)
		}
		if c := b2c.Counts(); c.Keys > 3 {
			t.Errorf("the flood caused %d key fetches, want at most 3", c.Keys)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("the flood was answered in %v: it waited for the budget", took)
		}
		b2c.Rotate("", true)
		genuine := b2c.MustMint(emulator.Spec{})
		start = time.Now()
		for {
			_, err := v.Validate(t.Context(), genuine)
			if err == nil {
				break
			}
			wantReason(t, "genuine token during the refill", err, validator.ErrUnavailable)
			if time.Since(start) > 30*time.Second {
				t.Fatal("the genuine key is refused for longer than one refill")
			}
			time.Sleep(time.Second)
			validateAll(t.Context(), v, flood[:20]) // the flood goes on
		}
		t.Logf("the genuine key passed after %v", time.Since(start))
	})
}

// What a token says before its signature holds can save a fetch and never
// cause one.
func TestTokensThatFetchNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		network := overNetwork(b2c)
		v := trusting(t, network, nil, contosoTenant(t).Flows("B2C_1_susi", "B2C_1A_partner")...)
		defer v.Close()
		if err := v.AllReady(t.Context()); err != nil {
			t.Fatal(err)
		}
		b2c.ResetCounts()
		attacker := emulator.NewKey()
		unknown := func(claims map[string]any) string {
			return b2c.MustMint(emulator.Spec{Key: attacker, Header: map[string]any{
				"kid": "unknown", "jku": "https://evil.example/keys", "x5u": "https://evil.example/cert",
			}, Claims: claims})
		}
		now := time.Now()
		for _, tc := range []struct {
			name, raw string
			want      validator.Reason
		}{
			{"bad signature under a known kid", b2c.MustMint(emulator.Spec{Key: attacker}), validator.ErrSignature},
			{"bad signature under another flow's known kid", b2c.MustMint(emulator.Spec{Key: attacker, Claims: map[string]any{"tfp": "B2C_1A_partner"}}), validator.ErrSignature},
			{"wrong issuer", unknown(map[string]any{"iss": "https://evil.example/"}), validator.ErrUnknownKey},
			{"issuer is a URL of keys", unknown(map[string]any{"iss": "https://contoso.b2clogin.com/x/discovery/v2.0/keys"}), validator.ErrUnknownKey},
			{"wrong audience", unknown(map[string]any{"aud": "other"}), validator.ErrUnknownKey},
			{"no audience", unknown(map[string]any{"aud": emulator.Absent}), validator.ErrUnknownKey},
			{"wrong flow", unknown(map[string]any{"tfp": "B2C_1_reset"}), validator.ErrUnknownKey},
			{"no flow", unknown(map[string]any{"tfp": emulator.Absent}), validator.ErrUnknownKey},
			{"expired", unknown(map[string]any{"exp": now.Add(-time.Hour)}), validator.ErrUnknownKey},
			{"no exp", unknown(map[string]any{"exp": emulator.Absent}), validator.ErrUnknownKey},
			{"exp a string", unknown(map[string]any{"exp": "1"}), validator.ErrUnknownKey},
			{"no kid", b2c.MustMint(emulator.Spec{Key: attacker, Header: map[string]any{"kid": emulator.Absent}}), validator.ErrHeader},
			{"alg none", b2c.MustMint(emulator.Spec{Key: attacker, Header: map[string]any{"kid": "unknown", "alg": "none"}}), validator.ErrAlgorithm},
			{"malformed", "a.b.c", validator.ErrMalformed},
		} {
			_, err := v.Validate(t.Context(), tc.raw)
			wantReason(t, tc.name, err, tc.want)
			if c := b2c.Counts(); c.Metadata+c.Keys != 0 {
				t.Errorf("%s: caused %d metadata and %d key fetches", tc.name, c.Metadata, c.Keys)
				b2c.ResetCounts()
			}
		}
		// One that nothing rules out does fetch, from the one place there is.
		_, err := v.Validate(t.Context(), unknown(nil))
		wantReason(t, "unknown kid", err, validator.ErrUnknownKey)
		wantCounts(t, b2c, 0, 1)
		close(network.asked)
		for url := range network.asked {
			if !strings.HasPrefix(url, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/") {
				t.Errorf("asked for %s", url)
			}
		}
	})
}
