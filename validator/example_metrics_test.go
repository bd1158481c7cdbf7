// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"expvar"
	"fmt"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// State feeds any metrics: here those of the standard library, which a handler shows
// at /debug/vars. It is asked when they are read, and costs nothing until then. Package
// health has a page for people.
func ExampleValidator_State() {
	b2c := emulator.NewTenant(nil)
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		panic(err)
	}
	v, err := validator.New(tenant.Flows("B2C_1_susi"), "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", &validator.Options{Transport: b2c.Transport(), Logger: quiet})
	if err != nil {
		panic(err)
	}
	defer v.Close()

	metrics := expvar.Func(func() any {
		state := v.State()
		usable, oldest := 0, 0.0
		for _, a := range state.Authorities {
			if a.Usable {
				usable++
			}
			oldest = max(oldest, a.Age.Seconds())
		}
		return map[string]any{
			"flows": len(state.Authorities), "flows_with_keys": usable, "oldest_keys_seconds": int(oldest),
			"tokens_remembered": state.Memory.Tokens, "memory_hits": state.Memory.Hits, "memory_misses": state.Memory.Misses,
		}
	}) // expvar.Publish("b2c", metrics)

	token := b2c.MustMint(emulator.Spec{})
	for range 3 {
		if _, err := v.Validate(context.Background(), token); err != nil {
			panic(err)
		}
	}
	fmt.Println(metrics)
	// Output: {"flows":1,"flows_with_keys":1,"memory_hits":2,"memory_misses":1,"oldest_keys_seconds":0,"tokens_remembered":1}
}
