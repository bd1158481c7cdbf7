// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// BenchmarkCheck is what the guard costs beside the validator.
func BenchmarkCheck(b *testing.B) {
	rule := guard.New(validateFunc(accept), quiet()).Rule(validator.Scope("tasks.read"))
	req := get("Bearer " + strings.Repeat("a1-_", 300)) // as long as a real one
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rule.Check(req); err != nil {
			b.Fatal(err)
		}
	}
}

// A remembered token costs two allocations of the validator's, which are the
// handler's token, and one of the guard's, the context. A nested rule costs none.
func TestCheckCosts(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	g := guard.New(contosos(t, slog.New(slog.DiscardHandler), b2c, nil), quiet())
	outer, inner, req := g.Rule(validator.Scope("tasks.read")), g.Rule(validator.Flow("B2C_1_susi")), get(bearer(b2c, emulator.Spec{}))
	ctx, err := outer.Check(req)
	if err != nil {
		t.Fatal(err)
	}
	nested := req.WithContext(ctx)
	for name, c := range map[string]struct {
		f    func() error
		want float64
	}{
		"remembered": {func() error { _, err := outer.Check(req); return err }, 3},
		"nested":     {func() error { _, err := inner.Check(nested); return err }, 0},
	} {
		if got := testing.AllocsPerRun(100, func() {
			if err := c.f(); err != nil {
				t.Error(err)
			}
		}); got > c.want {
			t.Errorf("%s: got %v allocations, want at most %v", name, got, c.want)
		}
	}
}
