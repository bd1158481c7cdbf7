// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
)

const (
	entraToken   = "https://login.microsoftonline.com/775527ff-9a37-4307-8b3d-cc311f58d925/oauth2/v2.0/token"
	everyTenant  = "https://login.microsoftonline.com/organizations/oauth2/v2.0/token"
	stsUserScope = "openid profile offline_access https://contoso.onmicrosoft.com/tasks/tasks.read"
)

// entra returns contoso's workforce tenant.
func entra(tb testing.TB) authority.Authority {
	tb.Helper()
	a, err := authority.Entra(contosoID)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// organizations returns the workforce tenants that contoso's app is open to.
func organizations(tb testing.TB, ids ...string) authority.Authority {
	tb.Helper()
	a, err := authority.EntraMultiTenant(ids...)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// newSTS returns an emulated tenant of a kind, in which Ada signs in, and the wire to it.
func newSTS(kind emulator.TenantKind) (*emulator.Tenant, *wire) {
	tenant := emulator.NewTenant(&emulator.Options{Kind: kind})
	ada := emulator.User{Name: "Ada", ObjectID: adaID, Emails: []string{"ada@example.org"}}
	tenant.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) { return emulator.SignIn{User: &ada}, nil })
	return tenant, newWire(tenant)
}

// newWebOf returns an App of a tenant's web app at an authority.
func newWebOf(t *testing.T, tenant *emulator.Tenant, at authority.Authority, rt http.RoundTripper, opts *acquire.Options) *acquire.App {
	t.Helper()
	app, err := acquire.NewConfidential(at, tenant.Web().ID, acquire.Secret(tenant.Web().Secret), over(rt, opts))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Close() })
	return app
}

// stsCases are the authorities that users sign in at, and where their codes are redeemed.
func stsCases(t *testing.T) map[string]struct {
	kind  emulator.TenantKind
	at    authority.Authority
	token string
} {
	return map[string]struct {
		kind  emulator.TenantKind
		at    authority.Authority
		token string
	}{
		"External ID":     {emulator.ExternalID, external(t), externalToken},
		"Entra":           {emulator.EntraID, entra(t), entraToken},
		"several tenants": {emulator.EntraID, organizations(t, "8f0b7d5c-0c3a-4d3c-9a3e-1c5b7c1f2a11", contosoID), everyTenant},
	}
}

// A user signs in, is known by the object id and the tenant, and has tokens for a day by
// refresh tokens, in this process and another one.
func TestSTSSignIn(t *testing.T) {
	for name, tc := range stsCases(t) {
		t.Run(name, func(t *testing.T) {
			warm := emulator.NewTenant(&emulator.Options{Kind: tc.kind})
			warm.CurrentKey("")
			bubble(t, func(t *testing.T) {
				tenant, w := newSTS(tc.kind)
				cache := newMemory()
				app, other := newWebOf(t, tenant, tc.at, w, &acquire.Options{Cache: cache}), newWebOf(t, tenant, tc.at, w, &acquire.Options{Cache: cache})
				pending, params := begun(t, app, newBrowser(t, tenant), nil, readScope)
				if pending.Flow != "" || strings.Join(pending.Scopes, " ") != readScope {
					t.Errorf("got pending flow %q, scopes %q", pending.Flow, pending.Scopes)
				}
				ret, err := app.Finish(t.Context(), pending, params)
				if err != nil {
					t.Fatal(err)
				}
				wantForm(t, name, w.last(t), tc.token, form(
					"grant_type", "authorization_code", "client_id", tenant.Web().ID, "client_secret", tenant.Web().Secret, "client_info", "1",
					"code", params.Get("code"), "code_verifier", pending.Verifier, "redirect_uri", returnURI, "scope", stsUserScope))
				account := ret.SignIn.Account
				if account.ID != adaID+"."+contosoID || account.UserID != adaID || account.Username != "ada@example.org" || account.Name != "Ada" || ret.Flow != "" {
					t.Errorf("got account %+v, flow %q", account, ret.Flow)
				}
				if got := app.Accounts("ADA@example.org"); len(got) != 1 || got[0].ID != account.ID {
					t.Errorf("got accounts %v, want Ada's", got)
				}
				if pending.String() != "pending return from the sign-in page" || ret.String() != "return from the sign-in page: sign-in of "+account.ID {
					t.Errorf("got %s, and %s", pending, ret)
				}
				wantClaims(t, name, ret.SignIn.Token.AccessToken, map[string]any{"oid": adaID, "scp": "tasks.read", "azp": tenant.Web().ID})

				for range 12 {
					time.Sleep(2 * time.Hour)
					userToken(t, app, account, readScope)
				}
				if got, want := userToken(t, other, acquire.Account{ID: account.ID}, readScope), userToken(t, app, account, readScope); got != want {
					t.Errorf("another process has another token, want that of the cache")
				}
				last := w.last(t)
				wantForm(t, name+", refreshed", last, tc.token, form(
					"grant_type", "refresh_token", "client_id", tenant.Web().ID, "client_secret", tenant.Web().Secret, "client_info", "1",
					"refresh_token", last.form.Get("refresh_token"), "scope", stsUserScope))
				out, err := url.Parse(app.SignOutURL(acquire.SignOut{State: "s"}))
				if err != nil || out.Scheme+"://"+out.Host+out.Path != strings.TrimSuffix(tc.token, "token")+"logout" || out.Query().Get("state") != "s" {
					t.Errorf("got sign-out at %v, %v", out, err)
				}
			})
		})
	}
}

// A refresh token of which nothing is said lasts 90 days here; B2C's lasts 14.
func TestSTSRefreshLife(t *testing.T) {
	emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID}).CurrentKey("")
	bubble(t, func(t *testing.T) {
		tenant, w := newSTS(emulator.ExternalID)
		app := newWebOf(t, tenant, external(t), w, nil)
		in := signedIn(t, app, newBrowser(t, tenant), readScope)
		n := w.count()
		time.Sleep(91 * 24 * time.Hour)
		_, err := app.User(in.Account).Token(t.Context(), readScope)
		wantClass(t, "after 91 days", err, acquire.ErrInteractionRequired)
		w.wantCount(t, "no request is made", n)

		in = signedIn(t, app, newBrowser(t, tenant), readScope)
		n = w.count()
		time.Sleep(30 * 24 * time.Hour)
		_, _ = app.User(in.Account).Token(t.Context(), readScope)
		w.wantCount(t, "after 30 days it is tried", n+1)
	})
}

// What is signed decides whose account it is. client_info does only where the ID token
// has no oid, and only of the same tenant; a sub is another one at each client.
func TestSTSAccountIsSigned(t *testing.T) {
	const other = "dddddddd-dddd-4ddd-8ddd-dddddddddddd"
	info := func(uid, utid string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(`{"uid":"` + uid + `","utid":"` + utid + `"}`))
	}
	for name, tc := range map[string]struct {
		withoutOID bool
		clientInfo string
		want       string // the user; "" for an error
	}{
		"both":                    {false, info(adaID, contosoID), adaID},
		"another user":            {false, info(other, contosoID), adaID},
		"none":                    {false, "", adaID},
		"odd":                     {false, "?", adaID},
		"no oid":                  {true, info(other, contosoID), other},
		"no oid, capitals":        {true, info(strings.ToUpper(other), strings.ToUpper(contosoID)), other},
		"no oid, another tenant":  {true, info(other, other), ""},
		"no oid, no GUID":         {true, info("ada", contosoID), ""},
		"no oid, as B2C has it":   {true, info(other+"-b2c_1_susi", contosoID), ""},
		"no oid, no info":         {true, "", ""},
		"no oid, info of no user": {true, info("", contosoID), ""},
	} {
		t.Run(name, func(t *testing.T) {
			tenant, w := newSTS(emulator.ExternalID)
			if tc.withoutOID {
				everyoneIs(tenant, adaID, map[string]any{"oid": emulator.Absent})
			}
			w.altering(func(_ post, answer map[string]any) { answer["client_info"] = tc.clientInfo })
			app := newWebOf(t, tenant, external(t), w, nil)
			pending, params := begun(t, app, newBrowser(t, tenant), nil, readScope)
			ret, err := app.Finish(t.Context(), pending, params)
			switch {
			case tc.want == "":
				if wantClass(t, name, err, acquire.ErrIDToken); ret != nil {
					t.Errorf("got %v", ret)
				}
			case err != nil:
				t.Fatal(err)
			case ret.SignIn.Account.ID != tc.want+"."+contosoID:
				t.Errorf("got %s, want %s.%s", ret.SignIn.Account.ID, tc.want, contosoID)
			}
		})
	}
}

// An App of several tenants signs users in and has no token of its own; nobody of
// another tenant gets in.
func TestSeveralTenants(t *testing.T) {
	tenant, w := newSTS(emulator.EntraID)
	app := newWebOf(t, tenant, organizations(t, contosoID), w, nil)
	_, err := app.Token(t.Context(), "api://tasks/.default")
	if e := wantClass(t, "its own token", err, acquire.ErrUnsupported); !strings.Contains(e.Advice, "authority.Entra") {
		t.Errorf("got %v, want what to write", err)
	}
	strangers := newWebOf(t, tenant, organizations(t, "8f0b7d5c-0c3a-4d3c-9a3e-1c5b7c1f2a11"), w, nil)
	pending, params := begun(t, strangers, newBrowser(t, tenant), nil, readScope)
	ret, err := strangers.Finish(t.Context(), pending, params)
	if wantClass(t, "a user of another tenant", err, acquire.ErrIDToken); ret != nil {
		t.Errorf("got %v, want nobody", ret)
	}
	wantNothingKept(t, "a user of another tenant", strangers)
}

// Who is of a tenant that is on the list no more has no tokens here, be it that the
// shared cache has some.
func TestFewerTenants(t *testing.T) {
	const another = "8f0b7d5c-0c3a-4d3c-9a3e-1c5b7c1f2a11"
	tenant, w := newSTS(emulator.EntraID)
	cache := newMemory()
	before := newWebOf(t, tenant, organizations(t, contosoID, another), w, &acquire.Options{Cache: cache})
	account := signedIn(t, before, newBrowser(t, tenant), readScope).Account
	same := newWebOf(t, tenant, organizations(t, contosoID), w, &acquire.Options{Cache: cache})
	userToken(t, same, account, readScope)
	after := newWebOf(t, tenant, organizations(t, another), w, &acquire.Options{Cache: cache})
	n := w.count()
	_, token := after.User(account).Token(t.Context(), readScope)
	_, known := after.Account(t.Context(), account.ID)
	for what, err := range map[string]error{"token": token, "account": known} {
		wantClass(t, what, err, acquire.ErrInteractionRequired)
	}
	w.wantCount(t, "nothing is asked for", n)
	wantNothingKept(t, "a tenant that is not trusted", after)
	userToken(t, same, account, readScope) // it is theirs yet, where it was
}

// The emulator takes the certificate and the federated token that are registered, and no
// others, by codes that say so.
func TestCertificateAtSTS(t *testing.T) {
	now := time.Now()
	own, foreign := certificateOf(t, rsaKey(), now.Add(-time.Hour)), certificateOf(t, rsaKey(), now.Add(-2*time.Hour))
	for kind, at := range map[emulator.TenantKind]authority.Authority{emulator.ExternalID: external(t), emulator.EntraID: entra(t)} {
		tenant := emulator.NewTenant(&emulator.Options{Kind: kind, Apps: []emulator.App{
			{Name: "api", URI: "https://contoso.onmicrosoft.com/tasks", Kind: emulator.NativeApp, Roles: []string{"jobs.run"}},
			{Name: "daemon", ID: clientID, Certificates: []*x509.Certificate{own}, Granted: []string{"https://contoso.onmicrosoft.com/tasks/jobs.run"}},
		}})
		token := mustToken(t, newDaemonAt(t, at, acquire.Certificate(own, rsaKey()), tenant.Transport(), nil), tasksScope)
		wantClaims(t, kind.String(), token.AccessToken, map[string]any{"azp": clientID, "azpacr": "2"})
		for name, tc := range map[string]struct {
			credential acquire.Credential
			code       string
		}{
			"another certificate": {acquire.Certificate(foreign, rsaKey()), "AADSTS700027"},
			"a stranger's token":  {acquire.Assertion(func(context.Context) (string, error) { return federated, nil }), ""},
			"a secret":            {acquire.Secret(clientSecret), "AADSTS7000215"},
		} {
			_, err := newDaemonAt(t, at, tc.credential, tenant.Transport(), nil).Token(t.Context(), tasksScope)
			e := wantClass(t, name, err, acquire.ErrConfiguration)
			if tc.code != "" && e.Code != tc.code || !strings.HasPrefix(e.Code, "AADSTS") || e.TraceID == "" || e.CorrelationID == "" {
				t.Errorf("%v, %s: got %v, want %s with ids", kind, name, err, tc.code)
			}
		}
	}
}

// One directory behind both endpoints: the same person, GUID and cache, and nothing is
// mixed.
func TestHighScaleSharesCache(t *testing.T) {
	b2c := strictTenant()
	ciam := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, HighScaleOf: b2c})
	everyoneIs(b2c, adaID, nil)
	everyoneIs(ciam, adaID, nil)
	cache := newMemory()
	old := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Cache: cache})
	successor := newWebOf(t, ciam, external(t), newWire(ciam), &acquire.Options{Cache: cache})
	in := signedIn(t, old, newBrowser(t, b2c), readScope)
	if _, err := successor.Account(t.Context(), in.Account.ID); !errors.Is(err, acquire.ErrInteractionRequired) {
		t.Errorf("External ID knows B2C's account: %v", err)
	}
	scope := ciam.API().URI + "/tasks.read"
	again := signedIn(t, successor, newBrowser(t, ciam), scope)
	if in.Account.ID != adaID+"-b2c_1_susi."+contosoID || again.Account.ID != adaID+"."+contosoID || in.Account.UserID != again.Account.UserID {
		t.Errorf("got accounts %+v and %+v, want one person", in.Account, again.Account)
	}
	if _, err := old.Account(t.Context(), again.Account.ID); !errors.Is(err, acquire.ErrInteractionRequired) {
		t.Errorf("B2C knows External ID's account: %v", err)
	}
	if got := userToken(t, old, in.Account, readScope); got != in.Token.AccessToken {
		t.Error("B2C's token is another one now")
	}
	if got := userToken(t, successor, again.Account, scope); got != again.Token.AccessToken {
		t.Error("External ID's token is another one now")
	}
}
