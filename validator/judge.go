// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"fmt"
	"slices"

	"github.com/b2ckit/b2ckit/jwks"
)

// judge finds the key, verifies the signature and only then believes the
// claims.
func (v *engine) judge(ctx context.Context, t *signedToken) (c claims, match *trust, e *Error) {
	key, known := v.verifyWithKnownKeys(t)
	if key == nil {
		// No key of that id, or none that fits. An authority that has not
		// shown this key yet may have just started to sign with it.
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, v.patience, errPatience) // for all that follows
		defer cancel()
		if key, e = v.learn(ctx, *t, known); e != nil {
			return c, nil, e
		}
	}
	c, err := parseClaims(t.payload, v.kind)
	if err != nil {
		e = asError(err, "payload")
	} else {
		match, e = v.decide(ctx, t, key, &c)
	}
	e = e.of(&c)
	return c, match, e
}

// verifyWithKnownKeys tries the keys of the token's key id. The same id in
// two sets is usually one key, tried once, but may be two.
func (v *engine) verifyWithKnownKeys(t *signedToken) (key *jwks.Key, known bool) {
	var tried []*jwks.Key
	for i := range v.trusted {
		set := v.trusted[i].source.Current()
		if set == nil {
			continue
		}
		k, ok := set.Key(t.header.kid)
		if !ok || slices.ContainsFunc(tried, k.SameAs) {
			continue
		}
		if t.verify(k.Public()) {
			return k, true
		}
		tried = append(tried, k)
	}
	return nil, len(tried) > 0
}

// errPatience is why a validation that waits for several fetches comes to an end.
var errPatience = fmt.Errorf("keys took longer than jwks.Options.FetchTimeout: %w", context.DeadlineExceeded)

// learn asks the candidates for the token's key id: the authorities that lack
// it and are not ruled out by the token's claims. Those claims are not yet
// verified; here they can only save a fetch, never cause or direct one.
//
// If the key id is known already, the signature is bad, and only authorities
// without any keys so far are worth asking.
//
// While there are no keys at all nothing can be said of any token, and an outage
// must not look like a bad one. For a token that fits nobody one authority will
// do: with its keys the next answer can be a refusal.
func (v *engine) learn(ctx context.Context, t signedToken, known bool) (*jwks.Key, *Error) {
	candidates, ruledOutBy := v.candidates(&t)
	find := func(ctx context.Context, tr *trust) (*jwks.Set, error) {
		return tr.source.Find(ctx, jwks.Query{KeyID: t.header.kid})
	}
	// One that has the key by now, since another caller's fetch has just
	// ended, answers at once.
	lacking := slices.DeleteFunc(slices.Clone(candidates), func(tr *trust) bool {
		return known && tr.source.Current() != nil
	})
	if len(candidates) == 0 && v.isCold() {
		i, leave := v.rota.join()
		defer leave()
		lacking = []*trust{&v.trusted[i]}
		find = func(ctx context.Context, tr *trust) (*jwks.Set, error) { return tr.source.Find(ctx, jwks.Query{}) }
	}
	var key *jwks.Key
	unavailable := ask(ctx, lacking, find, func(_ *trust, set *jwks.Set) bool {
		k, ok := set.Key(t.header.kid)
		known = known || ok
		if ok && t.verify(k.Public()) {
			key = k
		}
		return key != nil
	})
	switch {
	case key != nil:
		return key, nil
	case unavailable != nil:
		return nil, unavailableError(unavailable)
	case known:
		return nil, refuse(ErrSignature, "", "the signature does not verify with the key of kid %s; was the token altered, or made elsewhere?", quote(t.header.kid))
	case len(candidates) == 0:
		return nil, refuse(ErrUnknownKey, "kid", "no trusted authority has published kid %s, and none was asked again, since by its unverified claims the token can't be accepted: %s", quote(t.header.kid), ruledOutBy)
	}
	return nil, refuse(ErrUnknownKey, "kid", "no trusted authority publishes kid %s, and they were asked just now; is the token of another tenant or flow?", quote(t.header.kid))
}

// isCold tells whether no authority has any keys.
func (v *engine) isCold() bool {
	return !slices.ContainsFunc(v.trusted, func(tr trust) bool { return tr.source.Current() != nil })
}

// candidates returns the authorities that the token's unverified claims don't
// rule out, or if there are none, what ruled out the last ones, in words that
// quote nothing of the token.
func (v *engine) candidates(t *signedToken) (all []*trust, ruledOutBy string) {
	c, err := parseClaims(t.payload, v.kind)
	if err != nil {
		return nil, "they can't be read"
	}
	if e := v.checkTimes(&c); e != nil {
		switch e.Reason {
		case ErrNotYetValid: // a slow clock here must not keep a new key out
		case ErrClaim:
			return nil, "it has no " + e.Claim
		default:
			return nil, "it has expired; or is this machine's clock ahead?"
		}
	}
	switch partly := v.matchPartly(&c); {
	case len(partly.fits) > 0:
		return partly.fits, ""
	case len(partly.issued) == 0 && isEntra(c.issuer):
		return nil, "its issuer is Entra ID, not B2C; the client must ask the flow's own token endpoint"
	case len(partly.issued) == 0:
		return nil, "its issuer is not trusted"
	case !partly.audience:
		return nil, v.foreignAudience()
	}
	return nil, "its flow is missing or not trusted"
}

// ask has all of the authorities find a set at once, and found judge each
// answer as it comes, until that is satisfied; the rest go on until ctx ends,
// which the caller sees to. It returns an error if found was not satisfied and
// some could not answer.
func ask(ctx context.Context, all []*trust, find func(context.Context, *trust) (*jwks.Set, error), found func(*trust, *jwks.Set) bool) error {
	if len(all) == 1 { // nearly always: issuer and flow name one
		set, err := find(ctx, all[0])
		if err == nil {
			found(all[0], set)
		}
		return err
	}
	answers := make(chan func() (bool, error), len(all))
	for _, tr := range all {
		go func() {
			var set *jwks.Set
			asked := caught(func() (err error) { set, err = find(ctx, tr); return err })
			answers <- func() (bool, error) {
				if err := asked(); err != nil {
					return false, err
				}
				return found(tr, set), nil
			}
		}()
	}
	var unavailable error
	for range all {
		switch done, err := (<-answers)(); {
		case err != nil:
			unavailable = err
		case done:
			return nil
		}
	}
	return unavailable
}
