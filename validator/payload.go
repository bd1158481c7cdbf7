// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"errors"
	"fmt"

	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// payload is all claims of a token as they came: JSON, strictly parsed once.
// It is empty for tokens that were made by hand.
type payload string

// decode decodes all claims into v.
func (p payload) decode(v any) error {
	if p == "" {
		return errors.New("validator: the token carries no claims; it was not made by a Validator")
	}
	if err := strictjson.Unmarshal(string(p), v); err != nil {
		return fmt.Errorf("validator: decode claims into %T: %w", v, err)
	}
	return nil
}

// decodeClaim decodes one claim into v and reports whether it is there.
func (p payload) decodeClaim(name string, v any) (bool, error) {
	raw, ok := p.claim(name)
	if !ok {
		return false, nil
	}
	if err := strictjson.Unmarshal(string(raw), v); err != nil {
		return true, fmt.Errorf("validator: decode claim %q into %T: %w", name, v, err)
	}
	return true, nil
}

// claim returns one claim and reports whether it is there.
func (p payload) claim(name string) (raw strictjson.Value, ok bool) {
	if p == "" {
		return "", false
	}
	// Unless the payload has not been accepted before, this pass can't fail.
	if found, err := strictjson.Members(string(p), name); err == nil {
		raw = found[0]
	}
	return raw, raw != ""
}

// flow returns what names the flow, tfp or else acr.
func (p payload) flow() string {
	raw, ok := p.claim("tfp")
	if !ok {
		raw, _ = p.claim("acr")
	}
	flow, _ := raw.String()
	return flow
}
