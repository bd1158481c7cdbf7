// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/jose"
)

// b2c is Azure AD B2C.
type b2c struct{}

func (b2c) hosts(name, _ string) []string { return []string{name + ".b2clogin.com"} }

func (b2c) flows() []Flow {
	return []Flow{
		{Name: "B2C_1_susi"},
		{Name: "B2C_1_edit", Kind: EditProfile},
		{Name: "B2C_1_reset", Kind: ResetPassword},
		{Name: "B2C_1A_partner"},
		{Name: "B2C_1_ropc", Kind: ROPC},
	}
}

func (b2c) fill(*Flow) {}

func (b2c) containers(string) (main string, all map[string]*container) {
	return UserFlowKeys, map[string]*container{UserFlowKeys: {supply: &userFlowSupply, activation: userFlowActivation}}
}

func (b2c) path(of names, flow string) string { return "/" + of.domain + "/" + flow }

// issuer builds the "iss" of a tenant's flow at a site. B2C: it always holds the
// GUID and always ends in a slash, unlike Entra ID's.
func (b2c) issuer(at site, of names, f *Flow) string {
	if f.Issuer == IssuerTFP {
		return at.String() + "/tfp/" + of.id + "/" + strings.ToLower(f.Name) + "/v2.0/"
	}
	return at.String() + "/" + of.id + "/v2.0/"
}

// read takes /{tenant}/{policy}, /tfp/{tenant}/{policy}, or /{tenant} with the
// policy in the query.
func (b2c) read(at site, of names, path string, query []string) (to address, flow string, ok bool) {
	segments := strings.Split(path, "/")
	// B2C: /te/ is the form of the legacy host alone.
	if first := segments[0]; first == "tfp" || first == "te" && at.host == "login.microsoftonline.com" {
		to.prefix, segments = "/"+first, segments[1:]
	}
	switch {
	case len(segments) == 2 && (len(query) == 0 || len(query) == 1 && strings.EqualFold(query[0], segments[1])):
		flow = segments[1]
	case len(segments) == 1 && to.prefix == "" && len(query) == 1:
		flow, to.query = query[0], true
	default:
		return to, "", false
	}
	to.tenant = strings.Clone(segments[0])
	return to, flow, of.known(to.tenant)
}

func (b2c) owns(of names, path string) bool {
	segments := strings.SplitN(strings.TrimPrefix(path, "/"), "/", 3)
	name := segments[0]
	if name == "tfp" && len(segments) > 1 {
		name = segments[1]
	}
	return of.known(name)
}

func (b2c) own(e *failure.Error) *failure.Error { return e }

func (b2c) lost(names, string) *failure.Error { return nil }

func (b2c) parameters(e *failure.Error, at time.Time) []answer.Parameter {
	return []answer.Parameter{{Name: "error", Value: e.OAuth}, {Name: "error_description", Value: aadb2c.Description(e, at)}}
}

// answer has no members beside these, unlike in Entra ID's answers.
func (b2c) answer(e *failure.Error, at time.Time) any {
	return struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}{e.OAuth, aadb2c.Description(e, at)}
}

func (b2c) header(key *Key, _ *order) jose.Object {
	return jose.Object{{Name: "alg", Value: "RS256"}, {Name: "kid", Value: key.ID()}, {Name: "typ", Value: "JWT"}}
}

func (b2c) claims(o *order, now time.Time) jose.Object { return o.claims(now) }

// granted adds the nonce of the sign-in. B2C: access tokens carry it too.
func (b2c) granted(_ Kind, g *grant, claims map[string]any) { g.addNonce(claims) }

func (b2c) sign(key *Key, _ *order) func([]byte) []byte { return key.Sign }

func (b2c) metadata(m *model, c *call) any { return metadataOf(m, c) }

func (b2c) keySet(k *keys, c *call) []any { return webKeysOf(k, c) }

func (b2c) authorization(m *model, to route, q url.Values) (*authorization, *failure.Error) {
	return readAuthorization(m, to, q)
}

func (b2c) scope(m *model, client *App, text string) (scope, *failure.Error) {
	return scopeOf(m, client, text)
}

func (b2c) tokens(h *tokenHandler) func(http.ResponseWriter, *call) { return h.serve }
