// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"
	"weak"

	"github.com/b2ckit/b2ckit/validator"
)

// Neither the memory nor the token that its caller gets holds on to the raw token, which
// would be a credential.
func TestRawTokenIsNotKept(t *testing.T) {
	r := newRecaller(t, validator.Options{})
	var tokens []*validator.Token
	raw := strings.Clone(goodToken(t))
	memory := weak.Make(unsafe.StringData(raw)) //nolint:gosec // only to see that it goes
	for range 2 {
		token, err := r.Validate(t.Context(), raw)
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	runtime.KeepAlive(raw)
	raw = ""
	for start := time.Now(); memory.Value() != nil; runtime.GC() {
		if time.Since(start) > 10*time.Second {
			t.Fatal("something holds the raw token")
		}
	}
	if s := r.State().Memory; s.Tokens != 1 || len(tokens) != 2 {
		t.Errorf("got %+v, want one token that is remembered", s)
	}
	runtime.KeepAlive(tokens)
}
