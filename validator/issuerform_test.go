// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// A policy's issuer setting may be changed. Tokens in the new form pass at
// once, as they would after a restart, and those in the old one no more.
func TestIssuerFormChanges(t *testing.T) {
	bubble(t, func(t *testing.T) {
		before := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_susi"}}})
		after := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_susi", Issuer: emulator.IssuerTFP}}})
		var now atomic.Pointer[emulator.Tenant]
		now.Store(before)
		v := trusting(t, switched{&now}, nil, contosoTenant(t).Flow("B2C_1_susi"))
		defer v.Close()
		oldForm, newForm := before.MustMint(emulator.Spec{Audience: contosoAPI}), after.MustMint(emulator.Spec{Audience: contosoAPI})
		if _, err := v.Validate(t.Context(), oldForm); err != nil {
			t.Fatal(err)
		}
		_, err := v.Validate(t.Context(), newForm)
		wantReason(t, "before the change", err, validator.ErrIssuer)
		now.Store(after)
		if _, err := v.Validate(t.Context(), newForm); err != nil {
			t.Errorf("after the change: %v", err)
		}
		_, err = v.Validate(t.Context(), oldForm)
		wantReason(t, "the old form after the change", err, validator.ErrIssuer)
		// The budget holds here too: a minute of old tokens fetches little.
		after.ResetCounts()
		for range 60 {
			_, err = v.Validate(t.Context(), oldForm)
			wantReason(t, "the old form", err, validator.ErrIssuer)
			time.Sleep(time.Second)
		}
		if got := after.Counts(); got.Metadata > 4 {
			t.Errorf("got %d metadata fetches in a minute, want at most 4", got.Metadata)
		}
	})
}

type switched struct {
	to *atomic.Pointer[emulator.Tenant]
}

func (s switched) RoundTrip(r *http.Request) (*http.Response, error) {
	return s.to.Load().Transport().RoundTrip(r)
}

// Made-up key ids cause fetches of keys alone. They must not use up the budget
// before the metadata has been asked.
func TestFloodDoesNotHideTheNewIssuerForm(t *testing.T) {
	bubble(t, func(t *testing.T) {
		before := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_susi"}}})
		after := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_susi", Issuer: emulator.IssuerTFP}}})
		var now atomic.Pointer[emulator.Tenant]
		now.Store(before)
		v := trusting(t, switched{&now}, nil, contosoTenant(t).Flow("B2C_1_susi"))
		defer v.Close()
		if err := v.AllReady(t.Context()); err != nil {
			t.Fatal(err)
		}
		flood := before.MustMint(emulator.Spec{Key: emulator.NewKey(), Audience: contosoAPI, Header: map[string]any{"kid": "made-up"}})
		before.ResetCounts()
		for range 100 {
			_, _ = v.Validate(t.Context(), flood)
		}
		if got := before.Counts().Metadata; got != 0 {
			t.Errorf("unsigned tokens caused %d metadata fetches", got)
		}
		now.Store(after)
		raw, start := after.MustMint(emulator.Spec{Audience: contosoAPI}), time.Now()
		for {
			_, _ = v.Validate(t.Context(), flood)
			if _, err := v.Validate(t.Context(), raw); err == nil {
				break
			}
			if time.Since(start) > 31*time.Second {
				t.Fatal("a genuine token in the new form waits for more than one refill, 30 s")
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
}

// The issuer form and the key change together, and the fetch that brings the
// one has just missed the other.
func TestIssuerFormAndKeyChange(t *testing.T) {
	bubble(t, func(t *testing.T) {
		tenant := func(p emulator.IssuerPattern) *emulator.Tenant {
			return emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_susi"}, {Name: "B2C_1_edit", Issuer: p}}})
		}
		before, after := tenant(emulator.IssuerGUID), tenant(emulator.IssuerTFP)
		var now atomic.Pointer[emulator.Tenant]
		now.Store(before)
		v := trusting(t, switched{&now}, nil, contosoTenant(t).Flows("B2C_1_susi", "B2C_1_edit")...)
		defer v.Close()
		if err := v.AllReady(t.Context()); err != nil {
			t.Fatal(err)
		}
		now.Store(after)
		after.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			next.ServeHTTP(w, r)
			if strings.Contains(strings.ToLower(r.URL.Path), "b2c_1_edit") {
				time.Sleep(400 * time.Millisecond) // the answer is old when it arrives
			}
		})
		mint := func(flow string) string { return after.MustMint(emulator.Spec{Flow: flow, Audience: contosoAPI}) }
		early := mint("B2C_1_edit")
		go func() { _, _ = v.Validate(t.Context(), early) }()
		time.Sleep(600 * time.Millisecond)
		after.Rotate(emulator.UserFlowKeys, true)
		for _, flow := range []string{"B2C_1_susi", "B2C_1_edit"} {
			if _, err := v.Validate(t.Context(), mint(flow)); err != nil {
				t.Errorf("%s: %v", flow, err)
			}
		}
	})
}

// How long a validation waits follows from the sources it was given.
func TestPatienceOfSources(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			time.Sleep(3 * time.Second)
			next.ServeHTTP(w, r)
		})
		source, err := jwks.New(contosoTenant(t).Flow("B2C_1_susi"), &jwks.Options{Transport: b2c.Transport(), FetchTimeout: 20 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		v, err := validator.NewFromSources([]jwks.Source{source}, contosoAPI, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{})); err != nil {
			t.Error(err)
		}
	})
}

// One validation may have to learn a key, then an issuer, then a key again.
// All of that together takes no longer than one fetch may.
func TestAllWaitingTogetherIsBounded(t *testing.T) {
	for name, tc := range map[string]struct {
		newKey bool            // the key is learnt first
		delays []time.Duration // of the answers, then none comes
	}{
		"a key, then the issuer":       {true, []time.Duration{4 * time.Second}},
		"the issuer, then another key": {false, []time.Duration{2 * time.Second, 2 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				tenant := func(p emulator.IssuerPattern) *emulator.Tenant {
					return emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_susi"}, {Name: "B2C_1_edit", Issuer: p}}})
				}
				before, after := tenant(emulator.IssuerGUID), tenant(emulator.IssuerTFP)
				var now atomic.Pointer[emulator.Tenant]
				now.Store(before)
				v := trusting(t, switched{&now}, nil, contosoTenant(t).Flows("B2C_1_susi", "B2C_1_edit")...)
				defer v.Close()
				if err := v.AllReady(t.Context()); err != nil {
					t.Fatal(err)
				}
				now.Store(after)
				var answers atomic.Int32
				after.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					if !strings.Contains(strings.ToLower(r.URL.Path), "b2c_1_edit") {
						next.ServeHTTP(w, r)
						return
					}
					n := int(answers.Add(1))
					if n > len(tc.delays) {
						<-r.Context().Done()
						return
					}
					next.ServeHTTP(w, r) // as of now, and old when it arrives
					time.Sleep(tc.delays[n-1])
				})
				if tc.newKey {
					after.Rotate(emulator.UserFlowKeys, true)
				}
				raw := after.MustMint(emulator.Spec{Flow: "B2C_1_edit", Audience: contosoAPI})
				if !tc.newKey {
					// The fetch that brings the issuer misses the new key, which
					// the other flow has shown by then.
					go func() {
						time.Sleep(3 * time.Second)
						after.Rotate(emulator.UserFlowKeys, true)
						_, _ = v.Validate(t.Context(), after.MustMint(emulator.Spec{Audience: contosoAPI}))
					}()
					early := raw
					go func() { _, _ = v.Validate(t.Context(), early) }()
					time.Sleep(3500 * time.Millisecond)
					raw = after.MustMint(emulator.Spec{Flow: "B2C_1_edit", Audience: contosoAPI})
				}
				start := time.Now()
				_, err := v.Validate(t.Context(), raw)
				wantReason(t, name, err, validator.ErrUnavailable)
				if took := time.Since(start); took > 5100*time.Millisecond {
					t.Errorf("waited %v, want at most about 5 s", took)
				}
			})
		})
	}
}

// A token with a trusted issuer and another flow is of the wrong flow, in
// whatever order the authorities were named.
func TestReasonDoesNotDependOnOrder(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{
			{Name: "B2C_1_susi"}, {Name: "B2C_1_legacy", Issuer: emulator.IssuerTFP}, {Name: "B2C_1_reset"},
		}})
		for _, flows := range [][]string{{"B2C_1_susi", "B2C_1_legacy"}, {"B2C_1_legacy", "B2C_1_susi"}} {
			v := trusting(t, overNetwork(b2c), nil, contosoTenant(t).Flows(flows...)...)
			if err := v.AllReady(t.Context()); err != nil {
				t.Fatal(err)
			}
			_, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{Flow: "B2C_1_reset", Audience: contosoAPI}))
			wantReason(t, strings.Join(flows, " "), err, validator.ErrFlow)
			_ = v.Close()
		}
	})
}
