// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
)

// Options tune the dashboard. Nil, and each zero field, means the default.
type Options struct {
	// Explain says why a token of a real tenant is refused, as text for people, or what
	// is wrong with the question. It is for who can ask that tenant for its keys; this
	// package asks nobody. The token is not to be kept. If nil, there is no such page.
	// It must be safe for concurrent use.
	Explain func(context.Context, RealToken) (text string, err error)
}

// RealToken is a token of a real tenant, and who its API trusts, as typed.
type RealToken struct {
	// Tenant is the tenant's name, such as contoso, for its host of b2clogin.com. Host
	// is a custom domain in place of that.
	Tenant, Host string
	// TenantID is its GUID, and Audience the client id of the API.
	TenantID, Audience string
	// Flows are the user flows and custom policies that are trusted.
	Flows []string
	// Token is what was pasted.
	Token string
}

// String tells nothing of the token.
func (r RealToken) String() string { return "a token of tenant " + r.TenantID }

// GoString is String.
func (r RealToken) GoString() string { return r.String() }

// realPage is the page that asks for a token of a real tenant. The token is never
// written back.
type realPage struct {
	frame
	Asked   RealToken
	Flows   string
	Answer  string
	Problem string
}

// realTokens is the page and its form.
type realTokens struct {
	forms   *forms
	explain func(context.Context, RealToken) (string, error)
}

// route adds the page, if there is somebody to ask.
func (x *realTokens) route(mux *http.ServeMux) {
	if x.explain == nil {
		return
	}
	mux.HandleFunc("GET /emulator/explain", func(w http.ResponseWriter, r *http.Request) {
		if t := x.forms.pages.shown(w, r); t != nil {
			x.show(w, http.StatusOK, t, realPage{})
		}
	})
	mux.HandleFunc("POST /emulator/forms/explain", x.answer)
}

func (x *realTokens) show(w http.ResponseWriter, status int, t *emulator.Tenant, page realPage) {
	page.frame = frameOf("Tokens of a real tenant", t, x.forms.pages.tenants)
	page.Flows, page.Asked.Token = strings.Join(page.Asked.Flows, " "), ""
	x.forms.pages.render(w, status, "real", page)
}

func (x *realTokens) answer(w http.ResponseWriter, r *http.Request) {
	t, form := x.forms.read(w, r)
	if t == nil {
		return
	}
	page := realPage{Asked: realTokenIn(form)}
	status := http.StatusOK
	var err error
	if page.Answer, err = x.explain(r.Context(), page.Asked); err != nil {
		page.Problem, status = err.Error(), http.StatusBadRequest
	}
	x.show(w, status, t, page)
}

func realTokenIn(form url.Values) RealToken {
	field := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	return RealToken{
		Tenant: field("realTenant"), Host: field("host"), TenantID: field("tenantId"), Audience: field("audience"),
		Flows: words(form.Get("flows")), Token: form.Get("token"),
	}
}
