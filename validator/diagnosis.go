// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/nearest"
)

// The texts here are for the operator at 3 a.m.: they name the usual cause.
// Those that quote the token are made only after its signature has been
// verified.

// diagnosis says why a verified token is refused. It has a copy of the claims:
// what its texts hold on to would otherwise cost every validation an allocation.
type diagnosis struct {
	trust  *trust
	rules  *rules
	claims claims
}

func (by *terms) diagnose(c *claims) *diagnosis { return &diagnosis{by.trust, &by.rules, *c} }

// wording is where the explanations of access tokens and ID tokens differ.
type wording struct {
	token           string // what is validated
	foreignAudience string // what audience says, of a token that is not verified and so is not quoted

	audience func(x *diagnosis, got string, closest []string) *Error
	kind     func(x *diagnosis, product authority.Kind) *Error
	client   func(x *diagnosis) *Error
	noFlow   func(x *diagnosis) string // what else may help a token that names no flow
}

// issuer is about a token of an issuer that is not trusted.
func (x *diagnosis) issuer() *Error {
	issuer := x.claims.issuer
	if issuer == "" {
		return refuse(ErrClaim, "iss", "the token has no iss")
	}
	for _, a := range x.ofFlow() {
		if set := a.source.Current(); set != nil && a.authority.Flow() != "" && authority.SameFlow(a.authority.Flow(), x.claims.flow) && a.authority.MatchIssuer(issuer) {
			return refuse(ErrIssuer, "iss", "issuer %s is this tenant's, but the metadata of flow %q names %q; did the policy's issuer setting change?", foreign.Name(issuer), a.authority.Flow(), set.Issuer()).hinted(HintIssuerForm)
		}
	}
	now := x.trust.look()
	hint, whose := x.whoseIssuer(now)
	return refuse(ErrIssuer, "iss", "issuer %s is not trusted: %s; trusted: %s", foreign.Name(issuer), whose, listSome(now.issuers)).hinted(hint)
}

// ofFlow returns the authorities that may have the token's issuer and flow.
func (x *diagnosis) ofFlow() []*anchor {
	f := x.trust.family(x.claims.issuer)
	if f == nil || x.claims.flow == "" {
		return nil
	}
	return f.near(x.claims.flow)
}

// whoseIssuer guesses whose the issuer is.
func (x *diagnosis) whoseIssuer(now *keyIndex) (Hint, string) {
	issuer := x.claims.issuer
	if hint, text := x.trust.foreignProduct(issuer, x.claims.audience); hint != "" {
		return hint, text
	}
	bare, slash := strings.CutSuffix(issuer, "/")
	switch {
	case slash && !strings.HasSuffix(bare, "/") && now.known[bare] || !slash && now.known[issuer+"/"]:
		if x.trust.onlyB2C {
			return HintSlash, "only the slash at the end differs, so this is no B2C token"
		}
		return HintSlash, "only the slash at the end differs: B2C's issuers end in one, and those of other products don't"
	case x.trust.isOfTenant(issuer):
		if x.trust.onlyB2C {
			return HintOtherHost, "it is this tenant, but another host or issuer form; if its tokens are to be accepted, trust that host (Tenant.WithHosts) or flow too"
		}
		return HintOtherHost, "it is a trusted tenant's, but of another host or issuer form; if its tokens are to be accepted, trust that host (Tenant.WithHosts, Authority.WithHost) or flow too"
	case x.trust.onlyB2C:
		return HintOtherTenant, otherTenant
	case x.trust.isOfUnlisted(issuer):
		return HintOtherTenant, "it is of a tenant that is not in the list given to authority.EntraMultiTenant, and Entra ID signs with the same keys for all tenants"
	}
	return HintOtherTenant, "it is another tenant's, or another provider's"
}

// otherTenant is about a verified token of a tenant that is not trusted.
const otherTenant = "it is another tenant's, and B2C's user flows of all tenants sign with one key"

// audience is about a token that is none of these authorities', to which it
// belongs by its issuer and, if they have it, its flow.
func (x *diagnosis) audience(w *wording, closest []string) *Error {
	if len(x.claims.audience) == 0 {
		return refuse(ErrClaim, "aud", "the token has no aud")
	}
	return w.audience(x, foreign.Name(strings.Join(x.claims.audience, " ")), closest)
}

// flow is about a token of these authorities' issuer and of none of their
// flows. A custom policy is to blame if the flow is there under the name that it
// has in the policy.
func (x *diagnosis) flow(w *wording, issued *family) *Error {
	const mend = `the output claim trustFrameworkPolicy with PartnerClaimType="tfp"`
	if x.claims.flow == "" {
		hint, why := HintNoFlow, "a custom policy names itself with "+mend+w.noFlow(x)
		if _, ok := x.claims.payload.claim("trustFrameworkPolicy"); ok {
			hint, why = HintUnmappedFlow, "it has trustFrameworkPolicy, so a custom policy puts it out under its own name: it needs "+mend
		}
		return refuse(ErrFlow, "tfp", "the %s names no flow (neither tfp nor acr); %s", w.token, why).hinted(hint)
	}
	flows := x.flowsFor(issued)
	hint, why := otherFlow(x.claims.flow, flows)
	return refuse(ErrFlow, "tfp", "the token is of flow %s; trusted: %s%s", foreign.Name(x.claims.flow), listSome(flows), why).hinted(hint)
}

// flowsFor returns the flows of those who may have the token's audience, or if there
// is none the flows of all: the first few.
func (x *diagnosis) flowsFor(issued *family) (flows []string) {
	var others []string
	for _, a := range issued.all {
		switch flow := a.authority.Flow(); {
		case len(flows) > listed:
			return flows
		case (matching{x.trust, x.rules, &x.claims}).audienceFits(a):
			flows = appendNew(flows, flow)
		case len(others) <= listed:
			others = appendNew(others, flow)
		}
	}
	if len(flows) == 0 {
		return others
	}
	return flows
}

// otherFlow guesses what a flow is that is not among the trusted ones.
func otherFlow(flow string, trusted []string) (Hint, string) {
	if hint, text := purposeOf(flow); hint != "" {
		return hint, "; " + text
	}
	if meant, ok := nearest.Of(flow, trusted); ok {
		return HintFlowSpelling, fmt.Sprintf("; is it %q that is meant, and one of them misspelt?", meant)
	}
	return HintOtherFlow, ""
}

var accessTokenWording = wording{
	token:           "token",
	foreignAudience: "its audience is not this API; did the client send the ID token, or ask for another API's scopes?",
	audience: func(x *diagnosis, got string, closest []string) *Error {
		hint, why := x.whoseAudience()
		return refuse(ErrAudience, "aud", "audience is %s, not %s: %s", got, listSome(closest), why).hinted(hint)
	},
	kind: func(x *diagnosis, product authority.Kind) *Error {
		const text = "the token has no scp, which every access token of B2C has"
		if product != authority.AzureADB2C && x.claims.more != nil {
			return x.notAccess()
		}
		if x.claims.isBound() {
			return refuse(ErrNotAccessToken, "scp", "%s; this looks like an ID token: the client must send the access token", text).hinted(HintIDToken)
		}
		return refuse(ErrNotAccessToken, "scp", "%s; the client must ask for one of the API's scopes", text).hinted(HintNoScope)
	},
	client: func(x *diagnosis) *Error {
		return refuse(ErrClient, "azp", "the token was issued to client %s, which is not in %s", foreign.Name(x.claims.clientID), x.rules.names.clients)
	},
	noFlow: func(x *diagnosis) string {
		return "; if the client " + foreign.Name(x.claims.clientID) + " is a daemon, name it in " + x.rules.names.missingFlow
	},
}

var idTokenWording = wording{
	token:           "ID token",
	foreignAudience: "its audience is not this app; is it an access token, or another app's ID token?",
	audience: func(x *diagnosis, got string, _ []string) *Error {
		hint, why := HintOtherAudience, "another app asked for it"
		switch {
		case len(x.claims.audience) > 1:
			why = "an ID token names one client and nobody else"
		case len(x.claims.scopes) > 0:
			hint, why = HintAccessToken, "with scp it looks like an access token, whose audience is an API"
		}
		return refuse(ErrAudience, "aud", "the ID token is for client %s, not %s: %s", got, list(x.rules.clients), why).hinted(hint)
	},
	kind: func(x *diagnosis, _ authority.Kind) *Error {
		switch more := x.claims.more; {
		case more != nil && more.isV1:
			return refuse(ErrNotIDToken, "ver", "%s", version1).hinted(HintEntraV1)
		case more != nil && len(x.claims.scopes) == 0:
			return refuse(ErrNotIDToken, "azp", "this looks like an access token of %s: it has azp, azpacr, idtyp or an empty scp, as ID tokens have not", nameOf(more.product)).hinted(HintAccessToken)
		case len(x.claims.scopes) == 0:
			return refuse(ErrNotIDToken, "roles", "this looks like an app's own access token: it has roles and azp, and neither nonce nor hash").hinted(HintAccessToken)
		}
		return refuse(ErrNotIDToken, "scp", "this looks like an access token: it has scp; what tells who signed in is the id_token of the same answer").hinted(HintAccessToken)
	},
	client: func(x *diagnosis) *Error {
		return refuse(ErrClient, "azp", "the ID token was issued to client %s, not %s", foreign.Name(x.claims.clientID), list(x.rules.clients))
	},
	noFlow: func(*diagnosis) string { return "" },
}

// whoseAudience guesses whose an access token's audience is.
func (x *diagnosis) whoseAudience() (Hint, string) {
	audience := x.claims.audience
	a := x.trust.firstWith(audience)
	if !x.trust.onlyB2C {
		if hint, text := x.audienceOfOthers(a); hint != "" {
			return hint, text
		}
	}
	switch {
	case a != nil:
		return HintOtherAuthority, "that is the audience of " + a.authority.String() + ", and the token is of another tenant or flow"
	case strings.Contains(audience[0], "://"):
		return HintAppIDURI, "that is an App ID URI; B2C puts the client id there, so this may be a token of Entra ID v1"
	case len(x.claims.scopes) == 0:
		return HintIDToken, "without scp it looks like an ID token, whose audience is the client"
	case slices.Contains(audience, x.claims.clientID):
		return HintClientAudience, "that is the client itself, which has asked for its own scopes; it must ask for this API's"
	}
	return HintOtherAudience, "the client asked for another API's scopes"
}
