// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// The texts here are for the operator at 3 a.m.: they name the usual cause.
// Those that quote the token are made only after its signature has been
// verified.

// explanation says why a verified token is refused. It has a copy of the claims:
// what its texts hold on to would otherwise cost every validation an allocation.
type explanation struct {
	trust  *trust
	rules  *rules
	claims claims
}

// wording is where the explanations of access tokens and ID tokens differ.
type wording struct {
	token           string // what is validated
	foreignAudience string // what audience says, of a token that is not verified and so is not quoted

	audience func(x *explanation, got string, closest []string) *Error
	kind     func(x *explanation, product authority.Kind) *Error
	client   func(x *explanation) *Error
	noFlow   func(x *explanation) string // what else may help a token that names no flow
}

// issuer is about a token of an issuer that is not trusted.
func (x *explanation) issuer() *Error {
	issuer := x.claims.issuer
	if issuer == "" {
		return refuse(ErrClaim, "iss", "the token has no iss")
	}
	for _, a := range x.ofFlow() {
		if set := a.source.Current(); set != nil && a.authority.Flow() != "" && authority.SameFlow(a.authority.Flow(), x.claims.flow) && a.authority.MatchIssuer(issuer) {
			return refuse(ErrIssuer, "iss", "issuer %s is this tenant's, but the metadata of flow %q names %q; did the policy's issuer setting change?", foreign.Name(issuer), a.authority.Flow(), set.Issuer())
		}
	}
	now := x.trust.look()
	return refuse(ErrIssuer, "iss", "issuer %s is not trusted: %s; trusted: %s", foreign.Name(issuer), x.whoseIssuer(now), listSome(now.issuers))
}

// ofFlow returns the authorities that may have the token's issuer and flow.
func (x *explanation) ofFlow() []*anchor {
	f := x.trust.family(x.claims.issuer)
	if f == nil || x.claims.flow == "" {
		return nil
	}
	return f.near(x.claims.flow)
}

// whoseIssuer guesses whose the issuer is.
func (x *explanation) whoseIssuer(now *keyIndex) string {
	issuer := x.claims.issuer
	bare, slash := strings.CutSuffix(issuer, "/")
	switch {
	case isEntra(issuer):
		return "this is a token of Entra ID, not of B2C; the client must ask the flow's own token endpoint"
	case slash && !strings.HasSuffix(bare, "/") && now.known[bare] || !slash && now.known[issuer+"/"]:
		return "only the slash at the end differs, so this is no B2C token"
	case x.trust.isOfTenant(issuer):
		return "it is this tenant, but another host or issuer form; if its tokens are to be accepted, trust that host (Tenant.WithHosts) or flow too"
	}
	return "it is another tenant's"
}

// isEntra tells the issuers of Entra ID, v1 and v2, from B2C's on the same
// host, which end in a slash.
func isEntra(issuer string) bool {
	return strings.HasPrefix(issuer, "https://sts.windows.net/") ||
		strings.HasPrefix(issuer, "https://login.microsoftonline.com/") && strings.HasSuffix(issuer, "/v2.0")
}

// audience is about a token that is none of these authorities', to which it
// belongs by its issuer and, if they have it, its flow.
func (x *explanation) audience(w *wording, closest []string) *Error {
	if len(x.claims.audience) == 0 {
		return refuse(ErrClaim, "aud", "the token has no aud")
	}
	return w.audience(x, foreign.Name(strings.Join(x.claims.audience, " ")), closest)
}

// flow is about a token of these authorities' issuer and of none of their
// flows. A custom policy is to blame if the flow is there under the name that it
// has in the policy.
func (x *explanation) flow(w *wording, issued *family) *Error {
	const mend = `the output claim trustFrameworkPolicy with PartnerClaimType="tfp"`
	if x.claims.flow == "" {
		why := "a custom policy names itself with " + mend + w.noFlow(x)
		if _, ok := x.claims.payload.claim("trustFrameworkPolicy"); ok {
			why = "it has trustFrameworkPolicy, so a custom policy puts it out under its own name: it needs " + mend
		}
		return refuse(ErrFlow, "tfp", "the %s names no flow (neither tfp nor acr); %s", w.token, why)
	}
	var flows []string
	for _, a := range issued.all {
		if len(flows) <= listed && (matching{x.trust, x.rules, &x.claims}).audienceFits(a) {
			flows = appendNew(flows, a.authority.Flow())
		}
	}
	return refuse(ErrFlow, "tfp", "the token is of flow %s; trusted: %s", foreign.Name(x.claims.flow), listSome(flows))
}

// listed is how many of a list an error names.
const listed = 10

// listSome quotes values, and of many the first.
func listSome(values []string) string {
	if len(values) <= listed {
		return list(values)
	}
	return list(values[:listed]) + " and more"
}

var accessTokenWording = wording{
	token:           "token",
	foreignAudience: "its audience is not this API; did the client send the ID token, or ask for another API's scopes?",
	audience: func(x *explanation, got string, closest []string) *Error {
		hint := "the client asked for another API's scopes"
		if a := x.trust.firstWith(x.claims.audience); a != nil {
			hint = "that is the audience of " + a.authority.String() + ", and the token is of another tenant or flow"
		} else if strings.Contains(x.claims.audience[0], "://") {
			hint = "that is an App ID URI; B2C puts the client id there, so this may be a token of Entra ID v1"
		} else if len(x.claims.scopes) == 0 {
			hint = "without scp it looks like an ID token, whose audience is the client"
		}
		return refuse(ErrAudience, "aud", "audience is %s, not %s: %s", got, listSome(closest), hint)
	},
	kind: func(x *explanation, product authority.Kind) *Error {
		text := "the token has no scp, which every access token of B2C has"
		if product == authority.EntraExternalID {
			text = "the token has neither scp nor roles, one of which every access token of External ID has"
		}
		if x.claims.isBound() {
			text += "; this looks like an ID token: the client must send the access token"
		} else {
			text += "; the client must ask for one of the API's scopes"
		}
		return refuse(ErrNotAccessToken, "scp", "%s", text)
	},
	client: func(x *explanation) *Error {
		return refuse(ErrClient, "azp", "the token was issued to client %s, which is not in Options.Clients", foreign.Name(x.claims.clientID))
	},
	noFlow: func(x *explanation) string {
		return "; if the client " + foreign.Name(x.claims.clientID) + " is a daemon, name it in Options.AllowMissingFlow"
	},
}

var idTokenWording = wording{
	token:           "ID token",
	foreignAudience: "its audience is not this app; is it an access token, or another app's ID token?",
	audience: func(x *explanation, got string, _ []string) *Error {
		hint := "another app asked for it"
		switch {
		case len(x.claims.audience) > 1:
			hint = "an ID token names one client and nobody else"
		case len(x.claims.scopes) > 0:
			hint = "with scp it looks like an access token, whose audience is an API"
		}
		return refuse(ErrAudience, "aud", "the ID token is for client %s, not %s: %s", got, list(x.rules.clients), hint)
	},
	kind: func(x *explanation, _ authority.Kind) *Error {
		if len(x.claims.scopes) == 0 {
			return refuse(ErrNotIDToken, "roles", "this looks like an app's own access token: it has roles and azp, and neither nonce nor hash")
		}
		return refuse(ErrNotIDToken, "scp", "this looks like an access token: it has scp; what tells who signed in is the id_token of the same answer")
	},
	client: func(x *explanation) *Error {
		return refuse(ErrClient, "azp", "the ID token was issued to client %s, not %s", foreign.Name(x.claims.clientID), list(x.rules.clients))
	},
	noFlow: func(*explanation) string { return "" },
}
