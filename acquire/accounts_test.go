// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// TestUsernames: MSAL's user name is empty where preferred_username is missing,
// as it is in B2C. Here it never is if there is any name.
func TestUsernames(t *testing.T) {
	const p, e1, e2, e3, s, u = "p@x.example", "e1@x.example", "e2@x.example", "e3@x.example", "s@x.example", "u@x.example"
	full := func(drop ...string) map[string]any {
		claims := map[string]any{"preferred_username": p, "emails": []string{e1, e2}, "email": e3, "signInNames.emailAddress": s, "upn": u}
		for _, name := range drop {
			claims[name] = emulator.Absent
		}
		return claims
	}
	for name, c := range map[string]struct {
		claims map[string]any
		want   []string // the first is the user name
	}{
		"all":                 {full(), []string{p, e1, e2, e3, s, u}},
		"no preferred":        {full("preferred_username"), []string{e1, e2, e3, s, u}},
		"no emails":           {full("preferred_username", "emails"), []string{e3, s, u}},
		"sign-in name":        {full("preferred_username", "emails", "email"), []string{s, u}},
		"upn":                 {full("preferred_username", "emails", "email", "signInNames.emailAddress"), []string{u}},
		"none":                {full("preferred_username", "emails", "email", "signInNames.emailAddress", "upn"), nil},
		"user flow":           {nil, []string{"ada@example.org"}},
		"the same":            {map[string]any{"preferred_username": e1, "emails": []string{e1, e2, e1}, "email": e2}, []string{e1, e2}},
		"empty ones":          {map[string]any{"preferred_username": "", "emails": []string{"", e2}, "email": ""}, []string{e2}},
		"no addresses at all": {map[string]any{"emails": []string{}, "upn": u}, []string{u}},
		"emails is a string":  {map[string]any{"emails": e1}, []string{e1}},
		"email is a list":     {map[string]any{"emails": emulator.Absent, "email": []string{e2, e3}}, []string{e2, e3}},
		"null":                {map[string]any{"preferred_username": nil, "emails": nil, "upn": u}, []string{u}},
		"numbers":             {map[string]any{"preferred_username": 7, "emails": map[string]any{"x": e1}, "upn": u}, []string{u}},
	} {
		b2c := emulator.NewTenant(nil)
		everyoneIs(b2c, adaID, c.claims)
		app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
		pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
		ret, err := app.Finish(t.Context(), pending, params)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := ret.SignIn.Account
		first := ""
		if len(c.want) > 0 {
			first = c.want[0]
		}
		if got.Username != first || !slices.Equal(got.Logins, c.want) || got.ID != adaAccount {
			t.Errorf("%s: got %+v, want user name %q of %q", name, got, first, c.want)
		}
	}
}

// TestAccountIDs: {oid or else sub}-{flow}.{tenant},
// from what is signed if anything is.
func TestAccountIDs(t *testing.T) {
	const sub = "5b1c9a0e-3d2f-4e6a-8b7c-9d0e1f2a3b4c"
	const bySub = sub + "-b2c_1_susi.775527ff-9a37-4307-8b3d-cc311f58d925"
	info := func(uid, utid string) any {
		return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"uid":%q,"utid":%q}`, uid, utid))
	}
	raw := func(text string) any { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	honest := info(adaID+"-b2c_1_susi", contosoID)
	for name, c := range map[string]struct {
		claims     map[string]any
		clientInfo any    // nil leaves it as the tenant made it, Absent removes it
		want       string // "" for a refusal
	}{
		"as usual":                {nil, nil, adaAccount},
		"no client_info":          {nil, emulator.Absent, adaAccount},
		"oid before sub":          {map[string]any{"sub": sub}, emulator.Absent, adaAccount},
		"oid in capitals":         {map[string]any{"oid": strings.ToUpper(adaID)}, emulator.Absent, adaAccount},
		"sub":                     {map[string]any{"oid": emulator.Absent, "sub": sub}, emulator.Absent, bySub},
		"sub, not as told":        {map[string]any{"oid": emulator.Absent, "sub": sub}, honest, bySub},
		"sub not supported":       {map[string]any{"sub": emulator.SubjectNotSupported}, emulator.Absent, adaAccount},
		"only client_info":        {map[string]any{"sub": emulator.SubjectNotSupported, "oid": emulator.Absent}, honest, adaAccount},
		"padded client_info":      {map[string]any{"sub": emulator.SubjectNotSupported, "oid": emulator.Absent}, honest.(string) + "=", adaAccount},
		"told in capitals":        {map[string]any{"sub": emulator.SubjectNotSupported, "oid": emulator.Absent}, info(strings.ToUpper(adaID)+"-B2C_1_SUSI", strings.ToUpper(contosoID)), adaAccount},
		"nobody":                  {map[string]any{"sub": emulator.SubjectNotSupported, "oid": emulator.Absent}, emulator.Absent, ""},
		"nobody, no sub":          {map[string]any{"sub": emulator.Absent, "oid": emulator.Absent}, emulator.Absent, ""},
		"nobody here":             {map[string]any{"sub": emulator.SubjectNotSupported, "oid": emulator.Absent}, info(adaID+"-b2c_1_susi", linID), ""},
		"nobody at this flow":     {map[string]any{"sub": emulator.SubjectNotSupported, "oid": emulator.Absent}, info(adaID+"-b2c_1_edit", contosoID), ""},
		"no name":                 {map[string]any{"sub": emulator.SubjectNotSupported, "oid": emulator.Absent}, info("-b2c_1_susi", contosoID), ""},
		"name of two lines":       {map[string]any{"sub": "a\nb", "oid": emulator.Absent}, emulator.Absent, ""},
		"another user":            {nil, info(linID+"-b2c_1_susi", contosoID), adaAccount},
		"another user after hers": {nil, info(adaID+"-"+linID+"-b2c_1_susi", contosoID), adaAccount},
		"another flow":            {nil, info(adaID+"-b2c_1_edit", contosoID), adaAccount},
		"another tenant":          {nil, info(adaID+"-b2c_1_susi", linID), adaAccount},
		"no tenant":               {nil, raw(`{"uid":"` + linID + `-b2c_1_susi"}`), adaAccount},
		"not base64":              {nil, "?", adaAccount},
		"not JSON":                {nil, raw(`{`), adaAccount},
		"no object":               {nil, raw(`["uid"]`), adaAccount},
		"numbers":                 {nil, raw(`{"uid":1,"utid":2}`), adaAccount},
		"twice":                   {nil, raw(`{"uid":"` + linID + `-b2c_1_susi","uid":"` + linID + `-b2c_1_susi","utid":"` + contosoID + `"}`), adaAccount},
		"empty":                   {nil, "", adaAccount},
		"null":                    {nil, json.RawMessage("null"), adaAccount},
	} {
		b2c := emulator.NewTenant(nil)
		everyoneIs(b2c, adaID, c.claims)
		w := newWire(b2c)
		w.altering(func(_ post, answer map[string]any) {
			switch c.clientInfo {
			case nil:
			case emulator.Absent:
				delete(answer, "client_info")
			default:
				answer["client_info"] = c.clientInfo
			}
		})
		app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: newMemory()})
		pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
		ret, err := app.Finish(t.Context(), pending, params)
		switch {
		case c.want == "":
			wantClass(t, name, err, acquire.ErrIDToken)
			wantNothingKept(t, name, app)
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case ret.SignIn.Account.ID != c.want:
			t.Errorf("%s:\n got %s\nwant %s", name, ret.SignIn.Account.ID, c.want)
		default:
			if got := userToken(t, app, acquire.Account{ID: c.want}, readScope); got != ret.SignIn.Token.AccessToken {
				t.Errorf("%s: User.Token gives another token", name)
			}
		}
	}
}

func TestAccounts(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
	if got := app.Accounts(); len(got) != 0 {
		t.Errorf("at first: got %v, want none", got)
	}
	everyoneIs(b2c, adaID, map[string]any{"emails": []string{"ada@example.org", "Countess@Lovelace.example"}})
	signedIn(t, app, newBrowser(t, b2c), readScope)
	everyoneIs(b2c, linID, nil)
	signedIn(t, app, newBrowser(t, b2c), readScope)
	for name, c := range map[string]struct {
		filter []string
		want   []string
	}{
		"all":               {nil, []string{linAccount, adaAccount}}, // sorted by ID
		"by name":           {[]string{"ada@example.org"}, []string{adaAccount}},
		"in any case":       {[]string{"ADA@Example.ORG"}, []string{adaAccount}},
		"by another":        {[]string{"countess@lovelace.EXAMPLE"}, []string{adaAccount}},
		"either":            {[]string{"lin@example.org", "ada@example.org"}, []string{linAccount, adaAccount}},
		"one of them known": {[]string{"x@example.org", "lin@example.org"}, []string{linAccount}},
		"unknown":           {[]string{"x@example.org"}, nil},
		"part of it":        {[]string{"ada"}, nil},
		"with a space":      {[]string{" ada@example.org"}, nil},
		"display name":      {[]string{"Ada Example"}, nil},
		"empty":             {[]string{""}, nil},
	} {
		var got []string
		for _, account := range app.Accounts(c.filter...) {
			got = append(got, account.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	for id, want := range map[string]string{adaAccount: "ada@example.org", linAccount: "lin@example.org"} {
		if got, err := app.Account(t.Context(), id); err != nil || got.ID != id || got.Username != want {
			t.Errorf("Account(%s): got %+v, %v, want %s", id, got, err, want)
		}
	}
	for _, id := range []string{"", "x", strings.ToUpper(adaAccount), adaID} {
		got, err := app.Account(t.Context(), id)
		if wantClass(t, id, err, acquire.ErrInteractionRequired); !reflect.DeepEqual(got, acquire.Account{}) {
			t.Errorf("Account(%q): got %+v, want none", id, got)
		}
	}
}

// TestAccountsAreCopies: what an app does with them is its own affair.
func TestAccountsAreCopies(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
	in := signedIn(t, app, newBrowser(t, b2c), readScope)
	for _, account := range []acquire.Account{in.Account, app.Accounts()[0]} {
		account.Logins[0] = "mallory@example.org"
	}
	if got := app.Accounts("mallory@example.org"); len(got) != 0 {
		t.Errorf("got %v, want none", got)
	}
}

// TestAccountInSession: an app keeps it as JSON, and has it back in another
// request.
func TestAccountInSession(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	w := newWire(b2c)
	app := newWeb(t, w, "B2C_1_susi", nil)
	in := signedIn(t, app, newBrowser(t, b2c), readScope)
	text, err := json.Marshal(in.Account)
	if err != nil {
		t.Fatal(err)
	}
	var account acquire.Account
	if err := json.Unmarshal(text, &account); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(account, in.Account) {
		t.Errorf("got %+v, want %+v", account, in.Account)
	}
	if got := userToken(t, app, account, readScope); got != in.Token.AccessToken {
		t.Error("User.Token of the account in the session gives another token")
	}
	w.wantCount(t, "all", 1)
}

// TestAccountsOfTwoFlows: the same person has one account per flow, and neither
// App gives out the other's tokens, shared cache or not (design, law 8).
func TestAccountsOfTwoFlows(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	store, b := newMemory(), newBrowser(t, b2c)
	susi := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Cache: store})
	partner := newWeb(t, newWire(b2c), "B2C_1A_partner", &acquire.Options{Cache: store})
	one, two := signedIn(t, susi, b, readScope), signedIn(t, partner, b, readScope)
	if one.Account.ID != adaAccount || two.Account.ID != strings.Replace(adaAccount, "b2c_1_susi", "b2c_1a_partner", 1) {
		t.Errorf("got accounts %s and %s, want Ada's of both flows", one.Account.ID, two.Account.ID)
	}
	for name, c := range map[string]struct {
		app     *acquire.App
		account acquire.Account
	}{"partner's at susi": {susi, two.Account}, "susi's at partner": {partner, one.Account}} {
		_, err := c.app.User(c.account).Token(t.Context(), readScope)
		wantClass(t, name, err, acquire.ErrInteractionRequired)
		if got, err := c.app.Account(t.Context(), c.account.ID); err == nil {
			t.Errorf("%s: got account %+v", name, got)
		}
	}
	wantClaims(t, "susi", userToken(t, susi, one.Account, readScope), map[string]any{"tfp": "B2C_1_susi"})
	wantClaims(t, "partner", userToken(t, partner, two.Account, readScope), map[string]any{"acr": "b2c_1a_partner"})
}

// TestNameChanges: the account is that of the latest ID token.
func TestNameChanges(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app, b := newWeb(t, w, "B2C_1_susi", nil), newBrowser(t, b2c)
		signedIn(t, app, b, readScope)
		everyoneIs(b2c, adaID, map[string]any{"name": "Ada Lovelace", "emails": []string{"ada@lovelace.example"}})
		signedIn(t, app, b, readScope)
		want := []acquire.Account{{ID: adaAccount, Username: "ada@lovelace.example", Name: "Ada Lovelace", Logins: []string{"ada@lovelace.example"}}}
		got := app.Accounts()
		for i := range got {
			got[i] = known(t, got[i])
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("after a sign-in: got %+v, want %+v", got, want)
		}
		w.altering(func(_ post, answer map[string]any) {
			answer["id_token"] = b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, ClientID: webID, Claims: map[string]any{"name": "Countess"}})
		})
		time.Sleep(2 * time.Hour)
		userToken(t, app, want[0], readScope)
		if got := app.Accounts("ada@example.org"); len(got) != 1 || got[0].Name != "Countess" || got[0].Username != "ada@example.org" {
			t.Errorf("after a refresh: got %+v, want Countess, ada@example.org", got)
		}
	})
}

// TestRemove: here and in the shared cache, and for this user alone. Signing in
// again works.
func TestRemove(t *testing.T) {
	for name, cache := range map[string]*memory{"memory": nil, "shared": newMemory()} {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		opts := &acquire.Options{}
		if cache != nil {
			opts.Cache = cache
		}
		app := newWeb(t, w, "B2C_1_susi", opts)
		everyoneIs(b2c, linID, nil)
		lin := signedIn(t, app, newBrowser(t, b2c), readScope)
		everyoneIs(b2c, adaID, nil)
		ada := signedIn(t, app, newBrowser(t, b2c), readScope)
		user := app.User(ada.Account)
		source := user.TokenSource(t.Context(), readScope)

		if err := app.Remove(t.Context(), ada.Account); err != nil {
			t.Fatal(err)
		}
		for what, f := range map[string]func() (*oauth2.Token, error){
			"Token":       func() (*oauth2.Token, error) { return user.Token(t.Context(), readScope) },
			"TokenSource": source.Token,
			"Replace":     func() (*oauth2.Token, error) { return user.Replace(t.Context(), ada.Token, readScope) },
			"other scope": func() (*oauth2.Token, error) { return user.Token(t.Context(), writeScope) },
		} {
			token, err := f()
			if token != nil {
				t.Errorf("%s: %s: got a token", name, what)
			}
			wantClass(t, name+": "+what, err, acquire.ErrInteractionRequired)
		}
		if got := app.Accounts(); len(got) != 1 || got[0].ID != linAccount {
			t.Errorf("%s: got accounts %v, want Lin's", name, got)
		}
		if _, err := app.Account(t.Context(), adaAccount); err == nil {
			t.Errorf("%s: Account still finds it", name)
		}
		if cache != nil && len(cache.entries()) != 2 {
			t.Errorf("%s: got %d entries in the cache, want Lin's and a note about Ada", name, len(cache.entries()))
		}
		if got := userToken(t, app, lin.Account, readScope); got != lin.Token.AccessToken {
			t.Errorf("%s: Lin has another token", name)
		}
		if err := app.Remove(t.Context(), ada.Account); err != nil {
			t.Errorf("%s: twice: %v", name, err)
		}
		w.wantCount(t, name, 2)

		again := signedIn(t, app, newBrowser(t, b2c), readScope)
		if got := userToken(t, app, ada.Account, readScope); got != again.Token.AccessToken || got == ada.Token.AccessToken {
			t.Errorf("%s: after signing in again: got not the new token", name)
		}
		if token, err := source.Token(); err != nil || token.AccessToken != again.Token.AccessToken {
			t.Errorf("%s: the TokenSource of before: got %v, want the new token", name, err)
		}
	}
}

// TestRemoveDuringRefresh: what is under way brings nothing back.
func TestRemoveDuringRefresh(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w, store := newWire(b2c), newMemory()
		app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: store})
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		time.Sleep(2 * time.Hour)
		gate := make(chan struct{})
		w.cutting(func(post, *http.Request) (*http.Response, error) { <-gate; return nil, nil })
		failed := make(chan error, 1)
		go func() {
			_, err := app.User(in.Account).Token(t.Context(), readScope)
			failed <- err
		}()
		synctest.Wait()
		if err := app.Remove(t.Context(), in.Account); err != nil {
			t.Fatal(err)
		}
		close(gate)
		wantClass(t, "who waited", <-failed, acquire.ErrInteractionRequired)
		synctest.Wait()
		wantNothingKept(t, "afterwards", app)
		wantNoTokens(t, store.entries())
		w.wantCount(t, "all", 2)
	})
}

// isNote tells whether an entry says that an account was removed.
func isNote(value []byte) bool { return bytes.Contains(value, []byte(`"removed":true`)) }

// wantNoTokens checks that a cache holds nothing but such notes.
func wantNoTokens(tb testing.TB, entries map[string]entry) {
	tb.Helper()
	for key, e := range entries {
		if !isNote(e.value) || bytes.Contains(e.value, []byte("token")) {
			tb.Errorf("the cache still holds %s: %s", key, e.value)
		}
	}
}

// gated is a cache whose Set waits, but for notes.
type gated struct {
	*memory
	gate chan struct{}
}

func (c gated) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if !isNote(value) {
		<-c.gate
	}
	return c.memory.Set(ctx, key, value, ttl)
}

// TestRemoveDuringSharing: a write to the shared cache that is under way when
// the account is removed doesn't bring it back.
func TestRemoveDuringSharing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		store := gated{newMemory(), make(chan struct{}, 1)}
		app := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Cache: store})
		store.gate <- struct{}{}
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		time.Sleep(2 * time.Hour)
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = app.User(in.Account).Token(t.Context(), readScope) // good or gone: it was asked for before
		}()
		synctest.Wait() // at the gate
		if err := app.Remove(t.Context(), in.Account); err != nil {
			t.Fatal(err)
		}
		close(store.gate)
		<-done
		synctest.Wait()
		wantNothingKept(t, "afterwards", app)
		wantNoTokens(t, store.entries())
	})
}

// failing is a cache that can't delete, nor note it.
type failing struct{ *memory }

func (f failing) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if isNote(value) {
		return errors.New("connection refused")
	}
	return f.memory.Set(ctx, key, value, ttl)
}

func (failing) Delete(context.Context, string) error { return errors.New("connection refused") }

// TestRemoveFails tells that tokens may still be in the cache. Here they are
// gone from memory.
func TestRemoveFails(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Cache: failing{newMemory()}})
	in := signedIn(t, app, newBrowser(t, b2c), readScope)
	if err := app.Remove(t.Context(), in.Account); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("got %v, want the cache's error", err)
	}
	if got := app.Accounts(); len(got) != 0 {
		t.Errorf("got accounts %v, want none", got)
	}
}

// TestMaxAccounts: those used longest ago are forgotten.
func TestMaxAccounts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w, store := newWire(b2c), newMemory()
		app := newWeb(t, w, "B2C_1_susi", &acquire.Options{MaxAccounts: 3})
		fleet := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{MaxAccounts: 3, Cache: store})
		user := func(app *acquire.App, n int) *acquire.SignIn {
			t.Helper()
			time.Sleep(2 * time.Second)
			b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
				return emulator.SignIn{User: &emulator.User{Name: fmt.Sprintf("User %d", n), ObjectID: fmt.Sprintf("00000000-0000-4000-8000-%012d", n)}}, nil
			})
			return signedIn(t, app, newBrowser(t, b2c), readScope)
		}
		first, second := user(app, 1), user(app, 2)
		user(app, 3)
		time.Sleep(2 * time.Second)
		userToken(t, app, first.Account, readScope)
		user(app, 4)
		var names []string
		for _, account := range app.Accounts() {
			names = append(names, account.Name)
		}
		if want := []string{"User 1", "User 3", "User 4"}; !slices.Equal(names, want) {
			t.Errorf("got %v, want %v", names, want)
		}
		_, err := app.User(second.Account).Token(t.Context(), readScope)
		wantClass(t, "forgotten", err, acquire.ErrInteractionRequired)
		if got := userToken(t, app, first.Account, readScope); got != first.Token.AccessToken {
			t.Error("User 1 has another token")
		}
		w.wantCount(t, "all", 4)

		// With a shared cache they come back from there.
		one := user(fleet, 1)
		for n := 2; n <= 6; n++ {
			user(fleet, n)
		}
		if got := userToken(t, fleet, one.Account, readScope); got != one.Token.AccessToken {
			t.Error("User 1 has another token than the one in the shared cache")
		}
		if n := len(fleet.Accounts()); n > 3 {
			t.Errorf("got %d accounts in memory, want 3 at most", n)
		}
	})
}

// TestSubjectsOfAnotherCase: a sub is case sensitive (OpenID Connect Core
// section 2), so two that differ by case alone are two users.
func TestSubjectsOfAnotherCase(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1A_partner", nil)
	everyoneIs(b2c, adaID, map[string]any{"oid": emulator.Absent, "sub": "a1B2c3"})
	ada := signedIn(t, app, newBrowser(t, b2c), readScope)
	everyoneIs(b2c, linID, map[string]any{"oid": emulator.Absent, "sub": "A1b2C3"})
	lin := signedIn(t, app, newBrowser(t, b2c), readScope)
	if ada.Account.ID == lin.Account.ID {
		t.Errorf("got one account %s for two users", ada.Account.ID)
	}
	for name, in := range map[string]*acquire.SignIn{"Ada": ada, "Lin": lin} {
		if got := userToken(t, app, in.Account, readScope); got != in.Token.AccessToken {
			t.Errorf("%s: got another token than that of the sign-in", name)
		}
	}
}

// TestRemoveDuringLoad: what was read from the shared cache before the account
// was removed is not kept.
func TestRemoveDuringLoad(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		store, w, gate := newMemory(), newWire(b2c), make(chan struct{})
		in := signedIn(t, newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: store}), newBrowser(t, b2c), readScope)
		var first atomic.Bool
		slow := scripted{memory: store, get: func(ctx context.Context, key string) ([]byte, error) {
			value, err := store.Get(ctx, key)
			if first.CompareAndSwap(false, true) {
				<-gate
			}
			return value, err
		}}
		app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: slow}) // restarted: nothing in memory
		found := make(chan bool, 1)
		go func() {
			_, err := app.Account(t.Context(), in.Account.ID)
			found <- err == nil
		}()
		synctest.Wait()
		if err := app.Remove(t.Context(), in.Account); err != nil {
			t.Fatal(err)
		}
		close(gate)
		if <-found {
			t.Error("found by the call that was under way")
		}
		wantNothingKept(t, "afterwards", app)
		wantNoTokens(t, store.entries())
		w.wantCount(t, "all", 1)
	})
}

// TestRemoveEvicted: nor does a refresh of an account that is no longer in
// memory bring it back.
func TestRemoveEvicted(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: newMemory(), MaxAccounts: 1})
		ada := signedIn(t, app, newBrowser(t, b2c), readScope)
		time.Sleep(2 * time.Hour)
		gate := make(chan struct{})
		w.cutting(func(p post, _ *http.Request) (*http.Response, error) {
			if p.form.Get("grant_type") == "refresh_token" {
				<-gate
			}
			return nil, nil
		})
		failed := make(chan error, 1)
		go func() {
			_, err := app.User(ada.Account).Token(t.Context(), readScope)
			failed <- err
		}()
		synctest.Wait()
		everyoneIs(b2c, linID, nil)
		signedIn(t, app, newBrowser(t, b2c), readScope) // Ada has to go
		if err := app.Remove(t.Context(), ada.Account); err != nil {
			t.Fatal(err)
		}
		close(gate)
		wantClass(t, "who waited", <-failed, acquire.ErrInteractionRequired)
		synctest.Wait()
		_, err := app.User(ada.Account).Token(t.Context(), readScope)
		wantClass(t, "afterwards", err, acquire.ErrInteractionRequired)
	})
}

// TestRemovalNoteLasts for as long as a refresh token may that a process still
// has, also if the account is removed again.
func TestRemovalNoteLasts(t *testing.T) {
	for name, c := range map[string]struct {
		life int // of the refresh token, in seconds
		want time.Duration
	}{
		"90 days": {90 * 24 * 3600, 90 * 24 * time.Hour},
		"an hour": {3600, 14 * 24 * time.Hour},
	} {
		bubble(t, func(t *testing.T) {
			b2c := emulator.NewTenant(nil)
			w, store := newWire(b2c), newMemory()
			w.altering(func(_ post, answer map[string]any) { answer["refresh_token_expires_in"] = c.life })
			app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: store})
			in := signedIn(t, app, newBrowser(t, b2c), readScope)
			end := time.Now().Add(c.want)
			for i := range 3 {
				if err := app.Remove(t.Context(), in.Account); err != nil {
					t.Fatal(err)
				}
				for _, e := range store.entries() {
					if !isNote(e.value) || e.until.Before(end) {
						t.Errorf("%s: time %d: got an entry until %v, want a note until %v at least", name, i+1, e.until, end)
					}
				}
			}
		})
	}
}

// TestEvictedWhileRefreshing: an account that is loaded again while its refresh
// token is being redeemed costs nobody the token, though B2C takes each refresh
// token once and the cache can't lease.
func TestEvictedWhileRefreshing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: plain{newMemory()}, MaxAccounts: 1})
		ada := signedIn(t, app, newBrowser(t, b2c), readScope)
		time.Sleep(2 * time.Hour)
		w.cutting(func(p post, r *http.Request) (*http.Response, error) {
			if p.form.Get("grant_type") != "refresh_token" {
				return nil, nil
			}
			resp, err := b2c.Transport().RoundTrip(r)
			time.Sleep(100 * time.Millisecond * time.Duration(3-p.n)) // the refusal comes first
			return resp, err
		})
		failed := make(chan error, 1)
		go func() {
			_, err := app.User(ada.Account).Token(t.Context(), readScope)
			failed <- err
		}()
		synctest.Wait()
		everyoneIs(b2c, linID, nil)
		signedIn(t, app, newBrowser(t, b2c), readScope) // Ada has to go
		_, err := app.User(ada.Account).Token(t.Context(), readScope)
		if first := <-failed; err != nil || first != nil {
			t.Errorf("got %v and %v, want tokens", first, err)
		}
	})
}

// lingering is a cache whose Set, once, has written and takes its time to say
// so.
type lingering struct {
	*memory
	gate   chan struct{}
	linger *atomic.Bool
}

func (c lingering) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	err := c.memory.Set(ctx, key, value, ttl)
	if c.linger.CompareAndSwap(true, false) {
		<-c.gate
	}
	return err
}

// TestSignInAfterRemoveDuringSharing: a write that learns late of the removal
// leaves alone who has signed in since.
func TestSignInAfterRemoveDuringSharing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		store := lingering{newMemory(), make(chan struct{}), &atomic.Bool{}}
		app := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Cache: store})
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		time.Sleep(2 * time.Hour)
		store.linger.Store(true)
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = app.User(in.Account).Token(t.Context(), readScope) // good or gone: it was asked for before
		}()
		synctest.Wait()
		if err := app.Remove(t.Context(), in.Account); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		again := signedIn(t, app, newBrowser(t, b2c), readScope)
		close(store.gate)
		<-done
		synctest.Wait()
		for _, e := range store.entries() {
			if isNote(e.value) {
				t.Error("the cache says that the account was removed")
			}
		}
		if got := userToken(t, app, in.Account, readScope); got != again.Token.AccessToken {
			t.Error("got another token than that of the new sign-in")
		}
		time.Sleep(2 * time.Hour)
		userToken(t, app, in.Account, readScope)
	})
}
