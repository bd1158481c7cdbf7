// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"slices"

	"github.com/b2ckit/b2ckit/jwks"
)

// candidates are the authorities that a token may be of, as far as its claims
// tell: a few, or all of some groups.
type candidates struct {
	few  []*anchor
	many []*group
}

func (c candidates) isEmpty() bool { return len(c.few) == 0 && len(c.many) == 0 }

// find has candidates find a set, but those passed over, and calls found with each
// answer until that is satisfied.
//
// Few are asked at once. Of many those come first that were asked the longest ago,
// and others in place of those that have answered, until all have or a few could
// not: nothing can be said of the token then, whose key may be at any of the rest,
// and the next attempt goes on from there. The error, if found was not satisfied, is that of one that
// could not answer.
func (c candidates) find(ctx context.Context, q jwks.Query, passOver func(*anchor) bool, found func(*anchor, *jwks.Set) bool) error {
	if len(c.many) == 0 {
		return findFirst(ctx, slices.DeleteFunc(slices.Clone(c.few), passOver), q, found)
	}
	var asked []*anchor
	var unavailable error
	for away := 0; away < few; {
		at, of := c.next(few-away, func(a *anchor) bool { return slices.Contains(asked, a) || passOver(a) })
		if len(at) == 0 {
			break
		}
		asked = append(asked, at...)
		away += len(at)
		done := false
		err := findFirst(ctx, at, q, func(a *anchor, set *jwks.Set) bool {
			of.turns.end(a)
			away--
			done = found(a, set)
			return done
		})
		if done {
			return nil
		}
		if err != nil {
			unavailable = err
		}
	}
	return unavailable
}

// next returns at most n of one group whose turn it is.
func (c candidates) next(n int, passOver func(*anchor) bool) (at []*anchor, of *group) {
	for _, g := range c.many {
		if at := g.turns.next(n, passOver); len(at) > 0 {
			return at, g
		}
	}
	return nil, nil
}

// haveStatic reports whether some of many that need not be asked name the issuer.
func (c candidates) haveStatic(issuer string) bool {
	return slices.ContainsFunc(c.many, func(g *group) bool {
		return slices.ContainsFunc(g.anchors, func(a *anchor) bool { return a.isStatic() && a.names(issuer) })
	})
}
