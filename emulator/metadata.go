// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

// metadata has exactly the members of real documents, in their order. B2C: no
// code_challenge_methods_supported, grant_types_supported, revocation or
// introspection endpoint, although PKCE and other grants work.
type metadata struct {
	Issuer                string   `json:"issuer"`
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TokenEndpoint         string   `json:"token_endpoint"`
	EndSessionEndpoint    string   `json:"end_session_endpoint"`
	JWKSURI               string   `json:"jwks_uri"`
	UserInfoEndpoint      string   `json:"userinfo_endpoint,omitempty"`
	ResponseModes         []string `json:"response_modes_supported"`
	ResponseTypes         []string `json:"response_types_supported"`
	Scopes                []string `json:"scopes_supported"`
	SubjectTypes          []string `json:"subject_types_supported"`
	SigningAlgs           []string `json:"id_token_signing_alg_values_supported"`
	AuthMethods           []string `json:"token_endpoint_auth_methods_supported"`
	Claims                []string `json:"claims_supported"`
}

// metadataOf returns the document that a request asks for.
func metadataOf(m *model, c *call) metadata {
	userInfo := ""
	if len(c.flow.UserInfo) > 0 {
		userInfo = c.url(userInfoPath)
	}
	return metadata{
		Issuer:                c.issuerTold(m.id, m.issuer(c.site, c.flow)),
		AuthorizationEndpoint: c.url(authorizePath),
		TokenEndpoint:         c.url(tokenPath),
		EndSessionEndpoint:    c.url(logoutPath),
		JWKSURI:               c.url(keysPath),
		UserInfoEndpoint:      userInfo,
		ResponseModes:         []string{"query", "fragment", "form_post"},
		ResponseTypes:         []string{"code", "code id_token", "code token", "code id_token token", "id_token", "id_token token", "token", "token id_token"},
		Scopes:                []string{"openid"},
		SubjectTypes:          []string{"pairwise"},
		SigningAlgs:           []string{"RS256"},
		AuthMethods:           []string{"client_secret_post", "client_secret_basic"},
		Claims:                c.flow.claimsSupported(),
	}
}
