// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
)

// parse returns the authority of a URL, with contoso's GUID.
func parse(t *testing.T, url string) authority.Authority {
	t.Helper()
	a, err := authority.Parse(url)
	if err == nil {
		a, err = a.WithTenantID(contosoID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestConstructorErrors(t *testing.T) {
	susi := contoso(t).Flow("B2C_1_susi")
	edit := contoso(t).Flow("B2C_1_edit")
	external, err := authority.ExternalID("contoso", contosoID)
	if err != nil {
		t.Fatal(err)
	}
	fabrikam, err := authority.B2C("fabrikam", "8f0b7d5c-0c3a-4d3c-9a3e-1c5b7c1f2a11")
	if err != nil {
		t.Fatal(err)
	}
	sameHost, err := authority.NewTenant("8f0b7d5c-0c3a-4d3c-9a3e-1c5b7c1f2a11", []string{"contoso.b2clogin.com"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	noID, err := authority.Parse("https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi")
	if err != nil {
		t.Fatal(err)
	}
	otherHost := parse(t, "https://login.contoso.example/contoso.onmicrosoft.com/B2C_1_edit")
	secret := acquire.Secret(clientSecret)
	links := func(all ...authority.Authority) *acquire.Options { return &acquire.Options{Links: all} }
	for name, tc := range map[string]struct {
		at         authority.Authority
		clientID   string
		credential acquire.Credential
		opts       *acquire.Options
		want       string // in the text
		class      acquire.Class
	}{
		"zero authority":         {authority.Authority{}, clientID, secret, nil, "empty Authority", ""},
		"invalid flow":           {contoso(t).Flow("susi"), clientID, secret, nil, `"susi"`, ""},
		"flow with a slash":      {contoso(t).Flow("B2C_1_susi/x"), clientID, secret, nil, `"B2C_1_susi/x"`, ""},
		"link at External ID":    {external, clientID, secret, links(edit), "Options.Links: https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_edit is no flow of https://contoso.ciamlogin.com/", ""},
		"tenant's GUID unknown":  {noID, clientID, secret, nil, "WithTenantID", ""},
		"no client id":           {susi, "", secret, nil, "clientID: ", ""},
		"client id, no GUID":     {susi, "my-daemon", secret, nil, `clientID: "my-daemon"`, ""},
		"client id in braces":    {susi, "{" + clientID + "}", secret, nil, "clientID: ", ""},
		"client id and space":    {susi, clientID + " ", secret, nil, "clientID: ", ""},
		"client id and line":     {susi, clientID + "\n", secret, nil, "clientID: ", ""},
		"zero credential":        {susi, clientID, acquire.Credential{}, nil, "credential: ", ""},
		"empty secret":           {susi, clientID, acquire.Secret(""), nil, "the client secret is empty", acquire.ErrConfiguration},
		"nil SecretFunc":         {susi, clientID, acquire.SecretFunc(nil), nil, "SecretFunc was given nil", acquire.ErrConfiguration},
		"negative timeout":       {susi, clientID, secret, &acquire.Options{Timeout: -1}, "Options.Timeout: ", ""},
		"long timeout":           {susi, clientID, secret, &acquire.Options{Timeout: time.Minute + 1}, "Options.Timeout: ", ""},
		"negative lifetime":      {susi, clientID, secret, &acquire.Options{PendingLifetime: -1}, "Options.PendingLifetime: ", ""},
		"long lifetime":          {susi, clientID, secret, &acquire.Options{PendingLifetime: 24*time.Hour + 1}, "Options.PendingLifetime: ", ""},
		"negative accounts":      {susi, clientID, secret, &acquire.Options{MaxAccounts: -1}, "Options.MaxAccounts: ", ""},
		"unknown style":          {susi, clientID, secret, &acquire.Options{AuthStyle: 3}, "Options.AuthStyle: ", ""},
		"negative style":         {susi, clientID, secret, &acquire.Options{AuthStyle: -1}, "Options.AuthStyle: ", ""},
		"timeout, no unit":       {susi, clientID, secret, &acquire.Options{Timeout: 5}, "Options.Timeout: 5ns is less than a millisecond; is the unit missing, as in 5 * time.Second?", ""},
		"timeout, nearly 1 ms":   {susi, clientID, secret, &acquire.Options{Timeout: time.Millisecond - 1}, "Options.Timeout: ", ""},
		"lifetime, no unit":      {susi, clientID, secret, &acquire.Options{PendingLifetime: 15}, "Options.PendingLifetime: 15ns is less than a millisecond", ""},
		"zero link":              {susi, clientID, secret, links(authority.Authority{}), "Options.Links: ", ""},
		"invalid link":           {susi, clientID, secret, links(contoso(t).Flow("edit")), "Options.Links: ", ""},
		"link of another tenant": {susi, clientID, secret, links(fabrikam.Flow("B2C_1_edit")), "Options.Links: ", ""},
		"other tenant, one host": {susi, clientID, secret, links(sameHost.Flow("B2C_1_edit")), "Options.Links: ", ""},
		"link at another host":   {susi, clientID, secret, links(otherHost), "Options.Links: ", ""},
		"link to External ID":    {susi, clientID, secret, links(external), "Options.Links: ", ""},
		"link twice":             {susi, clientID, secret, links(edit, edit), `Options.Links: flow "B2C_1_edit"`, ""},
		"link twice, other case": {susi, clientID, secret, links(edit, contoso(t).Flow("b2c_1_EDIT")), `Options.Links: flow "b2c_1_EDIT"`, ""},
		"link to itself":         {susi, clientID, secret, links(susi), `Options.Links: flow "B2C_1_susi"`, ""},
		"link to itself, case":   {susi, clientID, secret, links(contoso(t).Flow("b2c_1_SUSI")), `Options.Links: flow "b2c_1_SUSI"`, ""},
	} {
		opts := tc.opts
		if opts == nil {
			opts = &acquire.Options{}
		}
		opts.Transport = noRequests(t)
		check := func(constructor string, app *acquire.App, err error) {
			if app != nil || err == nil {
				t.Errorf("%s, %s: got %v, %v; want an error", name, constructor, app, err)
				return
			}
			if !strings.HasPrefix(err.Error(), "acquire: ") || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), clientSecret) {
				t.Errorf("%s, %s: got %q, want acquire: … %s …", name, constructor, err, tc.want)
			}
			if tc.class != "" && !errors.Is(err, tc.class) {
				t.Errorf("%s, %s: got %v, want class %s", name, constructor, err, tc.class)
			}
		}
		app, err := acquire.NewConfidential(tc.at, tc.clientID, tc.credential, opts)
		check("NewConfidential", app, err)
		if tc.credential.GoString() == "[credential]" && tc.want != "credential: " && tc.class == "" {
			app, err = acquire.NewPublic(tc.at, tc.clientID, opts)
			check("NewPublic", app, err)
		}
	}
}

// All that is wrong comes at once, in an order that is always the same, and a
// mistake doesn't hide another or make one up.
func TestConstructorErrorsTogether(t *testing.T) {
	tenant := contoso(t)
	bad := &acquire.Options{
		Timeout: 5, PendingLifetime: 25 * time.Hour, MaxAccounts: -1, AuthStyle: 7, Transport: noRequests(t),
		Links: []authority.Authority{{}, tenant.Flow("B2C_1_susi"), tenant.Flow("edit"), tenant.Flow("B2C_1_edit"), tenant.Flow("B2C_1_edit")},
	}
	ofOptions := []string{"Options.Timeout: ", "Options.PendingLifetime: ", "Options.MaxAccounts: ", "Options.AuthStyle: "}
	for name, tc := range map[string]struct {
		at         authority.Authority
		credential acquire.Credential
		want       []string // one a line
	}{
		"all":              {tenant.Flow("susi"), acquire.Secret(""), slices.Concat([]string{`"susi"`, "clientID: ", "credential: "}, ofOptions, []string{"Options.Links: ", `Options.Links: `})},
		"a good authority": {tenant.Flow("B2C_1_susi"), acquire.Credential{}, slices.Concat([]string{"clientID: ", "credential: "}, ofOptions, []string{"Options.Links: ", `Options.Links: flow "B2C_1_susi"`, "Options.Links: ", `Options.Links: flow "B2C_1_edit"`})},
	} {
		_, err := acquire.NewConfidential(tc.at, "my-daemon", tc.credential, bad)
		if err == nil {
			t.Errorf("%s: got none, want errors", name)
			continue
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != len(tc.want) {
			t.Errorf("%s: got %d lines, want %d:\n%v", name, len(lines), len(tc.want), err)
			continue
		}
		for i, want := range tc.want {
			if !strings.HasPrefix(lines[i], "acquire: ") || !strings.Contains(lines[i], want) {
				t.Errorf("%s: got line %q, want acquire: … %s …", name, lines[i], want)
			}
		}
	}
	_, err := acquire.NewPublic(tenant.Flow("B2C_1_susi"), "my-daemon", &acquire.Options{Timeout: 5})
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("NewPublic: got %v, want two lines", err)
	}
	app := newDaemon(t, noRequests(t), nil)
	const target, scopes = "acquire: target: ", "scope"
	_, err = app.Transport("stock.internal", "tasks.read")
	wantBoth(t, "App.Transport", err, target, scopes)
	_, err = app.User(acquire.Account{ID: "x"}).Transport("http://stock.internal", "openid")
	wantBoth(t, "User.Transport", err, target, scopes)
}

func wantBoth(t *testing.T, what string, err error, one, other string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), one) || !strings.Contains(err.Error(), other) {
		t.Errorf("%s: got %v, want %q and %q", what, err, one, other)
	}
	if _, ok := errors.AsType[*acquire.Error](err); !ok {
		t.Errorf("%s: got %v, want an *acquire.Error in it", what, err)
	}
}

func TestConstructorsTakeWhatIsRight(t *testing.T) {
	tenant := contoso(t)
	for name, opts := range map[string]*acquire.Options{
		"nil":       nil,
		"zero":      {},
		"least":     {Timeout: time.Millisecond, PendingLifetime: time.Millisecond},
		"limits":    {Timeout: time.Minute, PendingLifetime: 24 * time.Hour, MaxAccounts: 1, AuthStyle: oauth2.AuthStyleInHeader},
		"links":     {Links: tenant.Flows("B2C_1_edit", "B2C_1_reset", "B2C_1A_partner")},
		"all of it": {Logger: slog.New(slog.DiscardHandler), Now: time.Now, Transport: noRequests(t), AuthStyle: oauth2.AuthStyleInParams},
	} {
		for _, id := range []string{clientID, "ABCDEF01-2222-4333-8444-555555555555"} {
			app, err := acquire.NewConfidential(tenant.Flow("b2c_1_SUSI"), id, acquire.Secret("x"), opts)
			if err != nil {
				t.Errorf("%s: got %v, want none", name, err)
				continue
			}
			if app.ClientID() != strings.ToLower(id) || app.Authority().String() != "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_SUSI" {
				t.Errorf("%s: got client %s at %s, want %s in lower case at the authority given", name, app.ClientID(), app.Authority(), id)
			}
			if err := app.Close(); err != nil {
				t.Errorf("%s: Close: %v", name, err)
			}
		}
	}
}

// Only what needs a token asks for one.
func TestNoRequestUntilNeeded(t *testing.T) {
	tenant := contoso(t)
	options := acquire.Options{Transport: noRequests(t), Links: tenant.Flows("B2C_1_edit"), Logger: slog.New(slog.DiscardHandler)}
	app, err := acquire.NewConfidential(tenant.Flow("B2C_1_susi"), clientID, acquire.SecretFunc(func(context.Context) (string, error) {
		t.Error("the function for the secret was called, want no call")
		return "", nil
	}), &options)
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	public, err := acquire.NewPublic(tenant.Flow("B2C_1_susi"), clientID, &options)
	if err != nil {
		t.Fatal(err)
	}
	defer public.Close()
	options.Links[0] = authority.Authority{} // options were copied

	ctx := t.Context()
	for _, app := range []*acquire.App{app, public} {
		if _, _, err := app.BeginSignIn("https://app.contoso.example/callback", []string{"https://contoso.onmicrosoft.com/tasks/tasks.read"}, nil); err != nil {
			t.Errorf("BeginSignIn: %v", err)
		}
		if _, _, err := app.BeginFlow("B2C_1_EDIT", "https://app.contoso.example/callback", nil); err != nil {
			t.Errorf("BeginFlow: %v", err)
		}
		if got := app.SignOutURL(acquire.SignOut{}); got == "" {
			t.Error("SignOutURL: got nothing")
		}
		if got := app.Accounts(); len(got) != 0 {
			t.Errorf("Accounts: got %v, want none", got)
		}
		if _, err := app.Account(ctx, "x"); err == nil {
			t.Error("Account: got one, want none")
		}
		user := app.User(acquire.Account{ID: "x"})
		if _, err := user.Transport("https://stock.internal", "https://contoso.onmicrosoft.com/tasks/tasks.read"); err != nil {
			t.Errorf("User.Transport: %v", err)
		}
		_, err = user.Token(ctx, "https://contoso.onmicrosoft.com/tasks/tasks.read")
		wantClass(t, "User.Token", err, acquire.ErrInteractionRequired)
		_, err = user.TokenSource(ctx, "https://contoso.onmicrosoft.com/tasks/tasks.read").Token()
		wantClass(t, "User.TokenSource", err, acquire.ErrInteractionRequired)
		if err := app.Remove(ctx, acquire.Account{ID: "x"}); err != nil {
			t.Errorf("Remove: %v", err)
		}
	}
	if _, err := app.Transport("https://stock.internal", tasksScope); err != nil {
		t.Errorf("Transport: %v", err)
	}
	_ = app.TokenSource(ctx, tasksScope)
}

// Scopes that can't be are refused at once, wherever they are given.
func TestScopeErrors(t *testing.T) {
	app := newDaemon(t, noRequests(t), nil)
	ctx := t.Context()
	for name, tc := range map[string]struct {
		scopes []string
		want   acquire.Class
		anyAPI bool // other grants than client credentials take it
	}{
		"none":                {nil, acquire.ErrNoAccessToken, false},
		"openid":              {[]string{"openid"}, acquire.ErrNoAccessToken, false},
		"all of OpenID":       {[]string{"openid", "offline_access", "profile", "email"}, acquire.ErrNoAccessToken, false},
		"empty":               {[]string{""}, acquire.ErrConfiguration, false},
		"empty beside one":    {[]string{tasksScope, ""}, acquire.ErrConfiguration, false},
		"space":               {[]string{" "}, acquire.ErrConfiguration, false},
		"two in one":          {[]string{tasksScope + " " + stockScope}, acquire.ErrConfiguration, false},
		"space behind":        {[]string{tasksScope + " "}, acquire.ErrConfiguration, false},
		"quote":               {[]string{`https://x/".default`}, acquire.ErrConfiguration, false},
		"backslash":           {[]string{`https://x\/.default`}, acquire.ErrConfiguration, false},
		"tab":                 {[]string{"\thttps://x/.default"}, acquire.ErrConfiguration, false},
		"line break":          {[]string{"https://x/.default\r\n"}, acquire.ErrConfiguration, false},
		"NUL":                 {[]string{"https://x/\x00/.default"}, acquire.ErrConfiguration, false},
		"DEL":                 {[]string{"https://x/\x7f/.default"}, acquire.ErrConfiguration, false},
		"not ASCII":           {[]string{"https://x/é/.default"}, acquire.ErrConfiguration, false},
		"bad beside good":     {[]string{tasksScope, "https://x/a b"}, acquire.ErrConfiguration, false},
		"delegated scope":     {[]string{"https://contoso.onmicrosoft.com/tasks/tasks.read"}, acquire.ErrConfiguration, true},
		"one is delegated":    {[]string{tasksScope, "https://contoso.onmicrosoft.com/tasks/tasks.read"}, acquire.ErrConfiguration, true},
		"default in capitals": {[]string{"https://contoso.onmicrosoft.com/tasks/.DEFAULT"}, acquire.ErrConfiguration, true},
		"default alone":       {[]string{".default"}, acquire.ErrConfiguration, true},
		"own client id":       {[]string{clientID}, acquire.ErrConfiguration, true},
	} {
		_, err := app.Token(ctx, tc.scopes...)
		e := wantClass(t, name+", Token", err, tc.want)
		if e.During != "client_credentials" || e.Advice == "" {
			t.Errorf("%s: got During %q, Advice %q; want client_credentials and some advice", name, e.During, e.Advice)
		}
		wantOneLine(t, err)
		_, err = app.TokenSource(ctx, tc.scopes...).Token()
		wantClass(t, name+", TokenSource", err, tc.want)
		_, err = app.Replace(ctx, &oauth2.Token{AccessToken: "abc"}, tc.scopes...)
		wantClass(t, name+", Replace", err, tc.want)
		_, err = app.Transport("https://stock.internal", tc.scopes...)
		wantClass(t, name+", Transport", err, tc.want)
		if tc.anyAPI {
			continue
		}
		user := app.User(acquire.Account{ID: "x"})
		_, err = user.Token(ctx, tc.scopes...)
		wantClass(t, name+", User.Token", err, tc.want)
		_, err = user.Transport("https://stock.internal", tc.scopes...)
		wantClass(t, name+", User.Transport", err, tc.want)
		if tc.want == acquire.ErrNoAccessToken {
			continue // to sign in with these is fine
		}
		_, _, err = app.BeginSignIn("https://app.contoso.example/callback", tc.scopes, nil)
		wantClass(t, name+", BeginSignIn", err, tc.want)
		_, err = app.SignInWithPassword(ctx, "ada@example.org", "Passw0rd!", tc.scopes...)
		wantClass(t, name+", SignInWithPassword", err, tc.want)
		_, err = app.ImportRefreshToken(ctx, "refresh", tc.scopes...)
		wantClass(t, name+", ImportRefreshToken", err, tc.want)
	}
}

func TestSignInArguments(t *testing.T) {
	app := newDaemon(t, noRequests(t), nil)
	for name, err := range map[string]error{
		"no user name": second(app.SignInWithPassword(t.Context(), "", "Passw0rd!")),
		"no password":  second(app.SignInWithPassword(t.Context(), "ada@example.org", "")),
	} {
		wantClass(t, name, err, acquire.ErrUser)
	}
	for _, token := range []string{"", "two words", "line\r\n", "é", strings.Repeat("x", 64<<10+1)} {
		_, err := app.ImportRefreshToken(t.Context(), token)
		e := wantClass(t, "refresh token", err, acquire.ErrConfiguration)
		if token != "" && strings.Contains(e.Error(), token) {
			t.Errorf("got %v, want the token in no error", e)
		}
	}
}

func second[T any](_ T, err error) error { return err }
