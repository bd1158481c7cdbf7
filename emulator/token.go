// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/subtle"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// maxForm bounds the body of a token request.
const maxForm = 64 << 10

// tokenAnswer has the members of B2C's answer to client credentials, in order.
// The numbers are int64 or, for a flow with StringNumbers, strings.
type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	NotBefore   any    `json:"not_before"`
	ExpiresIn   any    `json:"expires_in"`
	ExpiresOn   any    `json:"expires_on"`
	Resource    string `json:"resource"`
}

// serveToken is the token endpoint. It grants client credentials, on every
// flow's endpoint, as B2C does; every other grant type is refused with
// AADB2C90086.
func (t *Tenant) serveToken(w http.ResponseWriter, r *http.Request, p place) {
	w.Header().Set("Cache-Control", "no-store, must-revalidate, no-cache")
	w.Header().Set("X-Frame-Options", "DENY")
	form, ok := readForm(w, r)
	if !ok {
		page(w, http.StatusRequestEntityTooLarge, "The request is too large.")
		return
	}
	answer, refusal := t.clientCredentials(p, form, r)
	if refusal != nil {
		t.refuse(w, refusal)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

func (t *Tenant) clientCredentials(p place, form url.Values, r *http.Request) (*tokenAnswer, *oauthError) {
	switch grant := form.Get("grant_type"); {
	case form.Has("client_assertion") || form.Has("client_assertion_type"):
		return nil, errAssertion(p.flow.Name)
	case grant == "":
		return nil, errMissing("grant_type")
	case grant != "client_credentials":
		return nil, errGrantType(grant)
	}
	client, refusal := t.authenticate(form, r)
	if refusal != nil {
		return nil, refusal
	}
	api, refusal := t.defaultScope(form.Get("scope"))
	if refusal != nil {
		return nil, refusal
	}
	granted := t.granted(client, api, roles)
	if len(granted) == 0 {
		return nil, errPermission()
	}
	issued := t.now()
	token, err := t.Mint(Spec{
		Kind: AppToken, Flow: p.flow.Name, Host: p.site.String(),
		Audience: api.ID, ClientID: client.ID, Scopes: granted, IssuedAt: issued,
	})
	if err != nil {
		return nil, errInternal() // the place was found, so its flow and host exist
	}
	return &tokenAnswer{
		AccessToken: token,
		TokenType:   "Bearer",
		NotBefore:   p.flow.number(issued.Unix()),
		ExpiresIn:   p.flow.number(int64(p.flow.Lifetime.Seconds())),
		ExpiresOn:   p.flow.number(issued.Add(p.flow.Lifetime).Unix()),
		Resource:    api.ID,
	}, nil
}

// authenticate finds the client of a request and checks its secret, sent in the
// body or by the Basic scheme, whose two parts are form-encoded (RFC 6749
// §2.3.1). The scheme wins over the body.
func (t *Tenant) authenticate(form url.Values, r *http.Request) (*App, *oauthError) {
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if user, password, ok := r.BasicAuth(); ok {
		id, secret = formDecoded(user), formDecoded(password)
	}
	if id == "" {
		return nil, errMissing("client_id")
	}
	client := t.app(id)
	switch {
	case client == nil:
		return nil, errClient(id, t.opts.Domain)
	case secret == "":
		return nil, errNoSecret()
	case subtle.ConstantTimeCompare([]byte(secret), []byte(client.Secret)) != 1:
		return nil, errSecret()
	}
	return client, nil
}

// defaultScope returns the API whose {App ID URI}/.default is asked for, the
// only form of scope that client credentials know.
func (t *Tenant) defaultScope(scope string) (*App, *oauthError) {
	var api *App
	words := strings.Fields(scope)
	if len(words) == 0 {
		return nil, errMissing("scope")
	}
	for _, word := range words {
		uri, ok := strings.CutSuffix(word, "/.default")
		if !ok {
			return nil, errScopeForm(word)
		}
		a := t.apiAt(uri)
		switch {
		case a == nil:
			return nil, errScope(word)
		case api != nil && api != a:
			return nil, errResources(scope)
		}
		api = a
	}
	return api, nil
}

// apiAt returns the API with an App ID URI, or nil.
func (t *Tenant) apiAt(uri string) *App {
	for i := range t.opts.Apps {
		if a := &t.opts.Apps[i]; uri != "" && strings.EqualFold(a.URI, uri) {
			return a
		}
	}
	return nil
}

// number writes a number of a token answer the way the flow does.
func (f *Flow) number(n int64) any {
	if f.StringNumbers {
		return strconv.FormatInt(n, 10)
	}
	return n
}

// readForm reads the form in the body of a request; parameters in its URL don't
// count. A body of another type, or one that is no form, holds no parameters;
// one that is too large isn't ok.
func readForm(w http.ResponseWriter, r *http.Request) (form url.Values, ok bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
	if err != nil {
		_, tooLarge := errors.AsType[*http.MaxBytesError](err)
		return url.Values{}, !tooLarge
	}
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return url.Values{}, true
	}
	if form, err = url.ParseQuery(string(body)); err != nil {
		return url.Values{}, true
	}
	return form, true
}

func formDecoded(s string) string {
	if decoded, err := url.QueryUnescape(s); err == nil {
		return decoded
	}
	return s
}
