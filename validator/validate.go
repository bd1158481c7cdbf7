// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"sync"

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
// holds. What has been found until a refusal is returned with it.
func (v *engine) validateBy(ctx context.Context, by *terms, raw string, c *claims, p *patience) (found finding, e *Error) {
	switch {
	case by == nil:
		return found, refuse(ErrUnavailable, "", "the validator is empty; look at the error of its constructor").hinted(HintClosed)
	case by.closed:
		return found, refuse(ErrUnavailable, "", "the validator is closed").hinted(HintClosed)
	}
	found.terms = by

	// Form.
	mem, _ := scratches.Get().(*scratch)
	defer mem.release()
	known := by.trust.index.headers()
	t, e := parseToken(raw, &by.rules, known, mem)
	if e != nil {
		found.failed = checkOfForm(e)
		return found, e
	}

	// Signature.
	var tried []*jwks.Key
	found.key, tried = by.trust.verify(&t)
	if found.key == nil {
		if found.key, e = v.findKey(ctx, by, &t, tried, p); e != nil {
			found.failed = checkOfKey(e)
			return found, e
		}
	}

	known.add(t.head, t.header)

	// Claims.
	if err := by.trust.read(&t, &by.rules, c); err != nil {
		found.failed, e = CheckClaims, asError(err, "payload")
	} else {
		e = v.checkClaims(ctx, &found, &t, c, p)
	}
	if e != nil {
		e.Holder = c.holder()
	}
	return found, e
}

// findKey looks for the key of a token that no known key has verified: there is none of
// that id, or none that fits. An authority that has not shown this key yet may have
// just started to sign with it.
func (v *engine) findKey(ctx context.Context, by *terms, t *signedToken, tried []*jwks.Key, p *patience) (*jwks.Key, *Error) {
	if len(by.trust.anchors) == 0 {
		return nil, refuse(ErrUnknownKey, "kid", "no authority is trusted so far; Validator.Update is for that")
	}
	ctx, cancel := p.bound(ctx, by.trust.patience)
	defer cancel()
	s := search{by.trust, &by.rules, &v.turns, v.kind.wording.foreignAudience}
	return s.key(ctx, t, tried)
}

// checkClaims checks the claims of a token that the key found has verified, cause by
// cause, and finds the one authority that all of it belongs to.
func (v *engine) checkClaims(ctx context.Context, found *finding, t *signedToken, c *claims, wait *patience) *Error {
	j := found.terms.judge(v.kind.wording, c, &t.header, found.key)
	for _, name := range claimChecks {
		if e := j.check(name, c); e != nil {
			found.failed = name
			return e
		}
	}
	if found.anchor = j.match; found.anchor != nil {
		return nil
	}
	ctx, cancel := wait.bound(ctx, found.terms.trust.patience)
	defer cancel()
	var e *Error
	if found.anchor, e = j.confirmed(ctx, t, found.key, c); e != nil {
		found.failed = CheckAuthority
	}
	return e
}
