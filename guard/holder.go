// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"errors"

	"github.com/b2ckit/b2ckit/validator"
)

// identify fills in who was refused, if the signature of a token tells: the
// one that the validator refused, or else the one that the request came with
// and that was verified before something else was refused.
func identify(r *Refusal, verified validator.Frozen) {
	if verr, ok := errors.AsType[*validator.Error](r.Err); ok && r.Holder == nil {
		r.Holder = verr.Holder
	}
	if r.Code != "invalid_token" {
		if token := verified.Token(); token != nil {
			r.Token = token
		}
	}
	if r.Holder == nil && r.Token != nil {
		r.Holder = r.Token.Holder()
	}
}

// anonymize takes the user out of the refusal.
func anonymize(r *Refusal) {
	r.Token = nil
	if r.Holder != nil {
		r.Holder = withoutUser(r.Holder)
	}
}

func withoutUser(h *validator.Holder) *validator.Holder {
	return &validator.Holder{ClientID: h.ClientID, Flow: h.Flow}
}
