// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// TestFaults has the tenant misbehave in every way the emulator knows in process,
// before the first token and in the middle of a validator's life.
func TestFaults(t *testing.T) {
	for _, kind := range emulator.FaultKinds() {
		if kind == emulator.FaultStuck { // it needs connections, and a bubble has none
			continue
		}
		// A slow answer is a good one, and odd keys are passed over.
		harmless := kind == emulator.FaultOddKeys || kind == emulator.FaultSlow
		t.Run(string(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b2c := emulator.NewTenant(nil)
				tenant, err := authority.B2C("contoso", b2c.ID())
				if err != nil {
					t.Fatal(err)
				}
				v, err := validator.New(tenant.Flows("B2C_1_susi"), b2c.API().ID, &validator.Options{
					Transport: b2c.Transport(), Logger: slog.New(slog.DiscardHandler),
				})
				if err != nil {
					t.Fatal(err)
				}
				defer v.Close()
				fault := emulator.Fault{Kind: kind}
				if kind == emulator.FaultSlow {
					fault.Delay = time.Second
				}
				b2c.MustSetFaults(fault)
				token := b2c.MustMint(emulator.Spec{})
				switch _, err := v.Validate(t.Context(), token); {
				case harmless && err != nil:
					t.Errorf("cold: %v", err)
				case !harmless && !errors.Is(err, validator.ErrUnavailable):
					t.Errorf("cold: got %v, want that there are no keys", err)
				}
				b2c.MustSetFaults()
				time.Sleep(time.Minute)
				if _, err := v.Validate(t.Context(), token); err != nil {
					t.Errorf("afterwards: %v", err)
				}

				// Once there are keys, an outage of hours is nobody's business.
				b2c.MustSetFaults(fault)
				for range 12 {
					time.Sleep(time.Hour)
					if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{})); err != nil {
						t.Fatalf("with keys: %v", err)
					}
				}
			})
		})
	}
}
