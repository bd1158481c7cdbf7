// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	b2cotel "github.com/b2ckit/b2ckit/otel"
	"github.com/b2ckit/b2ckit/validator"
)

func TestStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
		v := p.newValidator(t, b2c, validator.Options{})
		p.want(t, "b2ckit.keys.usable")
		p.Watch(v)
		const at = "b2ckit.authority=" + susi
		p.want(t, "b2ckit.keys.usable", at+" 0")
		p.want(t, "b2ckit.keys.age")
		raw := b2c.MustMint(emulator.Spec{})
		for range 3 {
			if _, err := v.Validate(t.Context(), raw); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(3 * time.Minute)
		p.want(t, "b2ckit.keys.usable", at+" 1")
		p.want(t, "b2ckit.keys.age", at+" 180")
		p.want(t, "b2ckit.memory.lookups", "b2ckit.memory.result=hit 2", "b2ckit.memory.result=miss 1")
		p.want(t, "b2ckit.memory.tokens", " 1")
		p.want(t, "b2ckit.memory.evictions", " 0")
		p.want(t, "b2ckit.memory.limit", " 16777216")

		// Of two caches of one authority the worse counts, and memories are added up.
		second := p.newValidator(t, b2c, validator.Options{})
		p.Watch(second)
		p.want(t, "b2ckit.keys.usable", at+" 0")
		p.want(t, "b2ckit.keys.age", at+" 180")
		if _, err := second.Validate(t.Context(), raw); err != nil {
			t.Fatal(err)
		}
		p.want(t, "b2ckit.keys.usable", at+" 1")
		p.want(t, "b2ckit.keys.age", at+" 180")
		p.want(t, "b2ckit.memory.lookups", "b2ckit.memory.result=hit 2", "b2ckit.memory.result=miss 2")
		p.want(t, "b2ckit.memory.tokens", " 2")
		p.want(t, "b2ckit.memory.limit", " 33554432")

		// Keys that have lapsed are of no use.
		b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultServerError})
		time.Sleep(25 * time.Hour)
		p.want(t, "b2ckit.keys.usable", at+" 0")
		for range 2 {
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		}
		p.want(t, "b2ckit.keys.usable")
	})
}

// Applications and validators of ID tokens have keys, and no memory.
func TestStatesOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, b2c := newProbe(t, b2cotel.Options{}), emulator.NewTenant(nil)
		ids, err := validator.NewIDTokens(contoso(t).Flows("B2C_1_edit"), b2c.Web().ID, p.IDTokens(&validator.IDTokenOptions{Transport: b2c.Transport()}))
		if err != nil {
			t.Fatal(err)
		}
		defer ids.Close()
		if err := ids.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.WatchIDTokens(ids)
		p.WatchApp(p.newApp(t, b2c, b2c.Daemon().Secret))
		const edit = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_edit/v2.0/.well-known/openid-configuration"
		p.want(t, "b2ckit.keys.usable", "b2ckit.authority="+edit+" 1", "b2ckit.authority="+susi+" 0")
		p.want(t, "b2ckit.memory.limit")
	})
}
