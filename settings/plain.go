// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

const (
	plainPrefix = "B2C_"

	varTenant   = plainPrefix + "TENANT"
	varTenantID = plainPrefix + "TENANT_ID"
	varHosts    = plainPrefix + "HOSTS"
	varFlows    = plainPrefix + "FLOWS"
	varSignIn   = plainPrefix + "SIGNIN_FLOW"
	varEdit     = plainPrefix + "EDIT_FLOW"
	varReset    = plainPrefix + "RESET_FLOW"
	varAudience = plainPrefix + "AUDIENCE"
	varClientID = plainPrefix + "CLIENT_ID"
	varSecret   = plainPrefix + "CLIENT_SECRET"
	varDaemons  = plainPrefix + "ALLOW_MISSING_FLOW"
)

// plainVariables are those that count, and the key that each is another name of, if
// it is of one alone.
var plainVariables = map[string]string{
	varTenant: keyTenant, varTenantID: keyTenantID, varHosts: "", varFlows: "", varSignIn: keySignIn, varEdit: keyEdit, varReset: keyReset,
	varAudience: "", varClientID: keyClientID, varSecret: keyClientSecret, varDaemons: "",
}

// plainValues are plain variables, or values in their place, by name.
type plainValues map[string]entry

// lay lays the values on a sheet. One that is another name of a key takes its
// place; one that is a list takes the place of all keys that say the same.
func (v plainValues) lay(s *sheet, m *mistakes) {
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if key := plainVariables[name]; key != "" && name != varSignIn {
			e := v[name]
			s.put(entry{key, e.text, e.origin})
		}
	}
	v.layList(s, varHosts, keyInstance, keyTrustedHosts)
	v.layList(s, varAudience, "", keyAudiences, keyAudience)
	v.layList(s, varDaemons, "", keyMissingFlow)
	v.layList(s, varFlows, keySignIn, keyTrustedPolicies)
	signIn, ok := v[varSignIn]
	if !ok {
		return
	}
	if flows, ok := v[varFlows]; ok {
		v.putFirst(s, signIn, flows, m)
	}
	s.put(entry{keySignIn, signIn.text, signIn.origin})
}

// layList lays a list on the sheet: its first text as the first key, the others, or
// all if there is no first key, as the list of the second one.
func (v plainValues) layList(s *sheet, name, first, rest string, also ...string) {
	e, ok := v[name]
	if !ok {
		return
	}
	for _, key := range append(also, first, rest) {
		s.remove(key)
	}
	texts := strings.Fields(e.text)
	if first != "" && len(texts) > 0 {
		s.put(entry{first, texts[0], e.origin})
		texts = texts[1:]
	}
	for i, text := range texts {
		s.put(entry{fmt.Sprintf("%s:%d", rest, i), text, e.origin})
	}
}

// putFirst makes room for the sign-in flow where both it and the list of flows are
// named: it has to be one of them.
func (v plainValues) putFirst(s *sheet, signIn, flows entry, m *mistakes) {
	all := strings.Fields(flows.text)
	at := slices.IndexFunc(all, func(flow string) bool { return authority.SameFlow(flow, signIn.text) })
	if at < 0 {
		m.addf(signIn.origin, "is %s, which %s does not name", foreign.Name(signIn.text), flows.origin)
		return
	}
	v[varFlows] = entry{flows.path, strings.Join(slices.Insert(slices.Delete(all, at, at+1), 0, signIn.text), " "), flows.origin}
	v.layList(s, varFlows, keySignIn, keyTrustedPolicies)
}

// unknown finds variables that begin as plain ones and are none of them.
func (v plainValues) unknown(m *mistakes, notes *[]string) {
	known := slices.Sorted(maps.Keys(plainVariables))
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if slices.Contains(known, name) {
			continue
		}
		near, distance := nearest(name[len(plainPrefix):], withoutPrefix(known))
		if isSlip(near, distance) {
			m.addf(v[name].origin, "is not known; did you mean %s?", plainPrefix+near)
			continue
		}
		*notes = append(*notes, v[name].origin+" is not known here")
	}
}

func withoutPrefix(names []string) (rest []string) {
	for _, name := range names {
		rest = append(rest, strings.TrimPrefix(name, plainPrefix))
	}
	return rest
}
