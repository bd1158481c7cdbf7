// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"net/url"
	"slices"
)

// provider is a federated identity provider, as a page names it.
type provider struct{ Name, URL string }

// Initial stands in for a logo.
func (p provider) Initial() string { return initial(p.Name) }

// choice is an account at a provider.
type choice struct{ ID, Name, Email string }

// Initial stands in for a picture.
func (c choice) Initial() string { return initial(c.Name) }

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
func (t *Tenant) providers(j *journey) []provider {
	var found []provider
	seen := map[string]bool{"": true}
	for _, u := range t.Users() {
		if !seen[u.IDP] {
			found = append(found, provider{providerNamed(u.IDP), j.providerURL(u.IDP)})
		}
		seen[u.IDP] = true
	}
	return found
}

func (t *Tenant) hasProvider(idp string) bool {
	return idp != "" && slices.ContainsFunc(t.Users(), func(u User) bool { return u.IDP == idp })
}

// providerPage is the emulated provider, which asks for no password.
type providerPage struct{}

func (providerPage) open(t *Tenant, r *http.Request, j *journey) bool {
	return signInPage{}.open(t, r, j) && t.hasProvider(one(r.URL.Query(), "idp"))
}

func (providerPage) cancelled() error { return errProviderCancelled }

func (providerPage) show(t *Tenant, x *turn) { t.showAccounts(x, one(x.r.URL.Query(), "idp")) }

// showAccounts answers with a provider's page.
func (t *Tenant) showAccounts(x *turn, idp string) {
	v := t.view(x.j, providerName, "Choose an account")
	v.Provider = &provider{Name: providerNamed(idp)}
	v.Action, v.Back = x.j.providerURL(idp), x.j.url(signInName)
	for _, u := range t.Users() {
		if u.IDP == idp {
			c := choice{ID: u.ObjectID, Name: u.Name}
			if len(u.Emails) > 0 {
				c.Email = u.Emails[0]
			}
			v.Accounts = append(v.Accounts, c)
		}
	}
	if x.form != nil {
		v.problem("account", textNoAccount)
	}
	v.render(x.w, http.StatusOK, accountsPage)
}

func (p providerPage) take(t *Tenant, x *turn) {
	a, known := t.directory.byID(one(x.form, "account"))
	if !known || a.IDP != one(x.r.URL.Query(), "idp") {
		p.show(t, x)
		return
	}
	t.welcome(x, a.User, nil)
}

// providerURL returns the URL of a provider's page.
func (j *journey) providerURL(idp string) string {
	return j.url(providerName) + "&idp=" + url.QueryEscape(idp)
}
