// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"sort"
	"strings"
	"time"
)

// claims returns the claims of a token in the order B2C's tokens have. A spec
// for a user's token names the user.
func (t *Tenant) claims(s site, flow *Flow, spec *Spec) object {
	issued := spec.IssuedAt
	if issued.IsZero() {
		issued = t.now()
	}
	lifetime := spec.Lifetime
	if lifetime == 0 {
		lifetime = flow.Lifetime
	}
	times := object{{"iat", issued}, {"nbf", issued}, {"exp", issued.Add(lifetime)}}
	audience, client := t.parties(spec)
	scp := t.scopesOf(spec, audience, client)
	c := object{{"ver", "1.0"}, {"iss", t.issuer(s, flow)}}

	if spec.Kind == AppToken {
		c = append(c, member{"aud", audience}, member{"sub", t.principal(client)}, member{"azp", client})
		c = c.addScopes(scp)
		c = c.addFlow(flow, spec.FlowClaim)
		return append(c, times...)
	}

	user := *spec.User
	authTime := spec.AuthTime
	if authTime.IsZero() {
		authTime = issued
	}
	claim := spec.FlowClaim
	if claim == ClaimDefault {
		claim = flow.FlowClaim
	}
	c = append(c, member{"sub", user.ObjectID}, member{"aud", audience})
	if spec.Kind == UserToken {
		c = append(c, member{"azp", client})
	}
	c = c.addScopes(scp)
	if flow.custom() {
		c = c.addFlow(flow, claim)
	}
	c = append(c, times...)
	// B2C: access tokens carry the nonce of the sign-in too.
	c = append(c, member{"auth_time", authTime}, member{"nonce", nonce()})
	if flow.custom() {
		c = c.addPolicyUser(&user, t.opts.ID)
	} else {
		c = c.addFlowUser(&user).addFlow(flow, claim)
	}
	return c.override(user.Claims)
}

// parties returns the audience and the client of a token.
func (t *Tenant) parties(spec *Spec) (audience, client string) {
	audience, client = spec.Audience, spec.ClientID
	if client == "" {
		client = t.Web().ID
		if spec.Kind == AppToken {
			client = t.Daemon().ID
		}
	}
	if audience == "" {
		audience = t.API().ID
		if spec.Kind == IDToken {
			audience = client
		}
	}
	return audience, client
}

// scopesOf returns the words of "scp".
func (t *Tenant) scopesOf(spec *Spec, audience, client string) []string {
	if spec.Scopes != nil || spec.Kind == IDToken {
		return spec.Scopes
	}
	kind := permission(spec.Kind == AppToken)
	if c, api := t.app(client), t.app(audience); c != nil && api != nil {
		return t.granted(c, api, kind)
	}
	if kind == roles {
		return t.API().Roles
	}
	return t.API().Scopes
}

// principal returns the subject of an app's own token: its service principal's
// object id, and for an app of nobody's a GUID that goes with its client id.
func (t *Tenant) principal(client string) string {
	if a := t.app(client); a != nil {
		return a.ObjectID
	}
	return guid(t.opts.ID, "service principal", client)
}

// addFlowUser adds a person as user flows describe one.
func (o object) addFlowUser(u *User) object {
	o = append(o, member{"oid", u.ObjectID}, member{"name", u.Name})
	o = o.addString("given_name", u.GivenName).addString("family_name", u.FamilyName)
	if len(u.Emails) > 0 {
		o = append(o, member{"emails", u.Emails})
	}
	return o.addString("idp", u.IDP)
}

// addPolicyUser adds a person as the starter pack's custom policies do: one
// email, the tenant, and no oid.
func (o object) addPolicyUser(u *User, tenantID string) object {
	o = append(o, member{"name", u.Name})
	o = o.addString("given_name", u.GivenName).addString("family_name", u.FamilyName)
	if len(u.Emails) > 0 {
		o = append(o, member{"email", u.Emails[0]})
	}
	return append(o.addString("idp", u.IDP), member{"tid", tenantID})
}

func (o object) addFlow(f *Flow, claim FlowClaim) object {
	switch claim {
	case ClaimTFP:
		return append(o, member{"tfp", f.Name})
	case ClaimACR:
		return append(o, member{"acr", strings.ToLower(f.Name)})
	default:
		return o
	}
}

func (o object) addScopes(scp []string) object {
	return o.addString("scp", strings.Join(scp, " "))
}

func (o object) addString(name, value string) object {
	if value == "" {
		return o
	}
	return append(o, member{name, value})
}

// nonce is one as clients make them.
func nonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// object is a JSON object that keeps its order.
type object []member

type member struct {
	name  string
	value any
}

// override replaces members in place, removes those that are [Absent] and adds
// the rest at the end, by name.
func (o object) override(with map[string]any) object {
	var out object
	known := map[string]bool{}
	for _, m := range o {
		known[m.name] = true
		if v, ok := with[m.name]; ok {
			m.value = v
		}
		out = append(out, m)
	}
	var added object
	for name, v := range with {
		if !known[name] {
			added = append(added, member{name, v})
		}
	}
	sort.Slice(added, func(i, j int) bool { return added[i].name < added[j].name })
	out = append(out, added...)
	kept := out[:0]
	for _, m := range out {
		if m.value != Absent {
			kept = append(kept, m)
		}
	}
	return kept
}

// MarshalJSON is encode, for objects inside other JSON.
func (o object) MarshalJSON() ([]byte, error) { return o.encode() }

func (o object) encode() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		if at, ok := m.value.(time.Time); ok {
			m.value = at.Unix()
		}
		name, err := encode(m.name)
		if err != nil {
			return nil, err
		}
		value, err := encode(m.value)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", m.name, err)
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
