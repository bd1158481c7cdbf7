// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"sync"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/jwks"
)

// engine validates tokens of one kind. It is what [Validator] and [IDTokens]
// have in common.
type engine struct {
	sources
	kind  tokenKind
	opts  Options
	keys  *jwks.Options // of the caches that it makes
	clock clock

	changes sync.Mutex // one change at a time; held while the caller's function runs
}

// validate checks a raw token as it came in, fills in its claims and returns what it
// has found, the authority that all of it belongs to. What is trusted when it begins
// decides, unless it waits for keys: then what is trusted at its end does, since that
// may be seconds later.
func (v *engine) validate(ctx context.Context, raw string, c *claims) (found finding, e *Error) {
	if ctx == nil {
		ctx = context.Background()
	}
	for p := (patience{}); ; {
		by := v.terms.Load()
		found, e = v.validateBy(ctx, by, raw, c, &p)
		switch {
		case e == nil && (p.until.IsZero() || v.terms.Load() == by):
			return found, nil
		case e != nil && (!v.replaced(by, e.Err) || ctx.Err() != nil || p.isOver()):
			return found, e
		}
	}
}

// validateBy is validate by these terms. The order is that of docs/design.md: form,
// signature, claims, and nothing of the claims is believed before the signature
// holds.
func (v *engine) validateBy(ctx context.Context, by *terms, raw string, c *claims, p *patience) (found finding, e *Error) {
	switch {
	case by == nil:
		return found, &Error{Reason: ErrUnavailable, Detail: "the validator is empty; look at the error of its constructor"}
	case by.closed:
		return found, &Error{Reason: ErrUnavailable, Detail: "the validator is closed"}
	}

	// Form.
	mem, _ := scratches.Get().(*scratch)
	defer mem.release()
	known := by.trust.index.headers()
	t, e := parseToken(raw, &by.rules, known, mem)
	if e != nil {
		return found, e
	}

	// Signature.
	key, tried := by.trust.verify(&t)
	switch {
	case key != nil:
	case len(by.trust.anchors) == 0:
		return found, refuse(ErrUnknownKey, "kid", "no authority is trusted so far; Validator.Update is for that")
	default:
		// No key of that id, or none that fits. An authority that has not
		// shown this key yet may have just started to sign with it.
		var cancel context.CancelFunc
		ctx, cancel = p.bound(ctx, by.trust.patience)
		defer cancel()
		s := search{by.trust, &by.rules, &v.turns, v.kind.wording.foreignAudience}
		if key, e = s.key(ctx, &t, tried); e != nil {
			return found, e
		}
	}

	known.add(t.head, t.header)

	// Claims.
	var match *anchor
	if err := c.parse(t.payload, by.rules.signInDecides); err != nil {
		e = asError(err, "payload")
	} else {
		match, e = v.checkClaims(ctx, by, &t, key, c, p)
	}
	if e != nil {
		e.Holder = c.holder()
	}
	return finding{by, match, key}, e
}

// checkClaims checks the claims of a token that the key has verified, cause by
// cause, and finds the one authority that all of it belongs to.
func (v *engine) checkClaims(ctx context.Context, by *terms, t *signedToken, key *jwks.Key, c *claims, wait *patience) (*anchor, *Error) {
	m := matching{by.trust, &by.rules, c}
	match := m.whole(t.header.kid, key)
	var p partial
	var product authority.Kind
	if match != nil {
		product = match.authority.Kind()
	} else {
		switch p = m.partial(); {
		case p.issued == nil:
			return nil, by.explain(c).issuer()
		case !p.audience:
			return nil, by.explain(c).audience(v.kind.wording, p.wanted)
		}
		product = p.issued.all[0].authority.Kind()
	}
	if e := by.rules.checkTimes(&c.times); e != nil {
		return nil, e
	}
	switch {
	case !by.rules.isKind(c, product):
		return nil, v.kind.wording.kind(by.explain(c), product)
	case match == nil && p.fits.isEmpty() && !m.hasIssuer(&p):
		return nil, by.explain(c).issuer()
	case match == nil && p.fits.isEmpty():
		return nil, by.explain(c).flow(v.kind.wording, p.issued)
	case !by.rules.clientFits(c):
		return nil, v.kind.wording.client(by.explain(c))
	case match == nil:
		ctx, cancel := wait.bound(ctx, by.trust.patience)
		defer cancel()
		return by.confirmed(ctx, p.fits, t, key, c)
	}
	return match, nil
}

// confirmed asks the authorities that a genuine token fits but for its issuer or
// key: the key is another authority's so far, or the issuer is theirs in its
// other form, so what is known may be behind.
func (by *terms) confirmed(ctx context.Context, fits candidates, t *signedToken, key *jwks.Key, c *claims) (*anchor, *Error) {
	match, issuerFound, unavailable := confirm(ctx, fits, *t, key, c.issuer)
	switch {
	case match != nil:
		return match, nil
	case unavailable != nil:
		return nil, unavailableError(unavailable)
	case !issuerFound:
		return nil, by.explain(c).issuer()
	}
	return nil, refuse(ErrUnknownKey, "kid", "kid %s is the key of another trusted authority; flow %s does not sign with it", foreign.Name(t.header.kid), foreign.Name(c.flow))
}

func (by *terms) explain(c *claims) *explanation { return &explanation{by.trust, &by.rules, *c} }
