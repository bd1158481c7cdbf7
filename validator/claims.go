// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// maxNumericDate is the last second of the year 9999.
const maxNumericDate = 253402300799

// claims are the claims of a payload that the kit knows, in one pass.
type claims struct {
	payload payload

	issuer, subject, objectID string
	audience                  []string
	flow                      string // tfp, else acr
	tfp                       bool   // the flow came from tfp
	clientID, name            string
	scopes, emails, roles     []string
	exp, nbf, iat, authTime   time.Time
	nonce, atHash, cHash      strictjson.Value // as they stand there; mostly for ID tokens
}

// parseClaims reads a payload. Claims that decide must be of the right type;
// those that decide nothing are left empty if they are not. In an access token
// the latter are what describes the user, acr beside a tfp, and auth_time,
// which a route may ask for and then misses; an ID token is for telling who
// signed in and when.
func parseClaims(data string, kind tokenKind) (c claims, err error) {
	c.payload = payload(data)
	var acr strictjson.Value
	var email []string
	err = strictjson.Object(data, func(name string, v strictjson.Value) error {
		ok := true
		switch name {
		case "iss":
			c.issuer, ok = v.String()
		case "sub":
			c.subject, ok = v.String()
		case "oid":
			c.objectID, ok = v.String()
		case "aud":
			c.audience, ok = textOrTexts(v)
			ok = ok && len(c.audience) > 0 && !slices.Contains(c.audience, "")
		case "tfp":
			c.tfp = true
			c.flow, ok = v.String()
		case "acr":
			acr = v
			_, ok = v.String()
			ok = ok || kind == accessToken
		case "azp":
			c.clientID, ok = v.String()
		case "scp":
			var scp string
			scp, ok = v.String()
			c.scopes = splitScopes(scp)
		case "exp":
			c.exp, ok = numericDate(v)
		case "nbf":
			c.nbf, ok = numericDate(v)
		case "iat":
			c.iat, ok = numericDate(v)
		case "auth_time":
			c.authTime, ok = numericDate(v)
			ok = ok || kind == accessToken
		case "name":
			c.name, _ = v.String()
		case "emails":
			c.emails, _ = textOrTexts(v)
		case "email":
			email = nonEmptyTexts(v)
		case "roles":
			c.roles = nonEmptyTexts(v)
		case "nonce":
			c.nonce = v
		case "at_hash":
			c.atHash = v
		case "c_hash":
			c.cHash = v
		}
		if !ok {
			return refuse(ErrClaim, name, "claim %s is of the wrong type or out of range", name)
		}
		return nil
	})
	if len(c.emails) == 0 {
		c.emails = email
	}
	if c.subject == subUnsupported {
		c.subject = ""
	}
	if flowErr := c.settleFlow(acr); err == nil {
		err = flowErr
	}
	return c, err
}

// settleFlow takes the flow from acr if there is no tfp. A claim that is there
// and names no flow must not pass for a missing one.
func (c *claims) settleFlow(acr strictjson.Value) error {
	if !c.tfp {
		if acr == "" {
			return nil
		}
		c.flow, _ = acr.String()
	}
	if c.flow == "" {
		return refuse(ErrClaim, "tfp", "the claim that names the flow is empty or no string")
	}
	return nil
}

// nonEmptyTexts reads a claim that describes: one text or several, and none if
// it holds anything else.
func nonEmptyTexts(v strictjson.Value) []string {
	all, _ := textOrTexts(v)
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

func textOrTexts(v strictjson.Value) ([]string, bool) {
	if s, ok := v.String(); ok {
		return []string{s}, true
	}
	return v.Strings()
}

// numericDate reads a NumericDate (RFC 7519 section 2): a number, a fraction
// allowed, within the years 1970 to 9999.
func numericDate(v strictjson.Value) (time.Time, bool) {
	f, ok := v.Number()
	if !ok || f < 0 || f > maxNumericDate {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(f)
	return time.Unix(int64(whole), int64(fraction*1e9)), true
}

// isAccessToken tells an access token from an ID token. B2C's only mark of
// one is scp. External ID's app-only tokens have roles instead, but its ID
// tokens may have roles too, so there nothing must point to one of those.
func (c *claims) isAccessToken(kind authority.Kind) bool {
	if kind == authority.EntraExternalID && len(c.roles) > 0 && c.clientID != "" && !c.hasIDTokenMarks() {
		return true
	}
	return len(c.scopes) > 0
}

// hasIDTokenMarks tells whether the token has claims that ID tokens have. In
// B2C, access tokens may have a nonce too.
func (c *claims) hasIDTokenMarks() bool {
	return c.nonce != "" || c.atHash != "" || c.cHash != ""
}

// token makes the token that users get.
func (c *claims) token(a authority.Authority, flow string, k *clock) *Token {
	t := &Token{
		Authority: a, Issuer: c.issuer, Subject: c.subject, ObjectID: c.objectID, Flow: flow,
		Audience: c.audience, ClientID: c.clientID, Scopes: c.scopes, Name: c.name, Emails: c.emails,
		IssuedAt: c.iat, NotBefore: c.nbf, ExpiresAt: c.exp, AuthTime: c.authTime,
		claims: c.payload, clock: k,
	}
	if a.Kind() == authority.EntraExternalID {
		t.Roles = c.roles
	}
	return t
}

// splitScopes splits on single spaces (RFC 6749 section 3.3); anything else
// between scopes does not separate them.
func splitScopes(scp string) []string {
	return slices.DeleteFunc(strings.Split(scp, " "), func(s string) bool { return s == "" })
}
