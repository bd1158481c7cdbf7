// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
)

// tokensShown is how many tokens the page shows. The API has all of them.
const tokensShown = 20

// The page of a tenant.
type (
	tenantPage struct {
		frame
		Name, ID, Domain string
		Kind             emulator.TenantKind
		Flowless         bool // it has no flows, and one row says its addresses
		Hosts            []string
		Problem          string
		Clock            clockRow
		Flows            []flowRow
		Apps             []appRow
		Users            []emulator.User
		Containers       []containerView
		Faults           []faultRow
		Tokens           []issuedRow
		More             int // tokens that aren't shown
		Log              logPage
		Mint             mintForm
		FaultKinds       []emulator.FaultKind
		Endpoints        []emulator.Endpoint
	}

	flowRow struct {
		emulator.Flow
		URLs                      flowURLs
		KindText                  string
		FlowClaim                 string
		LifetimeText, RefreshText string
		TryIt, TryTo              string // where to sign in, and where that leads
	}

	appRow struct {
		emulator.App
		Secrets []string
	}

	faultRow struct {
		emulator.Fault
		RetryAfter, Delay string // "" for none
	}

	issuedRow struct {
		Number         int
		At, Kind, Left string
		Flow, Client   string
		Expired        bool
	}

	// mintForm keeps what was typed, for the page that says what is wrong with it.
	mintForm struct {
		Kind, Flow, User, Client, Audience, Scopes, Lifetime, Claims string
	}
)

// Counted is what Times is a number of.
func (f faultRow) Counted() string {
	if f.Kind == emulator.FaultStuck {
		return "connection"
	}
	return "request"
}

func tenantPageOf(r *http.Request, t *emulator.Tenant, f frame, problem string, form mintForm) tenantPage {
	p := tenantPage{
		frame: f, Name: t.Name(), Kind: t.Kind(), Flowless: t.Kind() != emulator.B2C, ID: t.ID(), Domain: t.Domain(), Hosts: t.Hosts(), Problem: problem, Clock: clockOf(t), Users: t.Users(),
		Containers: containersOf(t), Log: logOf(t, 0), Mint: form, FaultKinds: emulator.FaultKinds(), Endpoints: emulator.Endpoints(),
	}
	for _, f := range t.Flows() {
		p.Flows = append(p.Flows, flowAt(r, t, f))
	}
	for _, a := range t.Apps() {
		row := appRow{App: a}
		if a.Secret != "" {
			row.Secrets = append([]string{a.Secret}, a.MoreSecrets...)
		}
		p.Apps = append(p.Apps, row)
	}
	for _, f := range t.Faults() {
		row := faultRow{Fault: f}
		if f.RetryAfter != 0 {
			row.RetryAfter = f.RetryAfter.String()
		}
		if f.Delay != 0 {
			row.Delay = f.Delay.String()
		}
		p.Faults = append(p.Faults, row)
	}
	issued := t.Issued()
	slices.Reverse(issued)
	if len(issued) > tokensShown {
		p.More = len(issued) - tokensShown
		issued = issued[:tokensShown]
	}
	for _, i := range issued {
		p.Tokens = append(p.Tokens, rowOf(t, i))
	}
	return p
}

func rowOf(t *emulator.Tenant, i emulator.Issued) issuedRow {
	row := issuedRow{Number: i.Number, At: i.At.UTC().Format("15:04:05"), Flow: i.Flow, Client: appName(t, i.ClientID)}
	row.Kind = map[string]string{"user": "access token", "app": "app token", "id": "ID token"}[i.Kind.String()]
	if parsed, err := parse(i.Token); err == nil {
		if exp, ok := timeIn(parsed.payload, "exp"); ok {
			left := exp.Sub(t.Now())
			row.Left, row.Expired = span(left), left <= 0
		}
	}
	return row
}

// flowAt is a flow with what people want to know of it, and where they can try
// it.
func flowAt(r *http.Request, t *emulator.Tenant, f emulator.Flow) flowRow {
	row := flowRow{
		Flow: f, URLs: urlsOf(r, t, f.Name), KindText: kindTexts[f.Kind], FlowClaim: f.FlowClaim.String(),
		LifetimeText: span(f.Lifetime), RefreshText: span(f.RefreshLifetime),
	}
	web := t.Web()
	if f.Kind == emulator.ROPC || len(web.RedirectURIs) == 0 {
		return row
	}
	q := url.Values{
		"client_id": {web.ID}, "redirect_uri": {web.RedirectURIs[0]}, "response_type": {"code"},
		"scope": {strings.Join(append([]string{"openid", "offline_access"}, web.Granted...), " ")},
		"state": {"dashboard"}, "nonce": {rand.Text()},
	}
	if web.Implicit {
		q.Set("response_type", "id_token")
		q.Set("response_mode", "form_post")
		q.Set("scope", "openid")
	}
	row.TryIt, row.TryTo = row.URLs.Authorize+"?"+q.Encode(), web.Name+" at "+web.RedirectURIs[0]
	return row
}
