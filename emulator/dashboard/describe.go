// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"net/http"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// What the API says about tenants. The pages show the same.
type (
	tenantView struct {
		Name       string          `json:"name"`
		ID         string          `json:"id"`
		Domain     string          `json:"domain"`
		Hosts      []string        `json:"hosts"`
		Clock      clockView       `json:"clock"`
		Counts     countsView      `json:"counts"`
		Flows      []flowView      `json:"flows"`
		Apps       []appView       `json:"apps"`
		Users      []userView      `json:"users"`
		Containers []containerView `json:"containers"`
		Faults     []faultView     `json:"faults"`
	}

	clockView struct {
		Now    time.Time `json:"now"`
		Offset string    `json:"offset"` // ahead of the machine's clock
	}

	countsView struct {
		Metadata  int `json:"metadata"`
		Keys      int `json:"keys"`
		Authorize int `json:"authorize"`
		Token     int `json:"token"`
		Logout    int `json:"logout"`
		Pages     int `json:"pages"`
		NotFound  int `json:"notFound"`
	}

	flowView struct {
		Name              string `json:"name"`
		Kind              string `json:"kind"`
		Issuer            string `json:"issuer"`
		Authority         string `json:"authority"`
		Metadata          string `json:"metadata"`
		Keys              string `json:"keys"`
		Authorize         string `json:"authorize"`
		Token             string `json:"token"`
		Logout            string `json:"logout"`
		KeyContainer      string `json:"keyContainer"`
		FlowClaim         string `json:"flowClaim"`
		Lifetime          string `json:"lifetime"`
		RefreshLifetime   string `json:"refreshLifetime"`
		RefreshOnce       bool   `json:"refreshOnce"`
		StringNumbers     bool   `json:"stringNumbers"`
		ForgotPassword    string `json:"forgotPassword"`
		RequireLogoutHint bool   `json:"requireLogoutHint"`
	}

	appView struct {
		Name         string   `json:"name"`
		ClientID     string   `json:"clientId"`
		ObjectID     string   `json:"objectId"`
		Kind         string   `json:"kind"`
		URI          string   `json:"appIdUri,omitempty"`
		Scopes       []string `json:"scopes,omitempty"`
		Roles        []string `json:"appRoles,omitempty"`
		Secrets      []string `json:"secrets,omitempty"`
		RedirectURIs []string `json:"redirectUris,omitempty"`
		Implicit     bool     `json:"implicit"`
		Granted      []string `json:"granted,omitempty"`
	}

	containerView struct {
		Name  string   `json:"name"`
		Flows []string `json:"flows"`
		Keys  []string `json:"keys"` // ids; the last one signs
	}
)

// describe says what a tenant is, with its URLs and issuers as they are at the
// address that was asked. The primary host may be one that nobody here can
// reach; and as anywhere in B2C, they follow the host of the request.
func describe(r *http.Request, t *emulator.Tenant) tenantView {
	v := tenantView{
		Name: t.Name(), ID: t.ID(), Domain: t.Domain(), Hosts: t.Hosts(), Clock: clock(t), Counts: countsView(t.Counts()),
		Users: usersOf(t), Containers: containersOf(t), Faults: faultsOf(t),
	}
	for _, f := range t.Flows() {
		v.Flows = append(v.Flows, flowView{
			Name: f.Name, Kind: f.Kind.String(), Issuer: here(r, t.Issuer(f.Name)), KeyContainer: f.KeyContainer, FlowClaim: f.FlowClaim.String(),
			Authority: here(r, t.AuthorityURL(f.Name)), Metadata: here(r, t.MetadataURL(f.Name)), Keys: here(r, t.JWKSURL(f.Name)),
			Authorize: here(r, t.AuthorizeURL(f.Name)), Token: here(r, t.TokenURL(f.Name)), Logout: here(r, t.LogoutURL(f.Name)),
			Lifetime: f.Lifetime.String(), RefreshLifetime: f.RefreshLifetime.String(),
			RefreshOnce: f.RefreshOnce, StringNumbers: f.StringNumbers,
			ForgotPassword: f.ForgotPassword.String(), RequireLogoutHint: f.RequireLogoutHint,
		})
	}
	for _, a := range t.Apps() {
		app := appView{
			Name: a.Name, ClientID: a.ID, ObjectID: a.ObjectID, Kind: a.Kind.String(), URI: a.URI, Scopes: a.Scopes, Roles: a.Roles,
			RedirectURIs: a.RedirectURIs, Implicit: a.Implicit, Granted: a.Granted,
		}
		if a.Secret != "" {
			app.Secrets = append([]string{a.Secret}, a.MoreSecrets...)
		}
		v.Apps = append(v.Apps, app)
	}
	return v
}
