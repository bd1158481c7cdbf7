// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

// terms are what one validation goes by: whom it trusts, and the rules for their
// tokens. They are immutable, and a change replaces them whole, so that nobody
// sees half of one.
type terms struct {
	trust  *trust
	rules  rules
	given  Trust // what they were made of
	byID   map[authorityID]entry
	number uint64 // each change has one more
	closed bool
}

// entry is an anchor and, unless its source is the caller's, the cache that was
// made for it.
type entry struct {
	*anchor
	cache *jwks.Cache
}

// authorityID is where an authority's keys come from, and whose they must be.
// Authorities that differ in audiences alone share them.
type authorityID struct {
	kind                authority.Kind
	metadata, tenantID  string
	issuer              string // of other providers, of which two may have metadata at one address
	rs256, ps256, es256 bool   // what keys may be for
}

func idOf(a authority.Authority) authorityID {
	issuer := ""
	if a.Kind() == authority.OpenIDConnect {
		issuer = a.String()
	}
	return authorityID{a.Kind(), a.MetadataURL(), a.TenantID(), issuer, a.Allows(authority.RS256), a.Allows(authority.PS256), a.Allows(authority.ES256)}
}

// put adds an authority with its source, nil if a cache is to be made. What the
// terms before had of it is taken over: the cache with its keys, and if nothing is
// different the anchor, which has its turn when authorities are asked one by one.
func (by *terms) put(a authority.Authority, audiences []string, source jwks.Source, before *terms, keys *jwks.Options) error {
	id := idOf(a)
	if by.byID[id].anchor != nil {
		return nil // named twice, which is one of the mistakes
	}
	var old entry
	if before != nil {
		old = before.byID[id]
	}
	e := entry{anchor: &anchor{authority: a, audiences: audiences, source: source}}
	if source == nil {
		if e.cache = old.cache; e.cache == nil {
			var err error
			if e.cache, err = jwks.New(a, keys); err != nil {
				return err
			}
		}
		e.source = e.cache
	}
	if old.anchor != nil && old.authority == a && slices.Equal(old.audiences, audiences) && isSame(old.source, e.source) {
		e.anchor = old.anchor
	}
	by.byID[id] = e
	return nil
}

// isSame reports whether two sources are one. Those of the caller may be of a
// type that does not compare.
func isSame(a, b jwks.Source) bool {
	return reflect.TypeOf(a).Comparable() && reflect.TypeOf(b).Comparable() && a == b
}

// without returns the caches that others don't have, which may be nil.
func (by *terms) without(others *terms) (caches []*jwks.Cache) {
	for id, e := range by.byID {
		if e.cache != nil && (others == nil || others.byID[id].cache != e.cache) {
			caches = append(caches, e.cache)
		}
	}
	return caches
}

// has reports whether somebody is trusted with that source.
func (by *terms) has(source jwks.Source) bool {
	return slices.ContainsFunc(by.trust.anchors, func(a *anchor) bool { return isSame(a.source, source) })
}

// closeAll closes caches, all at once: one whose transport ignores its context
// holds up no other.
func closeAll(caches []*jwks.Cache) error {
	errs := make([]error, len(caches))
	var wg sync.WaitGroup
	for i, c := range caches {
		wg.Go(func() { errs[i] = c.Close() })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// patience bounds all that one validation waits for, whatever it waits for and
// however often. The zero patience begins with the first wait.
type patience struct{ until time.Time }

func (p *patience) bound(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if p.until.IsZero() {
		p.until = time.Now().Add(limit)
	}
	return context.WithDeadlineCause(ctx, p.until, errPatience)
}

func (p *patience) isOver() bool { return !p.until.IsZero() && !time.Now().Before(p.until) }
