// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/jose"
	"github.com/b2ckit/b2ckit/emulator/internal/secret"
)

// GraphID is the client id of Microsoft Graph in every tenant. Nobody else can
// verify the tokens for it.
const GraphID = "00000003-0000-0000-c000-000000000000"

// isGraph reports whether an order is for a token of Microsoft Graph.
func (o *order) isGraph() bool {
	audience, _ := o.parties()
	return o.Kind != IDToken && audience == GraphID
}

// isV1 reports whether an order is for an access token as APIs get it that haven't
// asked for version 2.
func (o *order) isV1() bool {
	if o.Kind == IDToken {
		return false
	}
	audience, _ := o.parties()
	api := o.model.app(audience)
	return audience == GraphID || api != nil && api.AccessTokenVersion == 1
}

func (o *order) platformHeader(key *Key) jose.Object {
	h := jose.Object{{Name: "typ", Value: "JWT"}}
	if o.isGraph() {
		h = append(h, jose.Member{Name: "nonce", Value: secret.Text(32)})
	}
	h = append(h, jose.Member{Name: "alg", Value: "RS256"})
	if o.isV1() {
		h = append(h, jose.Member{Name: "x5t", Value: key.thumbprint()})
	}
	return append(h, jose.Member{Name: "kid", Value: key.ID()})
}

// platformClaims returns the claims of a token: the parties and times first, the
// others by their names.
func (o *order) platformClaims(now time.Time) jose.Object {
	issued, lifetime := o.times(now)
	audience, client := o.parties()
	c := make(claims, 0, 20)
	v1 := o.isV1()
	c.add("aud", o.audienceTold(audience, v1))
	c.add("iss", o.issuerTold(v1))
	c.addTimes(issued, lifetime)
	if o.Kind != IDToken {
		o.addClient(&c, client, v1)
	}
	app := o.model.app(audience)
	c.addOptional(app, o)
	if o.Kind == AppToken {
		principal := o.principal(client)
		c.add("oid", principal)
		c.addList("roles", o.scopesOf(audience, client))
		c.add("sub", principal)
	} else {
		o.addPerson(&c, audience, client)
	}
	c.add("tid", o.model.id)
	c.add("uti", secret.Text(16))
	c.add("ver", map[bool]string{false: "2.0", true: "1.0"}[v1])
	if app.asksFor(Capabilities) && o.Kind != IDToken {
		c.addList("xms_cc", o.Capabilities)
	}
	if o.Kind == AppToken {
		return jose.Object(c)
	}
	return jose.Object(c).Override(o.User.Claims)
}

// audienceTold is "aud". In tokens of version 1 an API has its App ID URI there.
func (o *order) audienceTold(audience string, v1 bool) string {
	if api := o.model.app(audience); v1 && api != nil && api.URI != "" {
		return api.URI
	}
	return audience
}

// issuerTold is "iss". That of version 1 is another one, and ends in a slash.
func (o *order) issuerTold(v1 bool) string {
	if v1 {
		return "https://sts.windows.net/" + o.model.id + "/"
	}
	return o.model.issuer(o.site, o.flow)
}

// addClient adds the client and how it authenticated.
func (o *order) addClient(c *claims, client string, v1 bool) {
	auth := o.ClientAuth
	if app := o.model.app(client); auth == "" {
		auth = "0"
		if app == nil && o.Kind == AppToken || app != nil && app.Kind == WebApp {
			auth = "1"
		}
	}
	if v1 {
		c.add("appid", client)
		c.add("appidacr", auth)
		return
	}
	c.add("azp", client)
	c.add("azpacr", auth)
}

// addPerson adds what a token says of the user and, in an access token, of what
// the user allows the client. Roles are the user's in the app the token is for.
func (o *order) addPerson(c *claims, audience, client string) {
	c.add("name", o.User.Name)
	if o.Kind == IDToken {
		c.add("nonce", secret.Text(16))
	}
	c.add("oid", o.User.ObjectID)
	c.add("preferred_username", o.User.preferredName(o.model.domain))
	c.addList("roles", o.User.rolesIn(o.model.app(audience)))
	c.addString("scp", strings.Join(o.scopesOf(audience, client), " "))
	c.add("sub", pairwise(o.model.id, client, o.User.ObjectID))
}

// pairwise is the "sub" of a user at a client: a client can't tell from it who the
// same person is at another one.
func pairwise(tenantID, client, objectID string) string {
	sum := sha256.Sum256([]byte("sub\x00" + tenantID + "\x00" + strings.ToLower(client) + "\x00" + objectID))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// preferredName is what a user is called by at sign-in.
func (u *User) preferredName(domain string) string {
	if all := u.signInNames(); len(all) > 0 {
		return all[0]
	}
	return u.ObjectID + "@" + domain
}

// rolesIn returns the user's roles of an app, in the order it publishes them; nil
// for none.
func (u *User) rolesIn(app *App) []string {
	var all []string
	if app != nil {
		for _, role := range app.Roles {
			if slices.ContainsFunc(u.Roles, func(r string) bool { return strings.EqualFold(r, app.URI+"/"+role) }) {
				all = append(all, role)
			}
		}
	}
	return all
}
