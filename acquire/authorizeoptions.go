// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

// ResponseMode is how B2C sends the user back.
type ResponseMode string

// The response modes that a server can read. A fragment never reaches one.
const (
	Query    ResponseMode = "query"
	FormPost ResponseMode = "form_post"
)

// AuthorizeOptions are the optional parameters of an authorization request.
// Nil, and each zero field, means: not sent.
type AuthorizeOptions struct {
	// ResponseMode is how the user is sent back; if zero, Query. With FormPost
	// the return is a POST from B2C's site, to which browsers send SameSite=None
	// cookies alone: [PendingCookies] sees to its own; the app's session cookie
	// may be missing in that request.
	ResponseMode ResponseMode
	// Prompt is "login", "none", "consent" or "select_account".
	Prompt string
	// LoginHint fills in the user name.
	LoginHint string
	// DomainHint leads straight to an identity provider, such as google.com.
	DomainHint string
	// UILocales are the languages of the pages, best first, such as "de fr".
	UILocales string
	// MaxAge is the greatest age of the user's sign-in, in whole seconds;
	// negative means that they must sign in anew (max_age=0). The return is
	// refused if the ID token doesn't keep to it.
	MaxAge time.Duration
	// IDTokenHint is for custom policies that want an id_token_hint.
	IDTokenHint string
	// Claims is a claims request, a JSON object (OpenID Connect Core section 5.5), as
	// Error.Claims has one: what the new token must have besides. External ID and
	// Entra ID alone.
	Claims string
	// Extra are further parameters, which custom policies can read. None may be
	// one that the kit sends itself or has a field for.
	Extra url.Values
	// Data is kept in the Pending for the app, and not sent: where to go
	// afterwards, for example.
	Data string
}

// responseMode returns how the user is sent back.
func (o *AuthorizeOptions) responseMode() (ResponseMode, error) {
	switch o.ResponseMode {
	case "":
		return Query, nil
	case Query, FormPost:
		return o.ResponseMode, nil
	}
	return "", fail(ErrConfiguration, "authorize", "AuthorizeOptions.ResponseMode: %s is not query or form_post", foreign.Name(string(o.ResponseMode)))
}

// add adds the parameters that the options are.
func (o *AuthorizeOptions) add(q url.Values) error {
	if o.MaxAge > 0 && o.MaxAge%time.Second != 0 {
		return fail(ErrConfiguration, "authorize", "AuthorizeOptions.MaxAge: %v is not a number of whole seconds", o.MaxAge)
	}
	for name, value := range map[string]string{
		"prompt": o.Prompt, "login_hint": o.LoginHint, "domain_hint": o.DomainHint,
		"ui_locales": o.UILocales, "id_token_hint": o.IDTokenHint,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if o.MaxAge != 0 {
		q.Set("max_age", strconv.FormatInt(int64(max(o.MaxAge, 0)/time.Second), 10))
	}
	for _, name := range slices.Sorted(maps.Keys(o.Extra)) {
		// In any case: ASP.NET, which B2C is made with, doesn't tell cases apart.
		if fold := strings.ToLower(name); q.Has(fold) || slices.Contains(ownParams, fold) {
			return fail(ErrConfiguration, "authorize", "AuthorizeOptions.Extra: %s is sent already, has a field of its own, or changes what is sent", foreign.Name(name))
		}
		q[name] = o.Extra[name]
	}
	return nil
}

// ownParams may not be in AuthorizeOptions.Extra even when the request is
// without them: a max_age sent by that way would not be checked on return.
var ownParams = []string{
	"prompt", "login_hint", "domain_hint", "ui_locales", "max_age", "id_token_hint",
	"p", "request", "request_uri",
}
