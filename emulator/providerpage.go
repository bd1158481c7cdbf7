// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"net/url"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
	"github.com/b2ckit/b2ckit/emulator/internal/page"
)

// providerNames are those of the providers with a domain_hint of their own (B2C:
// az:direct-signin). Any other is called as it is.
var providerNames = map[string]string{
	"amazon.com": "Amazon", "apple.com": "Apple", "facebook.com": "Facebook", "github.com": "GitHub", "google.com": "Google",
	"linkedin.com": "LinkedIn", "live.com": "Microsoft", "microsoft.com": "Microsoft", "qq.com": "QQ", "twitter.com": "X",
	"wechat.com": "WeChat", "weibo.com": "Weibo",
}

func providerNamed(idp string) string {
	if name, ok := providerNames[idp]; ok {
		return name
	}
	return idp
}

// providers returns those of the users, in the order of the users.
func providers(x *step) []page.Provider {
	var found []page.Provider
	seen := map[string]bool{"": true}
	for _, u := range x.directory.users() {
		if !seen[u.IDP] {
			found = append(found, page.Provider{Name: providerNamed(u.IDP), URL: providerURL(x.j, u.IDP)})
		}
		seen[u.IDP] = true
	}
	return found
}

// providerPage is the emulated provider, which asks for no password.
type providerPage struct{}

func (providerPage) open(x *step) bool {
	return x.j.signingIn() && x.directory.hasProvider(x.provider())
}

func (providerPage) cancelled() error { return journeyError(aadb2c.ProviderCancelled) }

// show answers with the provider's accounts.
func (providerPage) show(x *step) {
	idp := x.provider()
	v := x.view(providerName, "Choose an account")
	v.Provider = &page.Provider{Name: providerNamed(idp)}
	v.Action, v.Back = providerURL(x.j, idp), x.j.url(signInName)
	for _, u := range x.directory.users() {
		if u.IDP == idp {
			c := page.Choice{ID: u.ObjectID, Name: u.Name}
			if len(u.Emails) > 0 {
				c.Email = u.Emails[0]
			}
			v.Accounts = append(v.Accounts, c)
		}
	}
	if x.form != nil {
		v.AddProblem("account", page.TextNoAccount)
	}
	v.Render(x.w, http.StatusOK, page.Accounts)
}

func (p providerPage) take(x *step) {
	a, known := x.directory.byID(form.Get(x.form, "account"))
	if !known || a.IDP != x.provider() {
		p.show(x)
		return
	}
	x.welcome(a.User, nil)
}

// providerURL returns the URL of a provider's page.
func providerURL(j *journey, idp string) string {
	return j.url(providerName) + "&idp=" + url.QueryEscape(idp)
}
