// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
)

// CanSatisfy returns an error if no token that this validator accepts could
// satisfy the requirement together with Options.Requirements, so that a route
// which would refuse everybody is found before the first request: [Role] where
// only B2C is trusted, [Flow] of a flow that is not, [Client] that is not in
// Options.Clients, or two parts of [AllOf] that no token meets at once. The
// error names the part at fault and what is trusted. That there is no error
// does not mean that such a token exists.
func (v *Validator) CanSatisfy(r Requirement) error {
	if err := r.Err(); err != nil {
		return err
	}
	if len(v.trusted) == 0 {
		return errors.New("validator: the validator is empty, so no token can satisfy anything")
	}
	trusted := make([]authority.Authority, 0, len(v.trusted))
	for _, tr := range v.trusted {
		trusted = append(trusted, tr.authority)
	}
	if err := canSatisfy(slices.Concat([]Requirement{r}, v.opts.Requirements), trusted, v.opts.Clients); err != nil {
		return fmt.Errorf("validator: %w", err)
	}
	return nil
}

// issuance is whose tokens are in question: those of one authority for one
// client, where "" is any.
type issuance struct {
	authority authority.Authority
	client    string
}

// obstacle is the part of a requirement that no token of an issuance can
// satisfy, in the words of Go, and why if there is more to say.
type obstacle struct{ part, why string }

// obstacleAt returns why no token of the issuance can satisfy the requirement,
// nil if one may.
func (r Requirement) obstacleAt(i issuance) *obstacle {
	if r.obstacle == nil {
		return nil
	}
	return r.obstacle(i)
}

// canSatisfy looks for an issuance without an obstacle to all of the
// requirements. Whether one part can be satisfied says nothing: it may be one
// of several alternatives, or contradict another.
func canSatisfy(all []Requirement, trusted []authority.Authority, accepted []string) error {
	r := AllOf(all...)
	var parts, whys []string
	for _, a := range trusted {
		for _, client := range clientsToTry(r.clients, accepted) {
			o := r.obstacleAt(issuance{a, client})
			if o == nil {
				return nil
			}
			parts, whys = appendNew(parts, o.part), appendNew(whys, o.why)
		}
	}
	text := strings.Join(parts, " and ")
	if len(parts) > 1 {
		text += " at once"
	}
	if why := joinTexts(whys); why != "" {
		text += ": " + why
	}
	text += "; trusted: " + listAuthorities(trusted)
	if len(accepted) > 0 && len(r.clients) > 0 {
		text += "; Options.Clients: " + list(accepted)
	}
	return fmt.Errorf("no token that is accepted here can satisfy %s", text)
}

// clientsToTry returns the clients that stand for all. One that is accepted and
// that the requirement speaks of satisfies at least what any other does.
func clientsToTry(mentioned, accepted []string) []string {
	if len(accepted) == 0 {
		accepted = mentioned
	}
	both := slices.DeleteFunc(slices.Clone(accepted), func(id string) bool { return !slices.Contains(mentioned, id) })
	switch {
	case len(both) > 0:
		return both
	case len(accepted) > 0:
		return accepted
	}
	return []string{""}
}

// call writes a requirement as it is called.
func call(fn string, names []string) string { return fn + "(" + list(names) + ")" }

func joinTexts(texts []string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), "; ")
}

// listAuthorities names authorities for an error, and of many the first.
func listAuthorities(all []authority.Authority) string {
	const most = 10
	var names []string
	for _, a := range all[:min(len(all), most)] {
		names = append(names, a.String())
	}
	text := strings.Join(names, ", ")
	if len(all) > most {
		text += fmt.Sprintf(" and %d more", len(all)-most)
	}
	return text
}
