// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/jwks"
)

// engine validates tokens of one kind. It is what [Validator] and [IDTokens]
// have in common.
type engine struct {
	sources
	rules   rules
	wording *wording
	opts    Options
}

// validate checks a raw token as it came in and returns its claims and the
// authority that all of it belongs to. The order is that of docs/design.md: form,
// signature, claims, and nothing of the claims is believed before the signature
// holds.
func (v *engine) validate(ctx context.Context, raw string) (c claims, match *anchor, e *Error) {
	if ctx == nil {
		ctx = context.Background()
	}
	trust := v.trust.Load()
	switch {
	case v.closed.Load():
		return c, nil, &Error{Reason: ErrUnavailable, Detail: "the validator is closed"}
	case trust == nil:
		return c, nil, &Error{Reason: ErrUnavailable, Detail: "the validator is empty; look at the error of its constructor"}
	}

	// Form.
	mem, _ := scratches.Get().(*scratch)
	defer mem.release()
	t, e := parseToken(raw, &v.rules, mem)
	if e != nil {
		return c, nil, e
	}

	// Signature.
	key, known := trust.verify(&t)
	if key == nil {
		// No key of that id, or none that fits. An authority that has not
		// shown this key yet may have just started to sign with it.
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, trust.patience, errPatience) // for all that follows
		defer cancel()
		s := search{trust, &v.rules, &v.turns, v.wording.foreignAudience}
		if key, e = s.key(ctx, &t, known); e != nil {
			return c, nil, e
		}
	}

	// Claims.
	c, err := parseClaims(t.payload, v.rules.signInDecides)
	if err != nil {
		e = asError(err, "payload")
	} else {
		match, e = v.checkClaims(ctx, trust, &t, key, &c)
	}
	if e != nil {
		e.Holder = c.holder()
	}
	return c, match, e
}

// checkClaims checks the claims of a token that the key has verified, cause by
// cause, and finds the one authority that all of it belongs to.
func (v *engine) checkClaims(ctx context.Context, trust *trust, t *signedToken, key *jwks.Key, c *claims) (*anchor, *Error) {
	m := matching{trust, &v.rules, c}
	match := m.whole(t.header.kid, key)
	var p partial
	var product authority.Kind
	if match != nil {
		product = match.authority.Kind()
	} else {
		switch p = m.partial(); {
		case p.issued == nil:
			return nil, v.explain(trust, c).issuer()
		case !p.audience:
			return nil, v.explain(trust, c).audience(v.wording, p.wanted)
		}
		product = p.issued.all[0].authority.Kind()
	}
	if e := v.rules.checkTimes(&c.times); e != nil {
		return nil, e
	}
	switch {
	case !v.rules.isKind(c, product):
		return nil, v.wording.kind(v.explain(trust, c), product)
	case match == nil && p.fits.isEmpty() && !m.hasIssuer(&p):
		return nil, v.explain(trust, c).issuer()
	case match == nil && p.fits.isEmpty():
		return nil, v.explain(trust, c).flow(v.wording, p.issued)
	case !v.rules.clientFits(c):
		return nil, v.wording.client(v.explain(trust, c))
	case match == nil:
		return v.confirmed(ctx, trust, p.fits, t, key, c)
	}
	return match, nil
}

// confirmed asks the authorities that a genuine token fits but for its issuer or
// key: the key is another authority's so far, or the issuer is theirs in its
// other form, so what is known may be behind.
func (v *engine) confirmed(ctx context.Context, trust *trust, fits candidates, t *signedToken, key *jwks.Key, c *claims) (*anchor, *Error) {
	ctx, cancel := context.WithTimeout(ctx, trust.patience)
	defer cancel()
	match, issuerFound, unavailable := confirm(ctx, fits, *t, key, c.issuer)
	switch {
	case match != nil:
		return match, nil
	case unavailable != nil:
		return nil, unavailableError(unavailable)
	case !issuerFound:
		return nil, v.explain(trust, c).issuer()
	}
	return nil, refuse(ErrUnknownKey, "kid", "kid %s is the key of another trusted authority; flow %s does not sign with it", foreign.Name(t.header.kid), foreign.Name(c.flow))
}

func (v *engine) explain(trust *trust, c *claims) *explanation {
	return &explanation{trust, &v.rules, *c}
}
