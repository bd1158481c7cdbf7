// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"fmt"
	"slices"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

// verify verifies the signature with the keys of the token's key id that are
// there. The same id in two sets is usually one key, tried once, but may be two.
// Where it is many, whose issuers may be in league, all of the token's own issuer
// are tried and a few of others, with which it is refused in any case. It returns
// the key that verified it, and else those that did not.
func (t *trust) verify(raw *signedToken) (key *jwks.Key, tried []*jwks.Key) {
	x := t.index.latest.Load()
	if x != nil {
		all := x.keys[raw.header.kid]
		if len(all) > 1 {
			all = x.closest(all, raw.unverifiedIssuer())
		}
		for i := range all {
			k := all[i].now()
			if k == nil {
				continue
			}
			if raw.verify(k) {
				return k, nil
			}
			tried = append(tried, k)
		}
		if x.isUpToDate() {
			return nil, tried
		}
	}
	defer t.index.renew(t.anchors)
	return t.verifyOther(raw, tried)
}

// verifyOther looks through all sets for keys that have not been tried.
func (t *trust) verifyOther(raw *signedToken, tried []*jwks.Key) (*jwks.Key, []*jwks.Key) {
	var issuer *string // read where it matters
	for _, a := range t.anchors {
		set := a.source.Current()
		if set == nil {
			continue
		}
		k, ok := set.Key(raw.header.kid)
		if !ok || slices.ContainsFunc(tried, func(other *jwks.Key) bool { return isLike(k, other) }) {
			continue
		}
		if len(tried) >= few {
			if issuer == nil {
				issuer = new(raw.unverifiedIssuer())
			}
			if !set.Issues(*issuer) {
				continue
			}
		}
		if raw.verify(k) {
			return k, nil
		}
		tried = append(tried, k)
	}
	return nil, tried
}

// hasTried reports whether the keys of that id which an issuer has published are
// known, and all among those tried. What others have published under its id says
// nothing: they may have chosen it to keep this issuer's new key out.
func (t *trust) hasTried(id, issuer string, tried []*jwks.Key) (known bool) {
	if x := t.index.latest.Load(); x != nil && x.isUpToDate() {
		return x.hasTried(id, issuer, tried)
	}
	for _, a := range t.anchors {
		set := a.source.Current()
		if set == nil || !set.Issues(issuer) {
			continue
		}
		k, ok := set.Key(id)
		if ok && !slices.ContainsFunc(tried, func(other *jwks.Key) bool { return isLike(k, other) }) {
			return false
		}
		known = known || ok
	}
	return known
}

// isLike reports whether two keys verify the same signatures: they are of the same
// material, and may be used with the same algorithms. The same key may be so with
// fewer in the set of one authority than in that of another.
func isLike(a, b *jwks.Key) bool {
	return a == b || a.SameAs(b) && a.Allows(authority.RS256) == b.Allows(authority.RS256) &&
		a.Allows(authority.PS256) == b.Allows(authority.PS256) && a.Allows(authority.ES256) == b.Allows(authority.ES256)
}

// shorter returns authorities among which are all those of the given ones that
// have the key, in their order: these, or if they are fewer, all that have it.
func (t *trust) shorter(of []*anchor, keyID string, key *jwks.Key) []*anchor {
	x := t.index.latest.Load()
	if x == nil {
		return of
	}
	for _, h := range x.keys[keyID] {
		if isLike(h.key, key) && len(h.anchors) < len(of) && x.isUpToDate() {
			return h.anchors
		}
	}
	return of
}

// errPatience is why a validation that waits for several fetches comes to an end.
var errPatience = fmt.Errorf("keys took longer than jwks.Options.FetchTimeout: %w", context.DeadlineExceeded)

// fetchKey looks for the key of a token that none verified so far, at the
// authorities that may have it, but those passed over. It returns nil if they
// don't, and whether any has published the key id.
//
// It takes the token by value, as confirm does: they are rare, and what the
// functions below hold on to would otherwise cost every validation an allocation.
func fetchKey(ctx context.Context, at candidates, passOver func(*anchor) bool, t signedToken, q jwks.Query) (key *jwks.Key, known bool, err error) {
	err = at.find(ctx, q, passOver, func(_ *anchor, set *jwks.Set) bool {
		k, ok := set.Key(t.header.kid)
		known = known || ok
		if ok && t.verify(k) {
			key = k
		}
		return key != nil
	})
	return key, known, err
}

// confirm looks for the authority that has the token's issuer and key by now,
// among those that the token fits otherwise.
func confirm(ctx context.Context, at candidates, t signedToken, key *jwks.Key, issuer string) (match *anchor, issuerFound bool, err error) {
	q := jwks.Query{KeyID: t.header.kid, Issuer: issuer}
	issuerFound = at.haveStatic(issuer)
	err = at.find(ctx, q, nobody, func(a *anchor, set *jwks.Set) bool {
		if !set.Issues(issuer) {
			return false
		}
		issuerFound = true
		if k, ok := set.Key(t.header.kid); ok && a.vouches(k, t.header.alg, issuer) && (k.SameAs(key) || t.verify(k)) {
			match = a
		}
		return match != nil
	})
	return match, issuerFound, err
}

// nobody is passed over.
func nobody(*anchor) bool { return false }

// findFirst has all of the authorities find a set at once, and calls found with
// each answer as it comes, until that is satisfied; the rest go on until ctx
// ends, which the caller sees to. It returns an error if found was not satisfied
// and some could not answer.
func findFirst(ctx context.Context, at []*anchor, q jwks.Query, found func(*anchor, *jwks.Set) bool) error {
	if len(at) == 1 { // nearly always: issuer and flow name one
		set, err := at[0].source.Find(ctx, q)
		if err == nil {
			found(at[0], set)
		}
		return err
	}
	answers := make(chan func() (bool, error), len(at))
	for _, a := range at {
		go func() {
			var set *jwks.Set
			answer := caught(func() (err error) { set, err = a.source.Find(ctx, q); return err })
			answers <- func() (bool, error) {
				if err := answer(); err != nil {
					return false, err
				}
				return found(a, set), nil
			}
		}()
	}
	var unavailable error
	for range at {
		switch done, err := (<-answers)(); {
		case err != nil:
			unavailable = err
		case done:
			return nil
		}
	}
	return unavailable
}
