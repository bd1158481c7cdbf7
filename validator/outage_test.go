// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// failing answers 503 for the paths that hold a text, while switched on.
func failing(b2c *emulator.Tenant, part string) *atomic.Bool {
	down := new(atomic.Bool)
	down.Store(true)
	b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if down.Load() && strings.Contains(strings.ToLower(r.URL.Path), part) {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
	})
	return down
}

// A good token is never called invalid because the provider is down.
func TestProviderDownFromTheStart(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		down := failing(b2c, "")
		v := susiOf(t, b2c, nil)
		defer v.Close()
		raw := b2c.MustMint(emulator.Spec{})
		for range 10 {
			_, err := v.Validate(t.Context(), raw)
			wantReason(t, "down", err, validator.ErrUnavailable)
			time.Sleep(time.Second)
		}
		if err := v.Ready(t.Context()); err == nil {
			t.Error("ready while the provider is down")
		}
		// Without any keys nothing is said of any token, since claims that
		// nobody vouches for decide nothing.
		for name, claims := range map[string]map[string]any{
			"expired": {"exp": time.Now().Add(-time.Hour)}, "audience": {"aud": "other"}, "issuer": {"iss": "https://evil.example/"},
		} {
			_, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{Claims: claims}))
			wantReason(t, name, err, validator.ErrUnavailable)
		}
		down.Store(false)
		time.Sleep(3 * time.Second) // the back-off's cap while there are no keys is 2 s
		if _, err := v.Validate(t.Context(), raw); err != nil {
			t.Errorf("after recovery: %v", err)
		}
	})
}

func TestProviderDownLater(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		down := failing(b2c, "")
		down.Store(false)
		v := susiOf(t, b2c, nil)
		defer v.Close()
		mint := func() string { return b2c.MustMint(emulator.Spec{}) }
		if _, err := v.Validate(t.Context(), mint()); err != nil {
			t.Fatal(err)
		}
		down.Store(true)
		for hour := range 23 {
			time.Sleep(time.Hour)
			if _, err := v.Validate(t.Context(), mint()); err != nil {
				t.Fatalf("hour %d: the last good keys do not serve: %v", hour, err)
			}
		}
		// An unknown kid can't be ruled out now.
		unknown := b2c.MustMint(emulator.Spec{Key: emulator.NewKey(), Header: map[string]any{"kid": "new"}})
		_, err := v.Validate(t.Context(), unknown)
		wantReason(t, "unknown kid during an outage", err, validator.ErrUnavailable)
		// A bad signature under a known kid is bad all the same.
		_, err = v.Validate(t.Context(), b2c.MustMint(emulator.Spec{Key: emulator.NewKey()}))
		wantReason(t, "bad signature during an outage", err, validator.ErrSignature)
		time.Sleep(3 * time.Hour) // past MaxStale
		_, err = v.Validate(t.Context(), mint())
		wantReason(t, "keys too old", err, validator.ErrUnavailable)
		down.Store(false)
		time.Sleep(3 * time.Second)
		if _, err := v.Validate(t.Context(), mint()); err != nil {
			t.Errorf("after recovery: %v", err)
		}
	})
}

// One authority that is down does not hurt the others.
func TestOneAuthorityDown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		down := failing(b2c, "b2c_1a_partner")
		v := trusting(t, b2c.Transport(), nil, contosoTenant(t).Flows("B2C_1A_partner", "B2C_1_susi")...)
		defer v.Close()
		for range 5 {
			if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{})); err != nil {
				t.Errorf("the flow whose keys are there: %v", err)
			}
			_, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{Flow: "B2C_1A_partner"}))
			wantReason(t, "the flow that is down", err, validator.ErrUnavailable)
			time.Sleep(10 * time.Second)
		}
		// Nor does one that hangs make the others wait.
		b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.Contains(strings.ToLower(r.URL.Path), "b2c_1a_partner") {
				<-r.Context().Done()
				return
			}
			next.ServeHTTP(w, r)
		})
		start := time.Now()
		if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{})); err != nil || time.Since(start) > 0 {
			t.Errorf("the flow whose keys are there: %v after %v", err, time.Since(start))
		}
		b2c.Rotate("", true)
		if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{})); err != nil || time.Since(start) > 0 {
			t.Errorf("the flow whose key was rotated: %v after %v", err, time.Since(start))
		}
		down.Store(false)
		b2c.Intercept(nil)
		time.Sleep(10 * time.Second)
		if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{Flow: "B2C_1A_partner"})); err != nil {
			t.Errorf("after recovery: %v", err)
		}
	})
}

// Two user flows share a key. That one of them has shown it says nothing
// about the other, so a token of the other can't be validated while it is down.
func TestSharedKeyOfAFlowThatIsDown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		down := failing(b2c, "b2c_1_edit")
		v := trusting(t, b2c.Transport(), nil, contosoTenant(t).Flows("B2C_1_susi", "B2C_1_edit")...)
		defer v.Close()
		if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{})); err != nil {
			t.Fatal(err)
		}
		edit := b2c.MustMint(emulator.Spec{Flow: "B2C_1_edit"})
		_, err := v.Validate(t.Context(), edit)
		wantReason(t, "down", err, validator.ErrUnavailable)
		if e, _ := errors.AsType[*validator.Error](err); e.RetryAfter <= 0 {
			t.Errorf("got RetryAfter %v", e.RetryAfter)
		}
		down.Store(false)
		time.Sleep(3 * time.Second)
		if _, err := v.Validate(t.Context(), edit); err != nil {
			t.Errorf("after recovery: %v", err)
		}
	})
}

func TestNoSuchFlow(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		v := trusting(t, b2c.Transport(), nil, contosoTenant(t).Flow("B2C_1_misspelt"))
		defer v.Close()
		err := v.Ready(t.Context())
		if err == nil || !strings.Contains(err.Error(), "no such tenant or user flow") || !strings.Contains(err.Error(), "B2C_1_misspelt") {
			t.Errorf("got %v, want a word about the flow", err)
		}
		_, err = v.Validate(t.Context(), b2c.MustMint(emulator.Spec{Claims: map[string]any{"tfp": "B2C_1_misspelt"}}))
		wantReason(t, "no such flow", err, validator.ErrUnavailable)
	})
}

func TestClosed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		v := susiOf(t, b2c, nil)
		raw := b2c.MustMint(emulator.Spec{})
		if _, err := v.Validate(t.Context(), raw); err != nil {
			t.Fatal(err)
		}
		if s := v.State().Authorities; len(s) != 1 || !s[0].Usable || s[0].Issuer != contosoIssuer || s[0].KeyFetches != 1 {
			t.Errorf("got state %+v", s)
		}
		for range 2 {
			if err := v.Close(); err != nil {
				t.Error(err)
			}
			_, err := v.Validate(t.Context(), raw)
			wantReason(t, "closed", err, validator.ErrUnavailable)
		}
		wantCounts(t, b2c, 1, 1)
	})
}
