// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"errors"
	"fmt"
	"go/parser"
	gotoken "go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

func TestDefaults(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	equal(t, "Name", b2c.Name(), "contoso")
	equal(t, "ID", b2c.ID(), "775527ff-9a37-4307-8b3d-cc311f58d925")
	equal(t, "Domain", b2c.Domain(), "contoso.onmicrosoft.com")
	equalList(t, "Hosts", b2c.Hosts(), []string{"contoso.b2clogin.com"})
	equal(t, "AuthorityURL", b2c.AuthorityURL(""), "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi")
	equal(t, "MetadataURL", b2c.MetadataURL("B2C_1_susi"), metadataURL)
	equal(t, "MetadataURL of no flow", b2c.MetadataURL("B2C_1_x"), "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_x/v2.0/.well-known/openid-configuration")
	equal(t, "JWKSURL", b2c.JWKSURL("B2C_1A_partner"), partnerKeys)
	equal(t, "TokenURL", b2c.TokenURL(""), tokenURL)
	equal(t, "Issuer", b2c.Issuer(""), contosoIssuer)
	equal(t, "Issuer of a policy", b2c.Issuer("b2c_1a_partner"), contosoIssuer)

	var flows []string
	for _, f := range b2c.Flows() {
		flows = append(flows, f.Name+" "+f.KeyContainer)
		equal(t, "Lifetime", f.Lifetime, time.Hour)
	}
	equalList(t, "flows", flows, []string{
		"B2C_1_susi UserFlowKeys", "B2C_1_edit UserFlowKeys", "B2C_1_reset UserFlowKeys", "B2C_1A_partner B2C_1A_partner", "B2C_1_ropc UserFlowKeys",
	})
	equal(t, "API", b2c.API().ID, apiID)
	equal(t, "API's URI", b2c.API().URI, "https://contoso.onmicrosoft.com/tasks")
	equalList(t, "API's scopes", b2c.API().Scopes, []string{"tasks.read", "tasks.write"})
	equalList(t, "API's roles", b2c.API().Roles, []string{"jobs.run"})
	equalList(t, "Web's grants", b2c.Web().Granted, []string{"https://contoso.onmicrosoft.com/tasks/tasks.read", "https://contoso.onmicrosoft.com/tasks/tasks.write"})
	equalList(t, "Daemon's grants", b2c.Daemon().Granted, []string{"https://contoso.onmicrosoft.com/tasks/jobs.run"})
	equal(t, "Daemon has a secret", b2c.Daemon().Secret != "", true)
	equal(t, "Web", b2c.Web().ID, webID)
	equal(t, "Web has a secret", b2c.Web().Secret != "", true)
	equal(t, "Native", b2c.Native().ID, nativeID)
	equal(t, "SPA", b2c.SPA().ID, spaID)
	equal(t, "AuthorizeURL", b2c.AuthorizeURL(""), authorizeURL)
	equal(t, "LogoutURL", b2c.LogoutURL("B2C_1_susi"), logoutURL)
	equal(t, "User", b2c.User().Name, "Ada Example")
	equalList(t, "User's emails", b2c.User().Emails, []string{"ada@example.org"})
	for i, u := range b2c.Users() {
		equal(t, "Password", u.Password, "")
		equal(t, "IDP", u.IDP, []string{"google.com", ""}[i])
	}
}

// TestDerivedGUIDs: what is not said is the same on every run, and differs
// between tenants.
func TestDerivedGUIDs(t *testing.T) {
	guid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	contoso, fabrikam := emulator.NewTenant(nil), emulator.NewTenant(&emulator.Options{Name: "fabrikam"})
	again := emulator.NewTenant(&emulator.Options{Name: "fabrikam"})
	seen := map[string]bool{}
	for i, id := range []string{
		fabrikam.ID(), fabrikam.API().ID, fabrikam.Web().ID, fabrikam.Daemon().ID, fabrikam.Daemon().ObjectID, fabrikam.User().ObjectID,
		apiID, contoso.Web().ID, contoso.Daemon().ID, contoso.API().ObjectID, contoso.Daemon().ObjectID, contoso.User().ObjectID,
	} {
		if !guid.MatchString(id) || seen[id] {
			t.Errorf("id %d: got %q, want a GUID of its own", i, id)
		}
		seen[id] = true
	}
	equal(t, "tenant again", again.ID(), fabrikam.ID())
	equal(t, "API again", again.API().ID, fabrikam.API().ID)
	equal(t, "user again", again.User().ObjectID, fabrikam.User().ObjectID)
}

func TestOptionsAreCopied(t *testing.T) {
	opts := &emulator.Options{
		Hosts: []string{"login.contoso.example"},
		Flows: []emulator.Flow{{Name: "B2C_1_susi"}},
		Users: []emulator.User{{Name: "Ada", Emails: []string{"ada@example.org"}}},
	}
	b2c := emulator.NewTenant(opts)
	opts.Hosts[0], opts.Flows[0].Name, opts.Users[0].Emails[0] = "x", "x", "x"
	b2c.API().Scopes[0], b2c.User().Emails[0], b2c.Hosts()[0], b2c.Flows()[0].Name = "x", "x", "x", "x"
	equal(t, "host", b2c.Hosts()[0], "login.contoso.example")
	equal(t, "flow", b2c.Flows()[0].Name, "B2C_1_susi")
	equal(t, "email", b2c.User().Emails[0], "ada@example.org")
	equal(t, "scope", b2c.API().Scopes[0], "tasks.read")
}

// wireNames are the names in JSON of what the options below have wrong.
var wireNames = strings.NewReplacer(
	"Options.Users[0].ObjectID", "users[0].id", "Options.Users[1].ObjectID", "users[1].id",
	"Options.Name", "name", "Options.ID", "id", "Options.Domain", "domain", "Options.Hosts", "hosts",
	"Options.Flows", "flows", "Options.Apps", "apps", "Options.Users", "users",
	"].Name", "].name", "].Issuer", "].issuer", "].FlowClaim", "].flowClaim", "].Lifetime", "].lifetime", "].ForgotPassword", "].forgotPassword",
	"].Kind", "].kind", "].RefreshLifetime", "].refreshLifetime", "].RefreshWindow", "].refreshWindow", "].ID", "].clientId", "].URI", "].appIdUri", "].Scopes", "].scopes", "].Roles", "].appRoles",
	"].Granted", "].granted", "].Secret", "].secrets[0]", "].MoreSecrets", "].secrets", "].RedirectURIs", "].redirectUris", "].Password", "].password",
	"].Claims", "].claims", "].ObjectID", "].objectId",
)

func TestContradictoryOptions(t *testing.T) {
	const id = "11111111-1111-1111-1111-111111111111"
	api := emulator.App{Name: "api", URI: "https://contoso.onmicrosoft.com/tasks", Scopes: []string{"a"}}
	for _, c := range []struct {
		want string
		opts emulator.Options
	}{
		{"Options.Name ", emulator.Options{Name: "Con toso"}},
		{"Options.ID ", emulator.Options{ID: "contoso"}},
		{"Options.Domain ", emulator.Options{Domain: "https://contoso"}},
		{"Options.Hosts[0] ", emulator.Options{Hosts: []string{"https://contoso.b2clogin.com"}}},
		{"Options.Hosts[0] ", emulator.Options{Hosts: []string{"127.0.0.1"}}},
		{"Options.Hosts[1] ", emulator.Options{Hosts: []string{"a.example", "A.example"}}},
		{"Options.Flows[0].Name ", emulator.Options{Flows: []emulator.Flow{{}}}},
		{"Options.Flows[0].Name ", emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_a/b"}}}},
		{"Options.Flows[1].Name ", emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_a"}, {Name: "b2c_1_A"}}}},
		{"Options.Flows[0].Issuer ", emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_a", Issuer: 2}}}},
		{"Options.Flows[0].FlowClaim ", emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_a", FlowClaim: 4}}}},
		{"Options.Flows[0].Lifetime ", emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_a", Lifetime: -1}}}},
		{"Options.Flows[0].ForgotPassword ", emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_a", ForgotPassword: 2}}}},
		{"Options.Flows[0].Kind ", emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_a", Kind: 4}}}},
		{"Options.Flows[0].RefreshWindow ", emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_a", RefreshWindow: -1}}}},
		{"Options.Flows[0].RefreshLifetime ", emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_a", RefreshLifetime: -1}}}},
		{"Options.Apps[0].Name ", emulator.Options{Apps: []emulator.App{{}}}},
		{"Options.Apps[1].Name ", emulator.Options{Apps: []emulator.App{{Name: "a"}, {Name: "a"}}}},
		{"Options.Apps[0].ID ", emulator.Options{Apps: []emulator.App{{Name: "a", ID: "x"}}}},
		{"Options.Apps[1].ID ", emulator.Options{Apps: []emulator.App{{Name: "a", ID: id}, {Name: "b", ID: id}}}},
		{"Options.Apps[0].ObjectID ", emulator.Options{Apps: []emulator.App{{Name: "a", ObjectID: "x"}}}},
		{"Options.Apps[0].URI ", emulator.Options{Apps: []emulator.App{{Name: "a", Scopes: []string{"x"}}}}},
		{"Options.Apps[0].URI ", emulator.Options{Apps: []emulator.App{{Name: "a", URI: "tasks"}}}},
		{"Options.Apps[0].URI ", emulator.Options{Apps: []emulator.App{{Name: "a", URI: "https://x/"}}}},
		{"Options.Apps[1].URI ", emulator.Options{Apps: []emulator.App{api, {Name: "b", URI: api.URI}}}},
		{"Options.Apps[0].Scopes[0] ", emulator.Options{Apps: []emulator.App{{Name: "a", URI: "https://x", Scopes: []string{"a b"}}}}},
		{"Options.Apps[0].Roles[0] ", emulator.Options{Apps: []emulator.App{{Name: "a", URI: "https://x", Scopes: []string{"a"}, Roles: []string{"a"}}}}},
		{"Options.Apps[1].Granted[0] ", emulator.Options{Apps: []emulator.App{api, {Name: "b", Granted: []string{"a"}}}}},
		{"Options.Apps[0].Kind ", emulator.Options{Apps: []emulator.App{{Name: "a", Kind: 4}}}},
		{"Options.Apps[0].Secret ", emulator.Options{Apps: []emulator.App{{Name: "a", Kind: emulator.SPA, Secret: "s"}}}},
		{"Options.Apps[0].Secret ", emulator.Options{Apps: []emulator.App{{Name: "a", Kind: emulator.NativeApp, Secret: "s"}}}},
		{"Options.Apps[0].MoreSecrets ", emulator.Options{Apps: []emulator.App{{Name: "a", MoreSecrets: []string{"s"}}}}},
		{"Options.Apps[0].MoreSecrets ", emulator.Options{Apps: []emulator.App{{Name: "a", Secret: "s", MoreSecrets: []string{""}}}}},
		{"Options.Apps[0].RedirectURIs[0] ", emulator.Options{Apps: []emulator.App{{Name: "a", RedirectURIs: []string{"/callback"}}}}},
		{"Options.Apps[0].RedirectURIs[1] ", emulator.Options{Apps: []emulator.App{{Name: "a", RedirectURIs: []string{"http://127.0.0.1:1/", "http://app.contoso.example/"}}}}},
		{"Options.Apps[0].RedirectURIs[1] ", emulator.Options{Apps: []emulator.App{{Name: "a", RedirectURIs: []string{"msal1://auth", "https://x/#"}}}}},
		{"Options.Apps[0].RedirectURIs[1] ", emulator.Options{Apps: []emulator.App{{Name: "a", RedirectURIs: []string{"https://x/", "javascript:alert(1)"}}}}},
		{"Options.Apps[0].RedirectURIs[0] ", emulator.Options{Apps: []emulator.App{{Name: "a", RedirectURIs: []string{"https://x/\r\n"}}}}},
		{"Options.Users[0].Password ", emulator.Options{Users: []emulator.User{{Name: "a", Username: "a", Password: "p", IDP: "google.com"}}}},
		{"Options.Users[0].Password ", emulator.Options{Users: []emulator.User{{Name: "a", Password: "p"}}}},
		{"Options.Users[1] ", emulator.Options{Users: []emulator.User{
			{Name: "a", Username: "x@example.org", Password: "p"}, {Name: "b", Emails: []string{"X@example.org"}, Password: "p"},
		}}},
		{"Options.Users[0].Name ", emulator.Options{Users: []emulator.User{{}}}},
		{"Options.Users[0].ObjectID ", emulator.Options{Users: []emulator.User{{Name: "a", ObjectID: "x"}}}},
		{"Options.Users[0].Claims[\"x\"] ", emulator.Options{Users: []emulator.User{{Name: "a", Claims: map[string]any{"x": func() {}}}}}},
		{"Options.Users[1].ObjectID ", emulator.Options{Users: []emulator.User{{Name: "a"}, {Name: "a"}}}},
		{"Options.Apps[0].RedirectURIs[0] ", emulator.Options{Apps: []emulator.App{{Name: "a", RedirectURIs: []string{"localhost:80"}}}}},
	} {
		mustPanic(t, "emulator: "+c.want, func() { emulator.NewTenant(&c.opts) })
		err, ok := errors.AsType[*emulator.FieldError](c.opts.Check())
		if !ok || err.Field != wireNames.Replace(strings.TrimSuffix(c.want, " ")) || !strings.HasPrefix(err.Error(), "emulator: "+c.want) || err.Problem == "" {
			t.Errorf("Check: got %v, want one for %q", err, c.want)
		}
	}
}

// TestAllContradictions: all mistakes come at once, in order, and none that only
// follows from another.
func TestAllContradictions(t *testing.T) {
	const id = "11111111-1111-1111-1111-111111111111"
	for _, c := range []struct {
		want []string
		opts emulator.Options
	}{
		{
			[]string{
				"name", "id", "hosts[0]", "flows[0].name", "flows[0].lifetime", "flows[1].kind",
				"apps[0].name", "apps[0].clientId", "apps[0].objectId", "apps[0].scopes[0]", "apps[0].appRoles[1]", "apps[1].secrets[0]", "apps[1].redirectUris[0]",
				"apps[1].redirectUris[1]", "apps[1].granted[1]", "users[0].name", "users[0].id", "users[1].password",
			},
			emulator.Options{
				Name: "Con toso", ID: "x", Hosts: []string{"https://a"},
				Flows: []emulator.Flow{{Name: "susi", Lifetime: -1}, {Name: "B2C_1_a", Kind: 9}},
				Apps: []emulator.App{
					{ID: "x", ObjectID: "x", URI: "https://x", Scopes: []string{"a b"}, Roles: []string{"r", "r"}},
					{Name: "b", Kind: emulator.SPA, Secret: "s", RedirectURIs: []string{"/a", "/b"}, Granted: []string{"https://x/r", "https://x/none"}},
				},
				Users: []emulator.User{{ObjectID: "x"}, {Name: "b", Password: "p"}},
			},
		},
		{[]string{"name"}, emulator.Options{Name: "Con toso"}},
		{[]string{"domain"}, emulator.Options{Domain: "con toso"}},
		{[]string{"name", "domain"}, emulator.Options{Name: "Con toso", Domain: "con toso"}},
		{[]string{"apps[0].name", "apps[1].name"}, emulator.Options{Apps: []emulator.App{{}, {}}}},
		{[]string{"apps[1].name"}, emulator.Options{Apps: []emulator.App{{Name: "a"}, {Name: "a"}}}},
		{[]string{"apps[1].name", "apps[1].clientId"}, emulator.Options{Apps: []emulator.App{{Name: "a", ID: id}, {Name: "a", ID: id}}}},
		{[]string{"users[0].name", "users[1].name"}, emulator.Options{Users: []emulator.User{{}, {}}}},
		{[]string{"apps[0].appIdUri", "apps[1].granted[1]"}, emulator.Options{Apps: []emulator.App{
			{Name: "a", Scopes: []string{"read"}}, {Name: "b", Granted: []string{"https://x/read", "https://x/write"}},
		}}},
		{[]string{"apps[1].appIdUri"}, emulator.Options{Apps: []emulator.App{
			{Name: "a", URI: "https://x", Scopes: []string{"read"}}, {Name: "b", URI: "https://x", Scopes: []string{"read"}},
		}}},
	} {
		err := c.opts.Check()
		var got []string
		if all, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range all.Unwrap() {
				if e, ok := errors.AsType[*emulator.FieldError](e); ok {
					got = append(got, e.Field)
				}
			}
		}
		equalList(t, "fields", got, c.want)
		mustPanic(t, fmt.Sprint(err), func() { emulator.NewTenant(&c.opts) })
	}
	api := emulator.App{Name: "a", URI: "https://x", Scopes: strings.Split("abcdefghijklmn", "")}
	err := (&emulator.Options{Apps: []emulator.App{api, {Name: "b", Granted: []string{"1"}}}}).Check()
	equal(t, "a grant", fmt.Sprint(err), `emulator: Options.Apps[1].Granted[0] "1" is no scope or role of an API here; `+
		"there are https://x/a, https://x/b, https://x/c, https://x/d, https://x/e, https://x/f, https://x/g, https://x/h, https://x/i, https://x/j, https://x/k, https://x/l and 2 more")
	err = (&emulator.Options{Apps: []emulator.App{{Name: "b", Granted: []string{"1"}}}}).Check()
	equal(t, "a grant of nothing", fmt.Sprint(err), `emulator: Options.Apps[0].Granted[0] "1" is no scope or role of an API here; there is none`)
}

func TestCheckPasses(t *testing.T) {
	for _, o := range []*emulator.Options{nil, {}, {Name: "fabrikam", Hosts: []string{"b2c", "192.0.2.7"}}} {
		if err := o.Check(); err != nil {
			t.Errorf("%+v: got %v", o, err)
		}
	}
}

// TestAccessorsPick: an API that calls another is no web app, and an app that
// can't prove itself is no daemon.
func TestAccessorsPick(t *testing.T) {
	stock := emulator.App{Name: "stock", URI: "https://contoso.onmicrosoft.com/stock", Scopes: []string{"read"}, Roles: []string{"run"}}
	b2c := emulator.NewTenant(&emulator.Options{Apps: []emulator.App{
		{Name: "public", Granted: []string{stock.URI + "/run"}},
		{Name: "middle", URI: "https://contoso.onmicrosoft.com/middle", Granted: []string{stock.URI + "/read"}},
		stock,
		{Name: "daemon", Secret: "s", Granted: []string{stock.URI + "/run"}},
		{Name: "web", Secret: "s", Granted: []string{stock.URI + "/READ"}},
		{Name: "page", Kind: emulator.SPA, Granted: []string{stock.URI + "/read"}},
		{Name: "phone", Granted: []string{stock.URI + "/read"}},
	}})
	equal(t, "API", b2c.API().Name, "middle")
	equal(t, "Web", b2c.Web().Name, "web")
	equal(t, "SPA", b2c.SPA().Name, "page")
	equal(t, "Native", b2c.Native().Name, "phone")
	equal(t, "Daemon", b2c.Daemon().Name, "daemon")
}

func TestAccessorsWithoutApps(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Apps: []emulator.App{{Name: "lonely"}}})
	equal(t, "API", b2c.API().Name, "")
	equal(t, "Web", b2c.Web().Name, "")
	equal(t, "SPA", b2c.SPA().Name, "")
	equal(t, "Native", b2c.Native().Name, "")
	equal(t, "Daemon", b2c.Daemon().Name, "")
	equal(t, "Apps", b2c.Apps()[0].Name, "lonely")
}

// TestImports holds the arrow: nothing of this module but its own, and no testing package
// in a program that uses the emulator.
func TestImports(t *testing.T) {
	const own = "github.com/b2ckit/b2ckit/emulator/internal/"
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	below, err := filepath.Glob("internal/*/*.go")
	if err != nil || len(below) == 0 {
		t.Fatal("no internal packages", err)
	}
	checked := 0
	for _, f := range append(files, below...) {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(gotoken.NewFileSet(), f, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range parsed.Imports {
			path := strings.Trim(i.Path.Value, `"`)
			if path == "testing" || strings.Contains(path, ".") && !strings.HasPrefix(path, own) {
				t.Errorf("%s imports %s", f, path)
			}
			checked++
		}
	}
	if checked == 0 {
		t.Error("no import checked")
	}
}

// The default tenant written out is the default tenant.
func TestDefaultOptions(t *testing.T) {
	o := emulator.DefaultOptions()
	want, got := emulator.NewTenant(nil), emulator.NewTenant(o)
	for _, row := range []struct {
		what      string
		got, want any
	}{
		{"name", got.Name(), want.Name()},
		{"id", got.ID(), want.ID()},
		{"domain", got.Domain(), want.Domain()},
		{"hosts", got.Hosts(), want.Hosts()},
		{"flows", got.Flows(), want.Flows()},
		{"apps", got.Apps(), want.Apps()},
		{"users", got.Users(), want.Users()},
	} {
		if !reflect.DeepEqual(row.got, row.want) {
			t.Errorf("%s: got %v, want %v", row.what, row.got, row.want)
		}
	}
	if _, ok := got.CheckPassword("lin@example.org", emulator.DefaultPassword); !ok {
		t.Error("Lin's password is gone")
	}
	o.Flows[0].Name, o.Apps[1].RedirectURIs[0], o.Users[0].Emails[0] = "B2C_1_other", "https://app.example/", "other@example.org"
	if again := emulator.DefaultOptions(); again.Flows[0].Name != "B2C_1_susi" || again.Apps[1].RedirectURIs[0] != callback || again.Users[0].Emails[0] != "ada@example.org" {
		t.Error("a change made to one is in the next")
	}
	equal(t, "a tenant made of it before", got.Flows()[0].Name, "B2C_1_susi")
}
