// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
)

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
