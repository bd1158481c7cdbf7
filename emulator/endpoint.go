// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"strings"
)

// Endpoint is what a request asks for.
type Endpoint string

const (
	// NoEndpoint is what an unknown host, tenant, flow or path leads to.
	NoEndpoint Endpoint = ""
	// MetadataEndpoint is the OpenID Connect metadata of a flow.
	MetadataEndpoint Endpoint = "metadata"
	// KeysEndpoint is the key set of a flow.
	KeysEndpoint Endpoint = "keys"
	// AuthorizeEndpoint is where users sign in.
	AuthorizeEndpoint Endpoint = "authorize"
	// TokenEndpoint is where clients get tokens.
	TokenEndpoint Endpoint = "token"
	// LogoutEndpoint is where users sign out.
	LogoutEndpoint Endpoint = "logout"
	// PagesEndpoint is where the forms of pages go, if the tenant has pages.
	PagesEndpoint Endpoint = "pages"
	// DeviceCodeEndpoint is where devices begin a sign-in, at External ID and Entra
	// ID.
	DeviceCodeEndpoint Endpoint = "devicecode"
	// DevicePageEndpoint is where people type the code of a device.
	DevicePageEndpoint Endpoint = "devicepage"
	// UserInfoEndpoint tells about a user, if the flow has such an endpoint.
	UserInfoEndpoint Endpoint = "userinfo"
)

// Endpoints returns all endpoints, those that only some kinds of tenants have too.
func Endpoints() []Endpoint {
	all := make([]Endpoint, len(suffixes))
	for i, s := range suffixes {
		all[i] = s.to
	}
	return all
}

// suffixes are what the paths of the endpoints end in.
var suffixes = []struct {
	path string
	to   Endpoint
}{
	{metadataPath, MetadataEndpoint},
	{keysPath, KeysEndpoint},
	{authorizePath, AuthorizeEndpoint},
	{tokenPath, TokenEndpoint},
	{logoutPath, LogoutEndpoint},
	{selfAssertedPath, PagesEndpoint},
	{deviceCodePath, DeviceCodeEndpoint},
	{devicePagePath, DevicePageEndpoint},
	{userInfoPath, UserInfoEndpoint},
}

// methods are those that an endpoint knows.
var methods = map[Endpoint][]string{
	MetadataEndpoint:   {http.MethodGet, http.MethodHead},
	KeysEndpoint:       {http.MethodGet, http.MethodHead},
	AuthorizeEndpoint:  {http.MethodGet},
	TokenEndpoint:      {http.MethodPost},
	LogoutEndpoint:     {http.MethodGet},
	PagesEndpoint:      {http.MethodGet, http.MethodPost},
	DeviceCodeEndpoint: {http.MethodPost},
	DevicePageEndpoint: {http.MethodGet, http.MethodPost},
	UserInfoEndpoint:   {http.MethodGet},
}

// ofProduct reports whether a path is one of an endpoint, if perhaps of no tenant
// here: a client with a wrong tenant should meet a tenant's answer, and not a
// fallback.
func ofProduct(path string) bool {
	for _, s := range suffixes {
		if strings.HasSuffix(path, "/"+s.path) {
			return true
		}
	}
	return false
}
