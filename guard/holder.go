// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"errors"
	"log/slog"

	"github.com/b2ckit/b2ckit/validator"
)

// identify fills in who was refused, if the signature of a token tells: the
// one that the validator refused, or else the one that the request came with
// and that was verified before something else was refused.
func (g *Guard) identify(r *Refusal, token *validator.Token) {
	if verr, ok := errors.AsType[*validator.Error](r.Err); ok && r.Holder == nil {
		r.Holder = verr.Holder
	}
	if token != nil && r.Code != "invalid_token" {
		r.Token = token
	}
	if r.Holder == nil && r.Token != nil {
		r.Holder = holderOf(r.Token)
	}
	if g.omitUser {
		r.Token = nil
		if r.Holder != nil {
			r.Holder = &validator.Holder{ClientID: r.Holder.ClientID, Flow: r.Holder.Flow}
		}
	}
}

func holderOf(t *validator.Token) *validator.Holder {
	user, _ := t.UserID() // "" if it has none
	return &validator.Holder{ClientID: t.ClientID, UserID: user, Flow: t.Flow}
}

// maxName is how much of a name from a token is logged.
const maxName = 64

// logHolder returns what the log says of the holder. Signed does not mean
// harmless: a custom policy may let users choose what stands in a claim.
func logHolder(h *validator.Holder) (attrs []slog.Attr) {
	if h == nil {
		return nil
	}
	for _, a := range [...]struct{ key, value string }{{"client", h.ClientID}, {"user", h.UserID}, {"flow", h.Flow}} {
		if a.value != "" {
			attrs = append(attrs, slog.String(a.key, printable(a.value, maxName)))
		}
	}
	return attrs
}
