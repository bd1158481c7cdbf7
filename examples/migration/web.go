// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
)

// web is the web app as it is registered in one tenant. It knows nothing of the move
// but where it signs users in.
type web struct {
	app      *acquire.App
	scope    string
	callback string
	network  http.RoundTripper
}

func newWeb(at authority.Authority, tenant *emulator.Tenant) (*web, error) {
	client := tenant.Web()
	app, err := acquire.NewConfidential(at, client.ID, acquire.Secret(client.Secret), &acquire.Options{Transport: tenant.Transport()})
	return &web{app, tenant.API().URI + "/tasks.read", client.RedirectURIs[0], tenant.Transport()}, err
}

// signIn has a person sign in with name and password on the tenant's page, and returns
// the token for the API.
func (w *web) signIn(ctx context.Context, name, password string) (string, error) {
	address, pending, err := w.app.BeginSignIn(w.callback, []string{w.scope, "profile"}, nil)
	if err != nil {
		return "", err
	}
	params, err := browse(ctx, w.network, address, w.callback, url.Values{"username": {name}, "password": {password}})
	if err != nil {
		return "", err
	}
	back, err := w.app.Finish(ctx, pending, params)
	if err != nil {
		return "", err
	}
	return back.SignIn.Token.AccessToken, nil
}

var (
	formAction  = regexp.MustCompile(`<form id="form" method="post" action="([^"]*)"`)
	hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
)

// browse is a person with a browser: opens an address, fills in the form of the page
// and sends it. It returns what the redirect to the callback brings.
func browse(ctx context.Context, network http.RoundTripper, address, callback string, fields url.Values) (url.Values, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	var params url.Values
	client := &http.Client{Transport: network, Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callback) {
			params = r.URL.Query()
			return http.ErrUseLastResponse
		}
		return nil
	}}
	send := func(method, to string, form url.Values) (string, error) {
		r, err := http.NewRequestWithContext(ctx, method, to, strings.NewReader(form.Encode()))
		if err != nil {
			return "", err
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := client.Do(r)
		if err != nil {
			return "", err
		}
		page, err := io.ReadAll(resp.Body)
		return string(page), errors.Join(err, resp.Body.Close())
	}
	page, err := send(http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	action := formAction.FindStringSubmatch(page)
	if action == nil {
		return nil, fmt.Errorf("%s shows no form to sign in", address)
	}
	for _, field := range hiddenField.FindAllStringSubmatch(page, -1) {
		fields.Set(field[1], html.UnescapeString(field[2]))
	}
	fields.Set("do", "continue")
	if _, err := send(http.MethodPost, html.UnescapeString(action[1]), fields); err != nil {
		return nil, err
	}
	if params == nil {
		return nil, errors.New("the page to sign in did not take name and password")
	}
	return params, nil
}
