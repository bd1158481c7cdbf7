// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
)

// issuers are whose tokens a requirement may be satisfied by.
type issuers struct {
	trusted []authority.Authority
	clients []string // accepted; if empty, every one
	listed  []string // whose tokens may name no flow
	anybody bool     // the others may be trusted and accepted later

	clientsName string // what the list of clients is called
}

// issuers returns whose tokens may come to be asked for requirements.
func (v *engine) issuers(t *terms) issuers {
	if v.opts.Updatable {
		return issuers{anybody: true}
	}
	var trusted []authority.Authority
	if t.trust != nil {
		for _, a := range t.trust.anchors {
			trusted = append(trusted, a.authority)
		}
	}
	return issuers{trusted: trusted, clients: t.given.Clients, listed: t.given.AllowMissingFlow, clientsName: t.rules.names.clients}
}

// canSatisfy looks for an issuance without an obstacle to all of the
// requirements. Whether one part can be satisfied says nothing: it may be one
// of several alternatives, or contradict another.
func (from issuers) canSatisfy(all []Requirement) error {
	r := AllOf(all...)
	trusted := from.trusted
	if from.anybody {
		trusted = representatives(r.flows, r.tenants)
	}
	var parts, whys []string
	for _, a := range trusted {
		for _, i := range from.issuances(a, &r) {
			o := r.obstacleAt(i)
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
	if from.anybody {
		return fmt.Errorf("no token of anybody can satisfy %s", text)
	}
	text += "; trusted: " + listAuthorities(trusted)
	if len(from.clients) > 0 && len(r.clients) > 0 {
		text += "; " + from.clientsName + ": " + list(from.clients)
	}
	return fmt.Errorf("no token that is accepted here can satisfy %s", text)
}

// issuances stand for all of an authority's: where it matters, those of each of its
// tenants.
func (from issuers) issuances(a authority.Authority, r *Requirement) (all []issuance) {
	ofOne := from.ofClients(a, r)
	if len(r.tenants) == 0 {
		return ofOne
	}
	tenants := a.TenantIDs()
	if len(tenants) == 0 {
		tenants = []string{""}
	}
	for _, id := range tenants {
		for _, i := range ofOne {
			i.tenant = id
			all = append(all, i)
		}
	}
	return all
}

// ofClients stand for all of an authority's, whatever the tenant.
func (from issuers) ofClients(a authority.Authority, r *Requirement) (all []issuance) {
	clients := clientsToTry(r.clients, from.clients)
	if !r.ofSubject {
		for _, client := range clients {
			all = append(all, issuance{authority: a, client: client})
		}
		return all
	}
	// One that is listed satisfies what others don't, and the other way round.
	accepted := func(id string) bool { return len(from.clients) == 0 || slices.Contains(from.clients, id) }
	isListed := func(id string) bool { return slices.Contains(from.listed, id) }
	clients = appendNew(clients, from.clients...)
	if len(from.clients) == 0 {
		clients = appendNew(clients, "")
	}
	for _, id := range from.listed {
		if accepted(id) {
			clients = appendNew(clients, id)
		}
	}
	for _, client := range clients {
		of := func(listed bool, subjects ...subject) {
			for _, s := range subjects {
				all = append(all, issuance{authority: a, client: client, listed: listed, subject: s})
			}
		}
		switch {
		case a.Kind() != authority.AzureADB2C || from.anybody:
			of(true, ofUser, ofApp)
		case isListed(client):
			of(true, ofApp, anySubject)
		default:
			of(false, ofUser)
		}
	}
	return all
}

// representatives stand for all authorities that there can be: one of each
// product, and of each tenant that a requirement speaks of, in B2C one of each flow
// that it speaks of, and of none.
func representatives(flows, tenants []string) []authority.Authority {
	tenants = append(slices.Clone(tenants), "00000000-0000-4000-8000-000000000000")
	flows = append(slices.Clone(flows), "B2C_1_anybody")
	all := make([]authority.Authority, 0, len(tenants)*(len(flows)+2)+1)
	for _, id := range tenants {
		if tenant, err := authority.B2C("anybody", id); err == nil {
			all = append(all, tenant.Flows(flows...)...)
		}
		for _, one := range [...]func() (authority.Authority, error){
			func() (authority.Authority, error) { return authority.ExternalID("anybody", id) },
			func() (authority.Authority, error) { return authority.Entra(id) },
		} {
			if a, err := one(); err == nil {
				all = append(all, a)
			}
		}
	}
	if provider, err := authority.OpenIDProvider("https://anybody.example", authority.RS256); err == nil {
		all = append(all, provider)
	}
	return all
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
