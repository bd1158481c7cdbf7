// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/guid"
	"github.com/b2ckit/b2ckit/emulator/internal/jose"
	"github.com/b2ckit/b2ckit/emulator/internal/secret"
)

// claims returns the claims of a token in the order B2C's tokens have. An order
// for a user's token names the user.
func (o *order) claims(now time.Time) jose.Object {
	issued, lifetime := o.times(now)
	c := make(claims, 0, 16)
	c.add("ver", "1.0")
	c.add("iss", o.model.issuer(o.site, o.flow))
	if o.Kind == AppToken {
		o.addApp(&c)
		c.addTimes(issued, lifetime)
		return jose.Object(c)
	}
	o.addUser(&c, issued, lifetime)
	return jose.Object(c).Override(o.flow.ofPerson(o.User.Claims))
}

// times returns when a token is issued, and for how long.
func (o *order) times(now time.Time) (issued time.Time, lifetime time.Duration) {
	issued, lifetime = o.IssuedAt, o.Lifetime
	if issued.IsZero() {
		issued = now
	}
	if lifetime == 0 {
		lifetime = o.flow.Lifetime
	}
	return issued, lifetime
}

// addApp adds what an app's own token says of the app.
func (o *order) addApp(c *claims) {
	audience, client := o.parties()
	c.add("aud", audience)
	c.add("sub", o.principal(client))
	c.add("azp", client)
	c.addString("scp", strings.Join(o.scopesOf(audience, client), " "))
	c.addFlow(o.flow, o.FlowClaim)
}

// addUser adds what a user's token says of user, client and sign-in.
func (o *order) addUser(c *claims, issued time.Time, lifetime time.Duration) {
	audience, client := o.parties()
	authTime := o.AuthTime
	if authTime.IsZero() {
		authTime = issued
	}
	named := o.FlowClaim
	if named == ClaimDefault {
		named = o.flow.FlowClaim
	}
	c.add("sub", o.flow.subject(o.User))
	c.add("aud", audience)
	if o.Kind == UserToken {
		c.add("azp", client)
	}
	c.addString("scp", strings.Join(o.scopesOf(audience, client), " "))
	if o.flow.custom() {
		c.addFlow(o.flow, named)
	}
	c.addTimes(issued, lifetime)
	c.add("auth_time", authTime)
	c.add("nonce", secret.Text(16)) // B2C: access tokens carry the nonce of the sign-in too
	if o.flow.custom() {
		c.addPolicyUser(o.flow, o.User, o.model.id)
		return
	}
	c.addFlowUser(o.flow, o.User)
	c.addFlow(o.flow, named)
}

// parties returns the audience and the client of a token.
func (o *order) parties() (audience, client string) {
	audience, client = o.Audience, o.ClientID
	if client == "" {
		client = o.model.web().ID
		if o.Kind == AppToken {
			client = o.model.daemon().ID
		}
	}
	if audience == "" {
		audience = o.model.api().ID
		if o.Kind == IDToken {
			audience = client
		}
	}
	return audience, client
}

// scopesOf returns the words of "scp".
func (o *order) scopesOf(audience, client string) []string {
	if o.Scopes != nil || o.Kind == IDToken {
		return o.Scopes
	}
	kind := permission(o.Kind == AppToken)
	if c, api := o.model.app(client), o.model.app(audience); c != nil && api != nil {
		return o.model.granted(c, api, kind)
	}
	if kind == roles {
		return o.model.api().Roles
	}
	return o.model.api().Scopes
}

// principal returns the subject of an app's own token: its service principal's
// object id, and for an app of nobody's a GUID that goes with its client id.
func (o *order) principal(client string) string {
	if a := o.model.app(client); a != nil {
		return a.ObjectID
	}
	return guid.Of(o.model.id, "service principal", client)
}

// claims are those of a token, in their order.
type claims jose.Object

func (c *claims) add(name string, value any) { *c = append(*c, jose.Member{Name: name, Value: value}) }

func (c *claims) addString(name, value string) {
	if value != "" {
		c.add(name, value)
	}
}

func (c *claims) addList(name string, values []string) {
	if len(values) > 0 {
		c.add(name, values)
	}
}

func (c *claims) addTimes(issued time.Time, lifetime time.Duration) {
	c.add("iat", issued)
	c.add("nbf", issued)
	c.add("exp", issued.Add(lifetime))
}

func (c *claims) addFlow(f *Flow, named FlowClaim) {
	switch named {
	case ClaimTFP:
		c.add("tfp", f.tfp())
	case ClaimACR:
		c.add("acr", strings.ToLower(f.Name))
	default: // none
	}
}

// addFlowUser adds a person as user flows describe one.
func (c *claims) addFlowUser(f *Flow, u *User) {
	all := claims{{Name: "oid", Value: u.ObjectID}}
	all.addName(u)
	if len(u.Emails) > 0 {
		all.add("emails", u.Emails)
	}
	all.addString("idp", u.IDP)
	c.addChosen(f, all)
}

// addPolicyUser adds a person as the starter pack's custom policies do: one
// email, the tenant, and no oid.
func (c *claims) addPolicyUser(f *Flow, u *User, tenantID string) {
	var all claims
	all.addName(u)
	if len(u.Emails) > 0 {
		all.add("email", u.Emails[0])
	}
	all.addString("idp", u.IDP)
	all.add("tid", tenantID)
	c.addChosen(f, all)
}

// addChosen adds those that a flow's tokens have.
func (c *claims) addChosen(f *Flow, all claims) {
	for _, m := range all {
		if f.hasClaim(m.Name) {
			c.add(m.Name, m.Value)
		}
	}
}

func (c *claims) addName(u *User) {
	c.add("name", u.Name)
	c.addString("given_name", u.GivenName)
	c.addString("family_name", u.FamilyName)
}
