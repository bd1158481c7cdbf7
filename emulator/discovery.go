// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "net/http"

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
	writeJSON(w, http.StatusOK, metadata{
		Issuer:                t.issuer(p.site, p.flow),
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

type keySet struct {
	Keys []webKey `json:"keys"`
}

func (t *Tenant) serveKeys(w http.ResponseWriter, p place) {
	set := keySet{Keys: []webKey{}}
	for _, k := range t.containerOf(p.flow).published() {
		e, n := encoded(&k.private.PublicKey)
		set.Keys = append(set.Keys, webKey{KeyID: k.ID(), Activation: k.activation, Use: "sig", Type: "RSA", Exponent: e, Modulus: n})
	}
	writeJSON(w, http.StatusOK, set)
}
