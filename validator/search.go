// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"slices"

	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/jwks"
)

// search looks for the key of a token that no known key has verified.
type search struct {
	trust           *trust
	rules           *rules
	turns           *roundRobin
	foreignAudience string // see wording
}

// key asks the candidates for the token's key id: the authorities that lack
// it and are not ruled out by the token's claims. Those claims are not yet
// verified; here they can only save a fetch, never cause or direct one.
//
// If the key id is known already, the signature is bad, and only authorities
// without any keys so far are worth asking.
//
// While there are no keys at all nothing can be said of any token, and an outage
// must not look like a bad one. For a token that fits nobody one authority will
// do: with its keys the next answer can be a refusal.
func (s *search) key(ctx context.Context, t *signedToken, known bool) (*jwks.Key, *Error) {
	candidates, ruledOutBy := s.candidates(t)
	q := jwks.Query{KeyID: t.header.kid}
	// One that has the key by now, since another caller's fetch has just
	// ended, answers at once.
	lacking := slices.DeleteFunc(slices.Clone(candidates), func(a *anchor) bool {
		return known && a.source.Current() != nil
	})
	if len(candidates) == 0 && s.trust.isCold() {
		a, leave := s.turns.join(s.trust.anchors)
		defer leave()
		lacking, q = []*anchor{a}, jwks.Query{}
	}
	key, published, unavailable := fetchKey(ctx, lacking, *t, q)
	switch {
	case key != nil:
		return key, nil
	case unavailable != nil:
		return nil, unavailableError(unavailable)
	case known || published:
		return nil, refuse(ErrSignature, "", "the signature does not verify with the key of kid %s; was the token altered, or made elsewhere?", foreign.Name(t.header.kid))
	case len(candidates) == 0:
		return nil, refuse(ErrUnknownKey, "kid", "no trusted authority has published kid %s, and none was asked again, since by its unverified claims the token can't be accepted: %s", foreign.Name(t.header.kid), ruledOutBy)
	}
	return nil, refuse(ErrUnknownKey, "kid", "no trusted authority publishes kid %s, and they were asked just now; is the token of another tenant or flow?", foreign.Name(t.header.kid))
}

// candidates returns the authorities that the token's unverified claims don't
// rule out, or if there are none, what ruled out the last ones, in words that
// quote nothing of the token.
func (s *search) candidates(t *signedToken) (all []*anchor, ruledOutBy string) {
	c, err := parseClaims(t.payload, s.rules.signInDecides)
	if err != nil {
		return nil, "they can't be read"
	}
	if e := s.rules.checkTimes(&c.times); e != nil {
		switch e.Reason {
		case ErrNotYetValid: // a slow clock here must not keep a new key out
		case ErrClaim:
			return nil, "it has no " + e.Claim
		default:
			return nil, "it has expired; or is this machine's clock ahead?"
		}
	}
	switch p := (matching{s.trust, s.rules, &c}).partial(); {
	case len(p.fits) > 0:
		return p.fits, ""
	case len(p.issued) == 0 && isEntra(c.issuer):
		return nil, "its issuer is Entra ID, not B2C; the client must ask the flow's own token endpoint"
	case len(p.issued) == 0:
		return nil, "its issuer is not trusted"
	case !p.audience:
		return nil, s.foreignAudience
	}
	return nil, "its flow is missing or not trusted"
}
