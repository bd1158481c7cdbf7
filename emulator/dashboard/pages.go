// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"bytes"
	"crypto/rand"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
)

// What a page shows of lists that grow. The API has all of them.
const (
	requestsShown = 100
	tokensShown   = 20
)

type (
	// frame is what every page has.
	frame struct {
		Title   string
		Tenant  string   // the one on the page; "" for none
		Tenants []string // all
	}

	tenantPage struct {
		frame
		View       tenantView
		Problem    string
		Clock      clockRow
		Flows      []flowRow
		Tokens     []issuedRow
		More       int // tokens that aren't shown
		Log        logPage
		Mint       mintForm
		FaultKinds []emulator.FaultKind
		Endpoints  []emulator.Endpoint
	}

	clockRow struct {
		Now    string
		ISO    string
		Apart  string // how far from the machine's, for people; "" if it isn't
		Back   string // what to advance by to be there again
		Jumped bool
	}

	flowRow struct {
		flowView
		KindText                  string
		LifetimeText, RefreshText string
		TryIt, TryTo              string // where to sign in, and where that leads
	}

	issuedRow struct {
		Number         int
		At, Kind, Left string
		Flow, Client   string
		Expired        bool
	}

	tokenPage struct {
		frame
		decodedPage
		Heading string
	}
)

// functions are for the templates.
var functions = template.FuncMap{
	"join": strings.Join,
	"last": func(i int, of []string) bool { return i == len(of)-1 },
	"page": pageNamed,
}

// kindTexts says what flows are for.
var kindTexts = map[emulator.FlowKind]string{
	emulator.SignUpSignIn: "sign-up and sign-in", emulator.EditProfile: "edit profile",
	emulator.ResetPassword: "reset password", emulator.ROPC: "password grant (ROPC)",
}

// routePages adds the pages, which only read.
func (d *dashboard) routePages(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if t := d.shown(w, r); t != nil {
			d.showTenant(w, r, t, http.StatusOK, "", mintForm{})
		}
	})
	mux.HandleFunc("GET /emulator/log", func(w http.ResponseWriter, r *http.Request) {
		if t := d.shown(w, r); t != nil {
			n, _ := strconv.Atoi(r.FormValue("after"))
			d.render(w, http.StatusOK, "rows", logOf(t, n))
		}
	})
	mux.HandleFunc("GET /emulator/tokens/{number}", func(w http.ResponseWriter, r *http.Request) {
		t := d.shown(w, r)
		if t == nil {
			return
		}
		for _, i := range t.Issued() {
			if strconv.Itoa(i.Number) == r.PathValue("number") {
				d.showToken(w, "Token "+r.PathValue("number"), i.Token, t)
				return
			}
		}
		d.notFound(w, "There is no such token, or it is no longer kept.")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		d.notFound(w, "There is no such page, and no tenant with such a path.")
	})
}

// shown returns the tenant a page is about, the first one if the request names
// none; nil once it has answered that there is no such tenant.
func (d *dashboard) shown(w http.ResponseWriter, r *http.Request) *emulator.Tenant {
	name := r.URL.Query().Get("tenant")
	if name == "" {
		return d.tenants[0]
	}
	t, err := d.tenant(name)
	if err != nil {
		d.notFound(w, "There is no such tenant.")
		return nil
	}
	return t
}

func (d *dashboard) showTenant(w http.ResponseWriter, r *http.Request, t *emulator.Tenant, status int, problem string, form mintForm) {
	p := tenantPage{
		frame: d.frame(t.Name(), t), View: describe(r, t), Problem: problem, Mint: form, Log: logOf(t, 0),
		FaultKinds: emulator.FaultKinds(), Endpoints: emulator.Endpoints(),
	}
	p.Clock = clockOf(t)
	for i, f := range t.Flows() {
		p.Flows = append(p.Flows, flowAt(r, t, f, p.View.Flows[i]))
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
	d.render(w, status, "tenant", p)
}

func (d *dashboard) showToken(w http.ResponseWriter, heading, compact string, reader *emulator.Tenant) {
	p := tokenPage{frame: d.frame(heading, reader), decodedPage: d.decode(compact, reader), Heading: heading}
	status := http.StatusOK
	if p.Mistake != "" {
		status = http.StatusBadRequest
	}
	d.render(w, status, "token", p)
}

func (d *dashboard) notFound(w http.ResponseWriter, text string) {
	d.render(w, http.StatusNotFound, "missing", struct {
		frame
		Text string
	}{d.frame("Not found", nil), text})
}

func (d *dashboard) frame(title string, t *emulator.Tenant) frame {
	f := frame{Title: title}
	for _, each := range d.tenants {
		f.Tenants = append(f.Tenants, each.Name())
	}
	if t != nil {
		f.Tenant = t.Name()
	}
	return f
}

// render writes a page, or none if the template fails.
func (d *dashboard) render(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := d.pages.ExecuteTemplate(&b, name, data); err != nil {
		http.Error(w, "the page can't be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the browser may be gone
}

// pageOf returns the path of a place on a tenant's page.
func pageOf(t *emulator.Tenant, anchor string) string { return pageNamed(t.Name(), anchor) }

// pageNamed is pageOf for the name of a tenant.
func pageNamed(tenant, anchor string) string {
	return "/?tenant=" + url.QueryEscape(tenant) + "#" + anchor
}

func rowOf(t *emulator.Tenant, i emulator.Issued) issuedRow {
	row := issuedRow{Number: i.Number, At: i.At.UTC().Format("15:04:05"), Flow: i.Flow, Client: appName(t, i.ClientID)}
	row.Kind = map[string]string{"user": "access token", "app": "app token", "id": "ID token"}[i.Kind.String()]
	if parsed, err := parse(i.Token); err == nil {
		if exp, ok := moment(parsed.payload, "exp"); ok {
			left := exp.Sub(t.Now())
			row.Left, row.Expired = span(left), left <= 0
		}
	}
	return row
}

// flowAt adds what people want to know of a flow, and where they can try it.
func flowAt(r *http.Request, t *emulator.Tenant, f emulator.Flow, v flowView) flowRow {
	row := flowRow{flowView: v, KindText: kindTexts[f.Kind], LifetimeText: span(f.Lifetime), RefreshText: span(f.RefreshLifetime)}
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
	row.TryIt, row.TryTo = here(r, v.Authorize)+"?"+q.Encode(), web.Name+" at "+web.RedirectURIs[0]
	return row
}

// here moves a URL of a tenant to the address that was asked.
func here(r *http.Request, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return originOf(r) + u.RequestURI()
}

// appName returns the name of the app with a client id, or the id.
func appName(t *emulator.Tenant, clientID string) string {
	for _, a := range t.Apps() {
		if strings.EqualFold(a.ID, clientID) {
			return a.Name
		}
	}
	return clientID
}
