// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/jose"
)

// accessToken returns an access token for what was granted, or a part of it, to a
// client that has authenticated somehow.
func (mt *minter) accessToken(to route, g *grant, s scope, now time.Time, auth string) (string, error) {
	return mt.issue(g.client, Spec{
		Kind: UserToken, Flow: to.flow.Name, Host: to.site.String(), Audience: s.resource.ID, ClientID: g.client.ID,
		Scopes: s.names, User: &g.user, IssuedAt: now, AuthTime: g.authTime, ClientAuth: auth,
		Capabilities: g.capabilities(), implicit: to.endpoint == AuthorizeEndpoint,
		Claims: mt.granted(UserToken, g, map[string]any{}),
	})
}

// idToken returns an ID token with the hashes of what is issued together with
// it, if anything is (OpenID Connect Core 1.0 §3.3.2.11).
func (mt *minter) idToken(to route, g *grant, now time.Time, access, code string) (string, error) {
	claims := map[string]any{}
	if access != "" {
		claims["at_hash"] = halfHash(access)
	}
	if code != "" {
		claims["c_hash"] = halfHash(code)
	}
	return mt.issue(g.client, Spec{
		Kind: IDToken, Flow: to.flow.Name, Host: to.site.String(), ClientID: g.client.ID,
		User: &g.user, IssuedAt: now, AuthTime: g.authTime, implicit: to.endpoint == AuthorizeEndpoint,
		Claims: mt.granted(IDToken, g, claims),
	})
}

// granted lays what was granted over claims, and the user's over that.
func (mt *minter) granted(kind Kind, g *grant, claims map[string]any) map[string]any {
	mt.shape.granted(kind, g, claims)
	maps.Copy(claims, g.claims)
	return claims
}

// capabilities are what the client has said it can do.
func (g *grant) capabilities() []string {
	if g.capable {
		return []string{"cp1"}
	}
	return nil
}

// addNonce adds the nonce of the sign-in, if there was one.
func (g *grant) addNonce(claims map[string]any) {
	claims["nonce"] = Absent
	if g.nonce != "" {
		claims["nonce"] = g.nonce
	}
}

func halfHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// profileInfo is JSON about the user that no client should need.
func (g *grant) profileInfo(tenantID string) string {
	idp, name := g.user.IDP, any(g.user.Name)
	if idp == "" {
		idp = "LocalAccount"
	}
	for _, claims := range []map[string]any{g.user.Claims, g.claims} {
		if changed, ok := claims["name"]; ok && changed != Absent {
			name = changed
		}
	}
	return encodedObject(jose.Object{
		{Name: "ver", Value: "1.0"}, {Name: "tid", Value: tenantID}, {Name: "sub", Value: nil}, {Name: "name", Value: name}, {Name: "preferred_username", Value: nil}, {Name: "idp", Value: idp},
	})
}

// clientInfo is how MSAL tells accounts apart: B2C has one for each flow.
func (g *grant) clientInfo(tenantID string) string {
	account := g.user.ObjectID
	if g.flow.Name != "" {
		account += "-" + strings.ToLower(g.flow.Name)
	}
	return encodedObject(jose.Object{{Name: "uid", Value: account}, {Name: "utid", Value: tenantID}})
}

func encodedObject(o jose.Object) string {
	text, err := o.Encode()
	if err != nil {
		return "" // only a claim from a test can be no JSON, and then no token was minted
	}
	return base64.RawURLEncoding.EncodeToString(text)
}
