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
	tokens, memory := validatedTwice(t, r)
	for start := time.Now(); memory.Value() != nil; runtime.GC() {
		if time.Since(start) > 10*time.Second {
			t.Fatal("something holds the raw token")
		}
	}
	if s := r.State().Memory; s.Tokens != 1 || s.Hits != 1 {
		t.Errorf("got %+v, want one token that is remembered", s)
	}
	runtime.KeepAlive(tokens)
}

// validatedTwice returns the tokens of a raw one, and where that lay.
func validatedTwice(t *testing.T, r *recaller) (tokens [2]*validator.Token, memory weak.Pointer[byte]) {
	t.Helper()
	raw := strings.Clone(goodToken(t))
	for i := range tokens {
		var err error
		if tokens[i], err = r.Validate(t.Context(), raw); err != nil {
			t.Fatal(err)
		}
	}
	return tokens, weak.Make(unsafe.StringData(raw))
}
