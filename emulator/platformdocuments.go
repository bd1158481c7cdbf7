// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/base64"
	"net/url"

	"github.com/b2ckit/b2ckit/emulator/internal/jose"
)

// platformMetadata has exactly the members of Entra ID's documents, in their
// order. No code_challenge_methods_supported either, although PKCE works.
type platformMetadata struct {
	TokenEndpoint               string   `json:"token_endpoint"`
	AuthMethods                 []string `json:"token_endpoint_auth_methods_supported"`
	JWKSURI                     string   `json:"jwks_uri"`
	ResponseModes               []string `json:"response_modes_supported"`
	SubjectTypes                []string `json:"subject_types_supported"`
	SigningAlgs                 []string `json:"id_token_signing_alg_values_supported"`
	ResponseTypes               []string `json:"response_types_supported"`
	Scopes                      []string `json:"scopes_supported"`
	Issuer                      string   `json:"issuer"`
	RequestURIParameter         bool     `json:"request_uri_parameter_supported"`
	UserInfoEndpoint            string   `json:"userinfo_endpoint"`
	AuthorizationEndpoint       string   `json:"authorization_endpoint"`
	DeviceAuthorizationEndpoint string   `json:"device_authorization_endpoint"`
	HTTPLogout                  bool     `json:"http_logout_supported"`
	FrontchannelLogout          bool     `json:"frontchannel_logout_supported"`
	EndSessionEndpoint          string   `json:"end_session_endpoint"`
	Claims                      []string `json:"claims_supported"`
	KerberosEndpoint            string   `json:"kerberos_endpoint"`
	TenantRegionScope           *string  `json:"tenant_region_scope"`
	CloudInstanceName           string   `json:"cloud_instance_name"`
	CloudGraphHostName          string   `json:"cloud_graph_host_name"`
	GraphHost                   string   `json:"msgraph_host"`
	RBACURL                     string   `json:"rbac_url"`
}

// document returns the metadata that a request asks for. With ?appid= the key set
// is that app's too.
func (platform) document(c *call, issuer string) platformMetadata {
	jwks := c.url(keysPath)
	if app := c.URL.Query().Get("appid"); app != "" {
		jwks += "?appid=" + url.QueryEscape(app)
	}
	return platformMetadata{
		TokenEndpoint:               c.url(tokenPath),
		AuthMethods:                 []string{"client_secret_post", "private_key_jwt", "client_secret_basic"},
		JWKSURI:                     jwks,
		ResponseModes:               []string{"query", "fragment", "form_post"},
		SubjectTypes:                []string{"pairwise"},
		SigningAlgs:                 []string{"RS256"},
		ResponseTypes:               []string{"code", "id_token", "code id_token", "id_token token"},
		Scopes:                      []string{"openid", "profile", "email", "offline_access"},
		Issuer:                      issuer,
		UserInfoEndpoint:            "https://graph.microsoft.com/oidc/userinfo",
		AuthorizationEndpoint:       c.url(authorizePath),
		DeviceAuthorizationEndpoint: c.url(deviceCodePath),
		HTTPLogout:                  true,
		FrontchannelLogout:          true,
		EndSessionEndpoint:          c.url(logoutPath),
		Claims: []string{
			"sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name", "msgraph_host", "aud", "exp", "iat",
			"auth_time", "acr", "nonce", "preferred_username", "name", "tid", "ver", "at_hash", "c_hash", "email",
		},
		KerberosEndpoint:   c.url("kerberos"),
		CloudInstanceName:  "microsoftonline.com",
		CloudGraphHostName: "graph.windows.net",
		GraphHost:          "graph.microsoft.com",
		RBACURL:            "https://pas.windows.net",
	}
}

// platformKey has exactly the members of the platform's keys, in their order: no
// alg, and who may issue with it.
type platformKey struct {
	Type        string   `json:"kty"`
	Use         string   `json:"use"`
	KeyID       string   `json:"kid"`
	Thumbprint  string   `json:"x5t"`
	Modulus     string   `json:"n"`
	Exponent    string   `json:"e"`
	Certificate []string `json:"x5c"`
	Issuer      string   `json:"issuer"`
}

// entries are those of a container's keys in a key set, and of the app's own that
// the request names.
func (platform) entries(k *keys, c *call, issuer string, from *container) []any {
	set := entriesOf(from, issuer)
	if own := k.ofApp(c.URL.Query().Get("appid")); own != nil {
		set = append(set, entriesOf(own, issuer)...)
	}
	return set
}

// entriesOf are those of a container's keys.
func entriesOf(from *container, issuer string) []any {
	set := []any{}
	for _, key := range from.published() {
		e, n := jose.EncodedKey(&key.private.PublicKey)
		set = append(set, platformKey{
			Type: "RSA", Use: "sig", KeyID: key.ID(), Thumbprint: key.thumbprint(), Modulus: n, Exponent: e,
			Certificate: []string{base64.StdEncoding.EncodeToString(key.certificate)}, Issuer: issuer,
		})
	}
	return set
}
