// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
)

// The texts here are for the operator at 3 a.m.: they name the usual cause.
// Those that quote the token are made only after its signature has been
// verified.

func (v *engine) issuerError(c *claims) *Error {
	hint := "it is another tenant's"
	switch {
	case c.issuer == "":
		return refuse(ErrClaim, "iss", "the token has no iss")
	case isEntra(c.issuer):
		hint = "this is a token of Entra ID, not of B2C; the client must ask the flow's own token endpoint"
	default:
		for _, tr := range v.trusted {
			for _, issuer := range tr.issuers() {
				if issuer != c.issuer && strings.TrimSuffix(issuer, "/") == strings.TrimSuffix(c.issuer, "/") {
					hint = "only the slash at the end differs, so this is no B2C token"
				}
			}
			if id := tr.authority.TenantID(); strings.Contains(c.issuer, "/"+id+"/") && hint == "it is another tenant's" {
				hint = "it is this tenant, but another host or issuer form; if its tokens are to be accepted, trust that host (Tenant.WithHosts) or flow too"
			}
		}
	}
	for _, tr := range v.trusted {
		if set := tr.source.Current(); set != nil && tr.authority.Flow() != "" && authority.SameFlow(tr.authority.Flow(), c.flow) && tr.authority.MatchIssuer(c.issuer) {
			return refuse(ErrIssuer, "iss", "issuer %s is this tenant's, but the metadata of flow %q names %q; did the policy's issuer setting change?", quoteUpTo(160, c.issuer), tr.authority.Flow(), set.Issuer())
		}
	}
	var known []string
	for _, tr := range v.trusted {
		for _, issuer := range tr.issuers() {
			if !slices.Contains(known, issuer) {
				known = append(known, issuer)
			}
		}
	}
	return refuse(ErrIssuer, "iss", "issuer %s is not trusted: %s; trusted: %s", quoteUpTo(160, c.issuer), hint, list(known))
}

// isEntra tells the issuers of Entra ID, v1 and v2, from B2C's on the same
// host, which end in a slash.
func isEntra(issuer string) bool {
	return strings.HasPrefix(issuer, "https://sts.windows.net/") ||
		strings.HasPrefix(issuer, "https://login.microsoftonline.com/") && strings.HasSuffix(issuer, "/v2.0")
}

func (tr *trust) issuers() []string {
	if set := tr.source.Current(); set != nil {
		return []string{set.Issuer()}
	}
	return tr.authority.Issuers()
}

// audienceError is about a token that is none of these authorities', to which
// it belongs by its issuer and, if they have it, its flow.
func (v *engine) audienceError(c *claims, closest []*trust) *Error {
	if len(c.audience) == 0 {
		return refuse(ErrClaim, "aud", "the token has no aud")
	}
	got := quote(strings.Join(c.audience, " "))
	if v.kind == idToken {
		hint := "another app asked for it"
		switch {
		case len(c.audience) > 1:
			hint = "an ID token names one client and nobody else"
		case len(c.scopes) > 0:
			hint = "with scp it looks like an access token, whose audience is an API"
		}
		return refuse(ErrAudience, "aud", "the ID token is for client %s, not %s: %s", got, list([]string{v.audience}), hint)
	}
	hint := "the client asked for another API's scopes"
	switch other := v.withAudience(c); {
	case other != nil:
		hint = "that is the audience of " + other.authority.String() + ", and the token is of another tenant or flow"
	case strings.Contains(c.audience[0], "://"):
		hint = "that is an App ID URI; B2C puts the client id there, so this may be a token of Entra ID v1"
	case len(c.scopes) == 0:
		hint = "without scp it looks like an ID token, whose audience is the client"
	}
	var wanted []string
	for _, tr := range closest {
		wanted = appendNew(wanted, tr.audiences...)
	}
	return refuse(ErrAudience, "aud", "audience is %s, not %s: %s", got, list(wanted), hint)
}

// withAudience returns the first authority that takes the token's audience,
// nil if there is none.
func (v *engine) withAudience(c *claims) *trust {
	for i := range v.trusted {
		if v.hasAudience(&v.trusted[i], c) {
			return &v.trusted[i]
		}
	}
	return nil
}

// foreignAudience says what audienceError does, of a token that is not
// verified and so is not quoted.
func (v *engine) foreignAudience() string {
	if v.kind == idToken {
		return "its audience is not this app; is it an access token, or another app's ID token?"
	}
	return "its audience is not this API; did the client send the ID token, or ask for another API's scopes?"
}

// kindError is about a token of the other kind.
func (v *engine) kindError(kind authority.Kind, c *claims) *Error {
	if v.kind == idToken {
		if len(c.scopes) == 0 {
			return refuse(ErrNotIDToken, "roles", "this looks like an app's own access token: it has roles and azp, and neither nonce nor hash")
		}
		return refuse(ErrNotIDToken, "scp", "this looks like an access token: it has scp; what tells who signed in is the id_token of the same answer")
	}
	text := "the token has no scp, which every access token of B2C has"
	if kind == authority.EntraExternalID {
		text = "the token has neither scp nor roles, one of which every access token of External ID has"
	}
	if c.hasIDTokenMarks() {
		text += "; this looks like an ID token: the client must send the access token"
	} else {
		text += "; the client must ask for one of the API's scopes"
	}
	return refuse(ErrNotAccessToken, "scp", "%s", text)
}

func (v *engine) clientError(c *claims) *Error {
	if v.kind == accessToken {
		return refuse(ErrClient, "azp", "the token was issued to client %s, which is not in Options.Clients", quote(c.clientID))
	}
	return refuse(ErrClient, "azp", "the ID token was issued to client %s, not %s", quote(c.clientID), list([]string{v.audience}))
}

// flowError is about a token of these authorities' issuer and of none of their
// flows.
func (v *engine) flowError(c *claims, issued []*trust) *Error {
	if c.flow == "" {
		return refuse(ErrFlow, "tfp", "the %s names no flow (neither tfp nor acr); %s", v.kind, v.whyNoFlow(c))
	}
	var flows []string
	for _, tr := range issued {
		if v.hasAudience(tr, c) {
			flows = appendNew(flows, tr.authority.Flow())
		}
	}
	return refuse(ErrFlow, "tfp", "the token is of flow %s; trusted: %s", quote(c.flow), list(flows))
}

// whyNoFlow names what makes a token without a flow: a custom policy is to
// blame if the flow is there under the name that it has in the policy.
func (v *engine) whyNoFlow(c *claims) string {
	const mend = `the output claim trustFrameworkPolicy with PartnerClaimType="tfp"`
	if _, ok := c.payload.claim("trustFrameworkPolicy"); ok {
		return "it has trustFrameworkPolicy, so a custom policy puts it out under its own name: it needs " + mend
	}
	text := "a custom policy names itself with " + mend
	if v.kind == idToken {
		return text
	}
	return text + "; if the client " + quote(c.clientID) + " is a daemon, name it in Options.AllowMissingFlow"
}
