// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// AllOf asks for all of the requirements, in order. The error is that of the
// first one that is not satisfied.
func AllOf(all ...Requirement) Requirement {
	r := joined("AllOf", all)
	if r.err != nil {
		return r
	}
	all = slices.Clone(all)
	r.check = func(ctx context.Context, t *Token) *Error {
		for _, part := range all {
			if e := part.check(ctx, t); e != nil {
				return e
			}
		}
		return nil
	}
	r.obstacle = func(i issuance) *obstacle {
		for _, part := range all {
			if o := part.obstacleAt(i); o != nil {
				return o
			}
		}
		return nil
	}
	return r
}

// AnyOf asks for at least one of the requirements. If none is satisfied, but
// one could not be decided, the error is the first such one's: it might have
// been satisfied. If all refuse, it is the first one's, with the scopes of all.
func AnyOf(alternatives ...Requirement) Requirement {
	r := joined("AnyOf", alternatives)
	if r.err != nil {
		return r
	}
	alternatives = slices.Clone(alternatives)
	r.check = func(ctx context.Context, t *Token) *Error {
		var refusals []*Error
		var undecided *Error
		for _, part := range alternatives {
			switch e := part.check(ctx, t); {
			case e == nil:
				return nil
			case e.Reason.Kind() != Unavailable:
				refusals = append(refusals, e)
			case undecided == nil:
				undecided = e
			}
		}
		if undecided != nil {
			return undecided
		}
		return joinRefusals(refusals, r.scopes)
	}
	r.obstacle = func(i issuance) *obstacle {
		all := make([]*obstacle, 0, len(alternatives))
		for _, part := range alternatives {
			o := part.obstacleAt(i)
			if o == nil {
				return nil
			}
			all = append(all, o)
		}
		return joinObstacles(all)
	}
	return r
}

// joinRefusals makes one refusal of those of all alternatives.
func joinRefusals(all []*Error, scopes []string) *Error {
	first := all[0]
	for _, e := range all[1:] {
		first.Detail += "; or: " + e.Detail
	}
	if first.Reason.Kind() == InsufficientScope {
		first.Scopes = slices.Clone(scopes)
	}
	return first
}

// joinObstacles makes one obstacle of those of all alternatives.
func joinObstacles(all []*obstacle) *obstacle {
	if len(all) == 1 {
		return all[0]
	}
	var parts, whys []string
	for _, o := range all {
		parts, whys = appendNew(parts, o.part), appendNew(whys, o.why)
	}
	return &obstacle{"AnyOf(" + strings.Join(parts, ", ") + ")", joinTexts(whys)}
}

// joined returns what a combination has of its parts.
func joined(fn string, all []Requirement) (r Requirement) {
	if len(all) == 0 {
		return Requirement{err: fmt.Errorf("validator: %s(): want at least one requirement", fn)}
	}
	texts := make([]string, 0, len(all))
	for _, part := range all {
		if err := part.Err(); err != nil {
			return Requirement{err: err}
		}
		r.scopes, r.clients = appendNew(r.scopes, part.scopes...), appendNew(r.clients, part.clients...)
		r.flows, r.tenants = appendNew(r.flows, part.flows...), appendNew(r.tenants, part.tenants...)
		r.asks, r.ofSubject = r.asks || part.asks, r.ofSubject || part.ofSubject
		texts = append(texts, part.text)
	}
	r.text = fn + "(" + strings.Join(texts, ", ") + ")"
	return r
}
