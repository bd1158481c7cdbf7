// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
)

func TestGoodAnswers(t *testing.T) {
	for name, tc := range map[string]struct {
		body string
		life time.Duration
	}{
		"numbers":                    {`{"access_token":"abc","token_type":"Bearer","not_before":1750000000,"expires_in":3600,"expires_on":1750003600,"resource":"x"}`, time.Hour},
		"numbers as strings":         {`{"access_token":"abc","token_type":"Bearer","not_before":"1750000000","expires_in":"3600","expires_on":"1750003600"}`, time.Hour},
		"expires_on alone":           {`{"access_token":"abc","token_type":"Bearer","expires_on":1750003600}`, time.Minute},
		"no number at all":           {`{"access_token":"abc","token_type":"Bearer"}`, time.Minute},
		"type in lower case":         {`{"access_token":"abc","token_type":"bearer","expires_in":3600}`, time.Hour},
		"type in upper case":         {`{"access_token":"abc","token_type":"BEARER","expires_in":3600}`, time.Hour},
		"no type":                    {`{"access_token":"abc","expires_in":3600}`, time.Hour},
		"type null":                  {`{"access_token":"abc","token_type":null,"expires_in":3600}`, time.Hour},
		"unknown members":            {`{"access_token":"abc","expires_in":3600,"Access_Token":"no","ACCESS_TOKEN":"no","x":{"access_token":"no"},"error":"no","profile_info":"?"}`, time.Hour},
		"id token and refresh token": {`{"access_token":"abc","expires_in":3600,"id_token":"i.d.t","refresh_token":"r","client_info":"c"}`, time.Hour},
		"nulls beside it":            {`{"access_token":"abc","expires_in":3600,"id_token":null,"refresh_token":null,"client_info":null,"scope":null}`, time.Hour},
		"odd scope":                  {`{"access_token":"abc","expires_in":3600,"scope":["a","b"]}`, time.Hour},
		"escaped":                    {`{"\u0061ccess_token":"\u0061bc","expires_in":3600}`, time.Hour},
		"space around":               {"\r\n {\"access_token\":\"abc\",\"expires_in\":3600} \r\n", time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b2c := &endpoint{}
				b2c.always(reply{body: tc.body})
				token := mustToken(t, newDaemon(t, b2c, nil), tasksScope)
				if token.AccessToken != "abc" || token.TokenType != "Bearer" || token.RefreshToken != "" {
					t.Errorf("got token %q of type %q, refresh token %q; want abc of type Bearer alone", token.AccessToken, token.TokenType, token.RefreshToken)
				}
				if got := time.Until(token.Expiry); got != tc.life {
					t.Errorf("got a token for %v, want %v", got, tc.life)
				}
			})
		})
	}
}

func TestBadAnswers(t *testing.T) {
	long := strings.Repeat("x", 64<<10+1)
	for name, tc := range map[string]struct {
		body string
		want acquire.Class
	}{
		"id token alone":             {`{"id_token":"i.d.t","token_type":"Bearer","id_token_expires_in":3600}`, "no_access_token"},
		"refresh token alone":        {`{"refresh_token":"r","token_type":"Bearer"}`, "no_access_token"},
		"access token null":          {`{"access_token":null,"id_token":"i.d.t"}`, "no_access_token"},
		"no token":                   {`{"token_type":"Bearer","expires_in":3600}`, "unexpected_answer"},
		"nothing but null":           {`{"access_token":null,"token_type":"Bearer"}`, "unexpected_answer"},
		"an OAuth error with a 200":  {`{"error":"invalid_grant","error_description":"AADB2C90080: Old."}`, "unexpected_answer"},
		"empty token":                {`{"access_token":"","token_type":"Bearer","expires_in":3600}`, "unexpected_answer"},
		"empty token, id token":      {`{"access_token":"","id_token":"i.d.t"}`, "unexpected_answer"},
		"CR LF in the token":         {`{"access_token":"abc\r\nX-Admin: yes","token_type":"Bearer","expires_in":3600}`, "unexpected_answer"},
		"LF at its end":              {`{"access_token":"abc\n","token_type":"Bearer","expires_in":3600}`, "unexpected_answer"},
		"space in the token":         {`{"access_token":"abc def","token_type":"Bearer","expires_in":3600}`, "unexpected_answer"},
		"NUL in the token":           {`{"access_token":"abc\u0000","token_type":"Bearer","expires_in":3600}`, "unexpected_answer"},
		"DEL in the token":           {`{"access_token":"abc\u007f","token_type":"Bearer","expires_in":3600}`, "unexpected_answer"},
		"token that is not ASCII":    {`{"access_token":"abcé","token_type":"Bearer","expires_in":3600}`, "unexpected_answer"},
		"number as a token":          {`{"access_token":1234,"token_type":"Bearer","expires_in":3600}`, "unexpected_answer"},
		"token in an array":          {`{"access_token":["abc"],"token_type":"Bearer","expires_in":3600}`, "unexpected_answer"},
		"token of 64 KiB and 1":      {`{"access_token":"` + long + `","token_type":"Bearer","expires_in":3600}`, "unexpected_answer"},
		"refresh token too long":     {`{"access_token":"abc","refresh_token":"` + long + `"}`, "unexpected_answer"},
		"id token too long":          {`{"access_token":"abc","id_token":"` + long + `"}`, "unexpected_answer"},
		"client_info too long":       {`{"access_token":"abc","client_info":"` + long + `"}`, "unexpected_answer"},
		"another type":               {`{"access_token":"abc","token_type":"mac","expires_in":3600}`, "unexpected_answer"},
		"DPoP":                       {`{"access_token":"abc","token_type":"DPoP","expires_in":3600}`, "unexpected_answer"},
		"type and a space":           {`{"access_token":"abc","token_type":"Bearer ","expires_in":3600}`, "unexpected_answer"},
		"type with a line":           {`{"access_token":"abc","token_type":"a\r\nb","expires_in":3600}`, "unexpected_answer"},
		"number as a type":           {`{"access_token":"abc","token_type":1,"expires_in":3600}`, "unexpected_answer"},
		"number as an id token":      {`{"access_token":"abc","id_token":1}`, "unexpected_answer"},
		"object as a refresh token":  {`{"access_token":"abc","refresh_token":{}}`, "unexpected_answer"},
		"token twice":                {`{"access_token":"abc","access_token":"def","token_type":"Bearer","expires_in":3600}`, "unexpected_answer"},
		"token twice, escaped":       {`{"access_token":"abc","\u0061ccess_token":"def","token_type":"Bearer"}`, "unexpected_answer"},
		"unknown member twice":       {`{"access_token":"abc","expires_in":3600,"x":1,"x":1}`, "unexpected_answer"},
		"bad UTF-8":                  {"{\"access_token\":\"abc\",\"scope\":\"\xff\"}", "unexpected_answer"},
		"text behind it":             {`{"access_token":"abc","expires_in":3600} x`, "unexpected_answer"},
		"in an array":                {`[{"access_token":"abc","expires_in":3600}]`, "unexpected_answer"},
		"null alone":                 {`null`, "unexpected_answer"},
		"cut off":                    {`{"access_token":"abc","expires_in":36`, "unexpected_answer"},
		"as a form":                  {`access_token=abc&token_type=Bearer&expires_in=3600`, "unexpected_answer"},
		"page of a portal":           {page("Please accept our terms to use this network."), "unexpected_answer"},
		"space alone":                {" ", "unexpected_answer"},
		"megabyte of space around":   {strings.Repeat(" ", 1<<20) + `{"access_token":"abc","expires_in":3600}`, "unexpected_answer"},
		"megabyte of other members":  {`{"access_token":"abc","expires_in":3600,"x":"` + strings.Repeat("x", 1<<20) + `"}`, "unexpected_answer"},
		"nested a hundred levels in": {`{"access_token":"abc","x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, "unexpected_answer"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b2c := &endpoint{}
				b2c.always(reply{body: tc.body})
				token, err := newDaemon(t, b2c, nil).Token(t.Context(), tasksScope)
				if token != nil {
					t.Errorf("got token %q, want none", token.AccessToken)
				}
				e := wantClass(t, name, err, tc.want)
				if e.During != "client_credentials" || e.Advice == "" || e.Class == acquire.ErrUnexpected && (e.Status != 200 || e.Flow != "B2C_1_susi") {
					t.Errorf("got During %q, Advice %q, Status %d, Flow %q", e.During, e.Advice, e.Status, e.Flow)
				}
				wantOneLine(t, err)
				wantPosts(t, "an answer that makes no sense", b2c, 1)
			})
		})
	}
}

// No answer takes more memory than its bound, however long it is.
func TestEndlessAnswer(t *testing.T) {
	for _, status := range []int{200, 400, 429, 500} {
		bubble(t, func(t *testing.T) {
			var read atomic.Int64
			closed := false
			rt := tripper(func(r *http.Request) (*http.Response, error) {
				body := io.MultiReader(strings.NewReader(`{"access_token":"`), io.LimitReader(letters{}, 16<<20), strings.NewReader(`"}`))
				return &http.Response{StatusCode: status, Header: http.Header{}, Body: &countingBody{closer{body, &closed}, &read}, Request: r}, nil
			})
			_, err := newDaemon(t, rt, &acquire.Options{Timeout: 900 * time.Millisecond}).Token(t.Context(), tasksScope)
			want := acquire.ErrUnexpected
			if status >= 429 {
				want = acquire.ErrRetry
			}
			e := wantClass(t, "16 MiB", err, want)
			if e.Status != status || read.Load() > 1<<20+1 || !closed {
				t.Errorf("got Status %d, %d bytes read, closed %v; want %d, no more than 1 MiB and 1, true", e.Status, read.Load(), closed, status)
			}
			wantOneLine(t, err)
		})
	}
}

// letters is the letter x without end.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

type closer struct {
	io.Reader
	closed *bool
}

func (c closer) Close() error { *c.closed = true; return nil }

func TestRequestForm(t *testing.T) {
	const domainURL = "https://contoso.b2clogin.com/contoso.onmicrosoft.com"
	const oddSecret = "a b+c/d:e%f=g&h\"i\\j<~_-.*"
	inBody := "client_id=11111111-2222-4333-8444-555555555555&client_secret=a+b%2Bc%2Fd%3Ae%25f%3Dg%26h%22i%5Cj%3C~_-.%2A&grant_type=client_credentials&scope=https%3A%2F%2Fcontoso.onmicrosoft.com%2Ftasks%2F.default"
	withoutSecret := "client_id=11111111-2222-4333-8444-555555555555&grant_type=client_credentials&scope=https%3A%2F%2Fcontoso.onmicrosoft.com%2Ftasks%2F.default"
	// 11111111-2222-4333-8444-555555555555:a+b%2Bc%2Fd%3Ae%25f%3Dg%26h%22i%5Cj%3C~_-.%2A
	const basic = "Basic MTExMTExMTEtMjIyMi00MzMzLTg0NDQtNTU1NTU1NTU1NTU1OmErYiUyQmMlMkZkJTNBZSUyNWYlM0RnJTI2aCUyMmklNUNqJTNDfl8tLiUyQQ=="
	for _, tc := range []struct {
		authority     string
		style         oauth2.AuthStyle
		url           string
		authorization string
		body          string
	}{
		{domainURL + "/B2C_1_susi", 0, domainURL + "/B2C_1_susi/oauth2/v2.0/token", "", inBody},
		{domainURL + "/B2C_1_susi", oauth2.AuthStyleInParams, domainURL + "/B2C_1_susi/oauth2/v2.0/token", "", inBody},
		{domainURL + "/B2C_1_susi", oauth2.AuthStyleInHeader, domainURL + "/B2C_1_susi/oauth2/v2.0/token", basic, withoutSecret},
		{domainURL + "?p=B2C_1_susi", 0, domainURL + "/oauth2/v2.0/token?p=B2C_1_susi", "", inBody},
		{domainURL + "?p=B2C_1_susi", oauth2.AuthStyleInHeader, domainURL + "/oauth2/v2.0/token?p=B2C_1_susi", basic, withoutSecret},
		{"https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1A_partner", 0, "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1A_partner/oauth2/v2.0/token", "", inBody},
		{"https://login.contoso.example/" + contosoID + "/B2C_1_susi", 0, "https://login.contoso.example/" + contosoID + "/B2C_1_susi/oauth2/v2.0/token", "", inBody},
	} {
		at, err := authority.Parse(tc.authority)
		if err != nil {
			t.Fatal(err)
		}
		if at, err = at.WithTenantID(contosoID); err != nil {
			t.Fatal(err)
		}
		var sent *http.Request
		var body []byte
		rt := tripper(func(r *http.Request) (*http.Response, error) {
			sent = r
			body, _ = io.ReadAll(r.Body)
			return (&endpoint{}).respond(r, post{}, reply{})
		})
		mustToken(t, newDaemonAt(t, at, acquire.Secret(oddSecret), rt, &acquire.Options{AuthStyle: tc.style}), tasksScope)
		if sent.Method != http.MethodPost || sent.URL.String() != tc.url || sent.Host != sent.URL.Host || sent.ContentLength != int64(len(tc.body)) {
			t.Errorf("%s: got %s %s at host %s, %d bytes; want POST %s, %d bytes", tc.authority, sent.Method, sent.URL, sent.Host, sent.ContentLength, tc.url, len(tc.body))
		}
		if string(body) != tc.body {
			t.Errorf("%s: got body\n%s, want\n%s", tc.authority, body, tc.body)
		}
		want := http.Header{"Accept": {"application/json"}, "Content-Type": {"application/x-www-form-urlencoded"}}
		if tc.authorization != "" {
			want["Authorization"] = []string{tc.authorization}
		}
		if !maps.EqualFunc(sent.Header, want, slices.Equal) {
			t.Errorf("%s: got headers %v, want %v", tc.authority, sent.Header, want)
		}
	}
}

// What is sent for users, and that only a confidential client sends a secret.
func TestRequestFormOfUsers(t *testing.T) {
	b2c := &endpoint{}
	b2c.always(refusing(http.StatusBadRequest, "invalid_grant", expired))
	options := acquire.Options{Transport: b2c}
	at := contoso(t).Flow("B2C_1_susi")
	confidential, err := acquire.NewConfidential(at, clientID, acquire.Secret(clientSecret), &options)
	if err != nil {
		t.Fatal(err)
	}
	defer confidential.Close()
	options.AuthStyle = oauth2.AuthStyleInHeader
	basic, err := acquire.NewConfidential(at, strings.ToUpper(clientID), acquire.Secret(clientSecret), &options)
	if err != nil {
		t.Fatal(err)
	}
	defer basic.Close()
	public, err := acquire.NewPublic(at, clientID, &options)
	if err != nil {
		t.Fatal(err)
	}
	defer public.Close()

	const api = "https://contoso.onmicrosoft.com/tasks/tasks.read"
	var pending *acquire.Pending
	for name, tc := range map[string]struct {
		do    func(app *acquire.App) error
		want  func() url.Values
		proof bool
	}{
		"code": {func(app *acquire.App) (err error) {
			_, pending, err = app.BeginSignIn("https://app.contoso.example/callback?x=1", []string{api}, nil)
			if err == nil {
				_, err = app.Finish(t.Context(), pending, url.Values{"state": {pending.State}, "code": {"c0de+/="}})
			}
			return err
		}, func() url.Values {
			return url.Values{
				"grant_type": {"authorization_code"}, "code": {"c0de+/="}, "redirect_uri": {"https://app.contoso.example/callback?x=1"},
				"code_verifier": {pending.Verifier}, "scope": {"openid offline_access " + api}, "client_info": {"1"},
			}
		}, true},
		"code, no API": {func(app *acquire.App) (err error) {
			_, pending, err = app.BeginSignIn("https://app.contoso.example/callback", nil, nil)
			if err == nil {
				_, err = app.Finish(t.Context(), pending, url.Values{"state": {pending.State}, "code": {"c0de"}})
			}
			return err
		}, func() url.Values {
			return url.Values{
				"grant_type": {"authorization_code"}, "code": {"c0de"}, "redirect_uri": {"https://app.contoso.example/callback"},
				"code_verifier": {pending.Verifier}, "scope": {"openid offline_access"}, "client_info": {"1"},
			}
		}, true},
		"refresh token": {func(app *acquire.App) error {
			_, err := app.ImportRefreshToken(t.Context(), "refresh+/=", api, "openid", "profile")
			return err
		}, func() url.Values {
			return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"refresh+/="}, "scope": {"openid offline_access " + api}, "client_info": {"1"}}
		}, true},
		// B2C takes a refresh token that was got without a secret without it alone
		// (AADB2C90084), and at this grant looks at none.
		"password": {func(app *acquire.App) error {
			_, err := app.SignInWithPassword(t.Context(), "ada@example.org", "p&ss wörd=", api)
			return err
		}, func() url.Values {
			return url.Values{
				"grant_type": {"password"}, "username": {"ada@example.org"}, "password": {"p&ss wörd="},
				"scope": {"openid offline_access " + api}, "response_type": {"token id_token"}, "client_info": {"1"},
			}
		}, false},
	} {
		for who, app := range map[string]*acquire.App{"confidential": confidential, "basic": basic, "public": public} {
			before := b2c.count()
			wantClass(t, name, tc.do(app), acquire.ErrReauthenticate)
			posts := b2c.since(before)
			if len(posts) != 1 || posts[0].url != contosoToken {
				t.Fatalf("%s, %s: got %v, want one request to the token endpoint", name, who, posts)
			}
			want := tc.want()
			want.Set("client_id", clientID) // in lower case
			authorization := ""
			switch {
			case tc.proof && who == "confidential":
				want.Set("client_secret", clientSecret)
			case tc.proof && who == "basic":
				authorization = "Basic MTExMTExMTEtMjIyMi00MzMzLTg0NDQtNTU1NTU1NTU1NTU1OnRIMXMuaXN+dGhlLVNlY3JldF9vZiUyQmNvbnRvc28lMkZkYWVtb24="
			}
			if !maps.EqualFunc(posts[0].form, want, slices.Equal) {
				t.Errorf("%s, %s: got form %v, want %v", name, who, posts[0].form, want)
			}
			if got := posts[0].header.Get("Authorization"); got != authorization {
				t.Errorf("%s, %s: got Authorization %q, want %q", name, who, got, authorization)
			}
		}
	}
}
