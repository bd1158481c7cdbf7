// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"math"
	"net/url"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/bounded"
	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// onBehalfOfTokens are tokens that were got for others' (RFC 7523 section 2.1, as
// Microsoft has it). What a token was got for, the assertion, is known here while a
// request for it is under way, and else by its hash alone.
type onBehalfOfTokens struct {
	endpoint *tokenEndpoint
	flow     authority.Authority
	fleet    fleet
	home     *tokencache.Home
	ledger   *ledger
	entries  *bounded.Map[*tokencache.Entry] // by hash and scopes
}

// entry returns the entry of scopes on behalf of whoever sent the assertion.
func (o *onBehalfOfTokens) entry(assertion, scopes string) *tokencache.Entry {
	sum := sha256.Sum256([]byte(assertion))
	key := string(sum[:]) + scopes
	if e, ok := o.entries.Get(key); ok {
		return e
	}
	of := tokenOwner{assertion: base64.RawURLEncoding.EncodeToString(sum[:]), scopes: scopes}
	return o.entries.GetOrPut(key, o.home.NewEntry(false, func(ctx context.Context, want tokencache.Want) (*tokencache.Token, *tokencache.Failure) {
		p := o.ledger.begin(GrantOnBehalfOf, want.Old != nil)
		defer p.tellAside(ctx)
		t, err := o.renew(ctx, of, want, p)
		p.end(t != want.Old, err)
		return t, failureOf(err)
	}))
}

// renew takes the token that another process of the fleet has got, or gets one.
func (o *onBehalfOfTokens) renew(ctx context.Context, of tokenOwner, want tokencache.Want, p *page) (*tokencache.Token, error) {
	end, ends := assertionEnd(want.Proof)
	if ends && !o.home.Clock.Now().Wall().Before(end) {
		return nil, fail(ErrReauthenticate, string(GrantOnBehalfOf), "the user's token has expired; its sender has to get another one")
	}
	cut := func(t *tokencache.Token) *tokencache.Token {
		if t == nil || !ends {
			return t
		}
		return t.Until(end, o.home.Clock.Now())
	}
	look := func() *tokencache.Token {
		if t := cut(o.fleet.token(ctx, of)); want.Takes(t, o.home.Clock.Now()) {
			return t
		}
		return nil
	}
	return o.fleet.renew(ctx, of, want, look, func() (*tokencache.Token, error) {
		isNeeded := func() bool { return !want.Failing && want.Old.Age(o.home.Clock.Now()) == tokencache.Gone }
		t, err := atMostTwice(ctx, isNeeded, func(part share) (*tokencache.Token, error) { return o.request(ctx, of.scopes, want, part, p) })
		if t = cut(t); err == nil {
			o.fleet.shareToken(ctx, of, t)
		}
		return t, err
	})
}

// profileScopes have the user named by oid, as in their own token, and not by sub alone,
// which is another one for each client.
const profileScopes = "openid profile "

// request asks for no refresh token, and throws away one that comes all the same: with it
// this program could act for the user long after the user's own token has ended.
func (o *onBehalfOfTokens) request(ctx context.Context, scopes string, want tokencache.Want, part share, p *page) (*tokencache.Token, error) {
	const grant = string(GrantOnBehalfOf)
	got, err := o.endpoint.request(ctx, accessTokenRequest{
		flow: o.flow, grant: grant, auth: authenticated, share: part, page: p, claims: want.Claims,
		params: url.Values{"assertion": {want.Proof}, "requested_token_use": {"on_behalf_of"}, "scope": {profileScopes + scopes}},
	})
	switch {
	case err != nil:
		return nil, err
	case got.access == nil:
		return nil, errNoneGiven(grant)
	}
	return got.access, nil
}

// assertionLeeway is for how long an API may take the user's token beyond its end, since
// clocks differ. It is what validator.Options.Leeway is by default.
const assertionLeeway = time.Minute

// assertionEnd returns when an assertion is worth nothing any more. It is not verified
// here: who made one up gets no token for it. It may be none that can be read.
func assertionEnd(assertion string) (end time.Time, ok bool) {
	parts := strings.Split(assertion, ".")
	if len(parts) != 3 {
		return time.Time{}, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return time.Time{}, false
	}
	members, err := strictjson.Members(string(payload), "exp")
	if err != nil {
		return time.Time{}, false
	}
	exp, ok := members[0].Number()
	const year9999 = 253402300799
	if !ok || !(exp >= 0 && exp <= year9999) {
		return time.Time{}, false
	}
	return time.Unix(int64(math.Floor(exp)), 0).Add(assertionLeeway), true
}
