// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/acquire"
)

// asking is each way of asking for scopes, and what of an error's During it has.
func asking(t *testing.T, app *acquire.App) map[string]func(scopes ...string) error {
	t.Helper()
	user := app.User(acquire.Account{ID: adaAccount})
	return map[string]func(scopes ...string) error{
		"Token":              func(s ...string) error { return second(app.Token(t.Context(), s...)) },
		"TokenSource":        func(s ...string) error { return second(app.TokenSource(t.Context(), s...).Token()) },
		"Transport":          func(s ...string) error { return second(app.Transport("https://x.example", s...)) },
		"User.Token":         func(s ...string) error { return second(user.Token(t.Context(), s...)) },
		"User.Transport":     func(s ...string) error { return second(user.Transport("https://x.example", s...)) },
		"BeginSignIn":        func(s ...string) error { _, _, err := app.BeginSignIn(returnURI, s, nil); return err },
		"SignInWithPassword": func(s ...string) error { return second(app.SignInWithPassword(t.Context(), "ada", "pw", s...)) },
		"ImportRefreshToken": func(s ...string) error { return second(app.ImportRefreshToken(t.Context(), "refresh", s...)) },
	}
}

// Scopes that no request can be good for are refused before there is one,
// whoever asks.
func TestScopesThatNothingIsGivenFor(t *testing.T) {
	const graph, two = "gives no token for Microsoft Graph", "an access token is for one API"
	for name, ask := range asking(t, newDaemon(t, noRequests(t), nil)) {
		for _, tc := range []struct {
			scopes []string
			want   string
		}{
			{[]string{"https://graph.microsoft.com/.default"}, graph},
			{[]string{"https://graph.microsoft.com/User.Read"}, graph},
			{[]string{"https://graph.microsoft.com"}, graph},
			{[]string{"graph.microsoft.com/User.Read"}, graph},
			{[]string{"HTTPS://Graph.Microsoft.com/.default"}, graph},
			{[]string{"https://graph.microsoft.us/.default"}, graph},
			{[]string{"https://dod-graph.microsoft.us/.default"}, graph},
			{[]string{"https://microsoftgraph.chinacloudapi.cn/.default"}, graph},
			{[]string{"https://graph.windows.net/.default"}, graph},
			{[]string{"00000003-0000-0000-c000-000000000000/.default"}, graph},
			{[]string{"openid", "https://graph.microsoft.com/offline_access"}, graph},
			{[]string{tasksScope, "https://graph.microsoft.com/.default"}, graph},
			{[]string{tasksScope, stockScope}, two},
			{[]string{stockScope, "openid", tasksScope}, two},
			{[]string{tasksScope, "https://contoso.onmicrosoft.com/stock/read"}, two},
			{[]string{tasksScope, "https://contoso.onmicrosoft.com/tasks2/read"}, two},
			{[]string{tasksScope, clientID}, two},
		} {
			err := ask(tc.scopes...)
			e := wantClass(t, name, err, acquire.ErrConfiguration)
			if !strings.Contains(e.Advice, tc.want) || e.Status != 0 {
				t.Errorf("%s %v: got %v, want %q", name, tc.scopes, err, tc.want)
			}
		}
		long := ask("https://graph.microsoft.com/" + strings.Repeat("x", 1<<16))
		wantClass(t, name, long, acquire.ErrConfiguration)
		wantOneLine(t, long)
	}
}

// What looks like that and is not, B2C decides.
func TestScopesThatAreLeftToB2C(t *testing.T) {
	var e endpoint
	app := newDaemon(t, &e, nil)
	for _, scope := range []string{
		"https://graph.microsoft.com.contoso.example/.default", "https://contoso.onmicrosoft.com/graph.microsoft.com/.default",
		"https://contoso.onmicrosoft.com/graph/.default", "https://mygraph.microsoft.com/.default", clientID + "/.default",
	} {
		mustToken(t, app, scope)
	}
	for _, scopes := range [][]string{
		{readScope, writeScope},
		{readScope, "https://contoso.onmicrosoft.com/stock/read"},
		{readScope, tasksScope},
		{clientID, clientID + "/.default"},
		{tasksScope, tasksScope},
	} {
		if _, _, err := app.BeginSignIn(returnURI, scopes, nil); err != nil {
			t.Errorf("%v: %v", scopes, err)
		}
	}
}
