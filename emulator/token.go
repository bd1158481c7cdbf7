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

// serveToken is the token endpoint of a flow.
func (t *Tenant) serveToken(w http.ResponseWriter, r *http.Request, p place, form url.Values) {
	answer, refusal := t.grantTokens(p, form, r)
	if refusal != nil {
		t.refuse(w, refusal)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// grantTokens answers by grant type. B2C: there is no on-behalf-of, no device
// code and no client assertion.
func (t *Tenant) grantTokens(p place, form url.Values, r *http.Request) (*tokenAnswer, *oauthError) {
	if form.Has("client_assertion") || form.Has("client_assertion_type") {
		return nil, errAssertion.with(p.flow.Name)
	}
	switch grant := one(form, "grant_type"); grant {
	case "":
		return nil, errMissing.with("grant_type")
	case "authorization_code":
		return t.redeemCode(p, form, r)
	case "refresh_token":
		return t.refresh(p, form, r)
	case "password":
		return t.password(p, form, r)
	case "client_credentials":
		return t.clientCredentials(p, form, r)
	default:
		return nil, errGrantType.with(grant)
	}
}

// clientCredentials is the grant of that name, which every flow's endpoint
// knows.
func (t *Tenant) clientCredentials(p place, form url.Values, r *http.Request) (*tokenAnswer, *oauthError) {
	client, secret, refusal := t.identify(form, r)
	if refusal != nil {
		return nil, refusal
	}
	if refusal := client.prove(secret); refusal != nil {
		return nil, refusal
	}
	api, refusal := t.defaultScope(one(form, "scope"))
	if refusal != nil {
		return nil, refusal
	}
	granted := t.granted(client, api, roles)
	if len(granted) == 0 {
		return nil, errPermission
	}
	issued := t.now()
	token, err := t.mintFor(client, Spec{
		Kind: AppToken, Flow: p.flow.Name, Host: p.site.String(),
		Audience: api.ID, ClientID: client.ID, Scopes: granted, IssuedAt: issued,
	})
	if err != nil {
		return nil, errInternal // the place was found, so its flow and host exist
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

// identify finds the client of a request and the secret it sent, in the body or
// by the Basic scheme, whose two parts are form-encoded (RFC 6749 §2.3.1). The
// scheme wins over the body.
func (t *Tenant) identify(form url.Values, r *http.Request) (client *App, secret string, refusal *oauthError) {
	id, secret := one(form, "client_id"), one(form, "client_secret")
	if user, password, ok := r.BasicAuth(); ok {
		id, secret = formDecoded(user), formDecoded(password)
	}
	if id == "" {
		return nil, "", errMissing.with("client_id")
	}
	if client = t.app(id); client == nil {
		return nil, "", errClient.with(id, t.opts.Domain)
	}
	return client, secret, nil
}

// authenticate finds the client that redeems a user's grant: one that keeps its
// secret must send it, and any other may send none.
func (t *Tenant) authenticate(form url.Values, r *http.Request) (*App, *oauthError) {
	client, secret, refusal := t.identify(form, r)
	switch {
	case refusal != nil:
		return nil, refusal
	case client.Kind == WebApp:
		refusal = client.prove(secret)
	case secret != "":
		refusal = errPublicSecret
	}
	return client, refusal
}

func (a *App) prove(secret string) *oauthError {
	switch {
	case secret == "":
		return errNoSecret
	case !a.knows(secret):
		return errSecret
	}
	return nil
}

// knows reports whether a secret is one of the app's, which has at least one.
func (a *App) knows(secret string) bool {
	good := 0
	for _, s := range append([]string{a.Secret}, a.MoreSecrets...) {
		good |= subtle.ConstantTimeCompare([]byte(secret), []byte(s))
	}
	return good == 1
}

// defaultScope returns the API whose {App ID URI}/.default is asked for, the
// only form of scope that client credentials know. B2C refuses a user's scopes
// beside it, which Entra ignores (AzureAD/microsoft-authentication-library-for-js#4999).
func (t *Tenant) defaultScope(scope string) (*App, *oauthError) {
	var api *App
	words := strings.Fields(scope)
	if len(words) == 0 {
		return nil, errMissing.with("scope")
	}
	for _, word := range words {
		uri, ok := strings.CutSuffix(word, "/.default")
		if !ok {
			return nil, errScopeForm.with(word)
		}
		a := t.apiAt(uri)
		switch {
		case a == nil:
			return nil, errScope.with(word)
		case api != nil && api != a:
			return nil, errResources.with(scope)
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
