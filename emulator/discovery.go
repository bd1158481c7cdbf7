// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"slices"
	"strings"
)

// metadata has exactly the members of real documents, in their order. B2C: no
// code_challenge_methods_supported, grant_types_supported, revocation or
// introspection endpoint, although PKCE and other grants work.
type metadata struct {
	Issuer                string   `json:"issuer"`
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TokenEndpoint         string   `json:"token_endpoint"`
	EndSessionEndpoint    string   `json:"end_session_endpoint"`
	JWKSURI               string   `json:"jwks_uri"`
	ResponseModes         []string `json:"response_modes_supported"`
	ResponseTypes         []string `json:"response_types_supported"`
	Scopes                []string `json:"scopes_supported"`
	SubjectTypes          []string `json:"subject_types_supported"`
	SigningAlgs           []string `json:"id_token_signing_alg_values_supported"`
	AuthMethods           []string `json:"token_endpoint_auth_methods_supported"`
	Claims                []string `json:"claims_supported"`
}

func (t *Tenant) serveMetadata(w http.ResponseWriter, p place) {
	claims := []string{"oid", "sub", "newUser", "name", "emails", "idp", "tfp", "iss", "iat", "exp", "aud", "acr", "nonce", "auth_time"}
	if p.flow.custom() { // B2C: a custom policy lists its own output claims
		claims = []string{"sub", "name", "given_name", "family_name", "email", "newUser", "idp", "tid", "iss", "iat", "exp", "aud", "acr", "nonce", "auth_time"}
	}
	issuer := t.issuer(p.site, p.flow)
	if p.lying(FaultWrongIssuer) {
		issuer = strings.Replace(issuer, t.opts.ID, guid(t.opts.ID, "another tenant"), 1)
	}
	writeJSON(w, http.StatusOK, metadata{
		Issuer:                issuer,
		AuthorizationEndpoint: p.url(authorizePath),
		TokenEndpoint:         p.url(tokenPath),
		EndSessionEndpoint:    p.url(logoutPath),
		JWKSURI:               p.url(keysPath),
		ResponseModes:         []string{"query", "fragment", "form_post"},
		ResponseTypes:         []string{"code", "code id_token", "code token", "code id_token token", "id_token", "id_token token", "token", "token id_token"},
		Scopes:                []string{"openid"},
		SubjectTypes:          []string{"pairwise"},
		SigningAlgs:           []string{"RS256"},
		AuthMethods:           []string{"client_secret_post", "client_secret_basic"},
		Claims:                claims,
	})
}

// webKey has exactly the members of B2C's keys, in their order: no alg, x5c,
// x5t or key_ops.
type webKey struct {
	KeyID      string `json:"kid"`
	Activation int64  `json:"nbf,omitempty"`
	Use        string `json:"use"`
	Type       string `json:"kty"`
	Exponent   string `json:"e"`
	Modulus    string `json:"n"`
}

func (t *Tenant) serveKeys(w http.ResponseWriter, p place) {
	keys := []any{}
	if !p.lying(FaultEmptyKeys) {
		for _, k := range t.containerOf(p.flow).published() {
			e, n := encoded(&k.private.PublicKey)
			keys = append(keys, webKey{KeyID: k.ID(), Activation: k.activation, Use: "sig", Type: "RSA", Exponent: e, Modulus: n})
		}
	}
	if p.lying(FaultOddKeys) {
		keys = slices.Concat(odd(), keys, odd())
	}
	writeJSON(w, http.StatusOK, struct {
		Keys []any `json:"keys"`
	}{keys})
}
