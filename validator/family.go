// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"math/rand/v2"
	"slices"

	"github.com/b2ckit/b2ckit/authority"
)

// few is how many authorities are looked through one by one, and asked for keys at
// once.
const few = 8

// family is the authorities whose metadata may name one issuer, in the order in
// which they are trusted: all flows of a tenant at a host, or the one flow whose
// name stands in the issuer. What is built for many of them finds those that a
// token may be of without a look at each. It is immutable, but for whose turn it
// is.
type family struct {
	all       []*anchor
	audiences []string // that any of them has

	// Of more than a few, whose members all have flows.
	byFlow     map[string][]*anchor // by name, as configured and folded
	byAudience map[string][]*group
}

// group is the members of a family that have the same audiences.
type group struct {
	anchors []*anchor
	turns   *turns // of those that may have other keys when they are asked
}

// families returns who may have issued what, by issuer of tokens: of a list of tenants
// there is one for each, so that no other tenant's is found. No token is in doubt
// between two families: issuers differ in tenant, host, form or, in one of the forms,
// flow. Nor is any between two products, see checkIssuers.
func families(anchors []*anchor) map[string]*family {
	all := make(map[string]*family, 2*len(anchors))
	for _, a := range anchors {
		for _, issuer := range a.authority.TokenIssuers() {
			f := all[issuer]
			if f == nil {
				f = new(family)
				all[issuer] = f
			}
			if n := len(f.all); n == 0 || f.all[n-1] != a { // External ID may name one twice
				f.all = append(f.all, a)
			}
		}
	}
	for _, f := range all {
		f.index()
	}
	return all
}

// kind is by whose rules its tokens are judged.
func (f *family) kind() authority.Kind { return f.all[0].authority.Kind() }

func (f *family) index() {
	known := map[string]bool{}
	for _, a := range f.all {
		for _, s := range a.audiences {
			if !known[s] {
				known[s], f.audiences = true, append(f.audiences, s)
			}
		}
	}
	if len(f.all) <= few || slices.ContainsFunc(f.all, func(a *anchor) bool { return a.authority.Flow() == "" }) {
		return
	}
	f.byFlow = make(map[string][]*anchor, 2*len(f.all))
	for _, a := range f.all {
		key := a.authority.FlowKey()
		f.byFlow[key] = append(f.byFlow[key], a)
	}
	for _, a := range f.all {
		f.byFlow[a.authority.Flow()] = f.byFlow[a.authority.FlowKey()]
	}
	f.byAudience = map[string][]*group{}
	for _, a := range f.all {
		f.group(a.audiences).add(a)
	}
	for _, groups := range f.byAudience {
		for _, g := range groups {
			g.open()
		}
	}
}

// group returns the members with exactly these audiences.
func (f *family) group(audiences []string) *group {
	for _, g := range f.byAudience[audiences[0]] {
		if slices.Equal(g.anchors[0].audiences, audiences) {
			return g
		}
	}
	g := new(group)
	for _, s := range audiences {
		f.byAudience[s] = append(f.byAudience[s], g)
	}
	return g
}

func (g *group) add(a *anchor) { g.anchors = append(g.anchors, a) }

// open gives the members their turns, beginning with any of them: whoever changes
// what is trusted again and again must not have the same ones asked each time.
func (g *group) open() {
	if g.turns != nil {
		return
	}
	first := rand.IntN(len(g.anchors)) //nolint:gosec // nobody gains by guessing whom
	order := slices.Concat(g.anchors[first:], g.anchors[:first])
	g.turns = newTurns(slices.DeleteFunc(order, (*anchor).isStatic))
}

// near returns the members that may have a flow, others among them if they are
// few.
func (f *family) near(flow string) []*anchor {
	if f.byFlow == nil || flow == "" {
		return f.all
	}
	if those, ok := f.byFlow[flow]; ok {
		return those
	}
	return f.byFlow[authority.FoldFlow(flow)]
}

// family returns the authorities whose metadata may name this issuer, nil if there
// are none.
func (t *trust) family(issuer string) *family {
	if f := t.families[issuer]; f != nil {
		return f
	}
	if len(issuer) > t.longestIssuer {
		return nil
	}
	// A flow's name in it may be written in another case.
	f := t.families[authority.FoldFlow(issuer)]
	if f == nil || f.kind() != authority.AzureADB2C || !f.all[0].authority.MatchIssuer(issuer) {
		return nil
	}
	return f
}
