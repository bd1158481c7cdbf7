// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"errors"
	"fmt"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/guid"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// particulars are what tokens of other products than B2C have besides, and what
// decides with them. A token of B2C has none, and is no larger for them. They are
// immutable once the token has been verified.
type particulars struct {
	product authority.Kind

	// Of External ID and Entra ID, whose tokens have one form.
	tenantID   string      // tid
	subject    subjectMark // idtyp
	clientAuth string      // azpacr
	groups     []string
	overage    bool // there are more groups than a token holds
	isV1       bool // it has a mark of version 1
	hasScope   bool // there is an scp, if only an empty one

	rolesMissed bool // it need have no roles

	// Of other providers.
	clientID string // client_id

	// Of the header.
	alg      authority.Algorithm
	isAccess bool // typ says that it is an access token (RFC 9068)

	userID string // by Options.MapUser; "" if that has not said
}

// subjectMark is what idtyp says of a token's subject.
type subjectMark uint8

const (
	unmarked subjectMark = iota // there is no idtyp, an optional claim
	markedUser
	markedApp
	markedOdd // of nothing that is documented
)

// isMicrosofts reports whether tokens of the product are those of the Microsoft
// identity platform, version 2: those of External ID and Entra ID have one form.
func isMicrosofts(product authority.Kind) bool {
	return product == authority.EntraExternalID || product == authority.EntraID
}

// read reads the claims of a token, by the rules of the product whose issuer it names.
// Until its key and issuer are found to fit that is a guess, which decides nothing but
// which claims must be of their types.
func (t *trust) read(token *signedToken, r *rules, c *claims) error {
	product := authority.AzureADB2C
	if !t.onlyB2C && len(t.anchors) > 0 {
		product = t.anchors[0].authority.Kind()
		if f := t.family(token.unverifiedIssuer()); f != nil {
			product = f.kind()
		}
	}
	err := c.parse(token.payload, r.signInDecides, product)
	if c.more != nil {
		c.more.alg, c.more.isAccess = token.header.alg, token.header.isAccess
	}
	return err
}

// readOther reads a claim that means something else, or more, outside B2C. If it is
// not done the claim is read as in a token of B2C.
func (r *claimsReader) readOther(p *particulars, name string, v strictjson.Value) (done, ok bool) {
	switch name {
	case "tfp", "acr":
		return true, true // flows are B2C's alone
	case "auth_time":
		return false, true
	}
	if p.product == authority.OpenIDConnect {
		return r.readOpenID(p, name, v)
	}
	switch name {
	case "tid":
		p.tenantID, ok = v.String()
		return true, ok && p.tenantID != ""
	case "scp":
		p.hasScope = true
		return false, true
	}
	return p.describe(r, name, v), true
}

// describe reads claims of Microsoft's that describe, whatever they hold, and those
// whose odd values count against the token.
func (p *particulars) describe(r *claimsReader, name string, v strictjson.Value) (done bool) {
	text, isText := v.String()
	switch name {
	case "idtyp":
		switch text {
		case "user":
			p.subject = markedUser
		case "app":
			p.subject = markedApp
		default:
			p.subject = markedOdd
		}
	case "azpacr":
		p.clientAuth = text
		if !isText || text == "" {
			p.clientAuth = "?" // it is there, and that counts
		}
	case "ver":
		p.isV1 = p.isV1 || text == "1.0"
	case "appid":
		p.isV1 = true
	case "groups":
		r.groups = r.texts.readNonEmpty(v)
	case "hasgroups":
		is, isBool := v.Bool()
		p.overage = p.overage || is || !isBool
	case "_claim_names":
		found, err := strictjson.Members(string(v), "groups")
		p.overage = p.overage || err != nil || found[0] != ""
	default:
		return false
	}
	return true
}

// readOpenID reads the claims that RFC 9068 has for access tokens, and those that
// providers had before it: scp, as a text or as a list.
func (r *claimsReader) readOpenID(p *particulars, name string, v strictjson.Value) (done, ok bool) {
	switch name {
	case "scope":
		r.scope, ok = r.readScopes(v)
	case "scp":
		r.scopes, ok = r.readScopes(v)
	case "client_id":
		p.clientID, ok = v.String()
	default:
		return false, true
	}
	return true, ok
}

// readScopes reads a text of scopes with spaces between, or a list of scopes.
func (r *claimsReader) readScopes(v strictjson.Value) (span, bool) {
	if text, isText := v.String(); isText {
		return r.texts.split(text), true
	}
	l, ok := r.texts.read(v)
	return l, ok && !l.hasEmpty
}

// settleOthers settles what only all claims together tell.
func (r *claimsReader) settleOthers(c *claims) {
	c.more.groups = r.groups.of(c.texts)
	if c.more.product != authority.OpenIDConnect {
		return
	}
	if !r.scope.isEmpty() {
		c.scopes = r.scope.of(c.texts)
	}
	if c.more.clientID != "" {
		c.clientID = c.more.clientID
	}
}

// isIssuerOf reports whether an issuer of the Microsoft identity platform is that of the
// tenant.
func isIssuerOf(issuer, tenantID string) bool {
	rest, ok := strings.CutSuffix(issuer, "/v2.0")
	rest, ok2 := strings.CutSuffix(rest, tenantID)
	return ok && ok2 && strings.HasSuffix(rest, "/") && guid.Is(tenantID)
}

// tenant returns the tenant that a token of the authority speaks of, "" if there are
// none. There may be no particulars.
func (p *particulars) tenant(a authority.Authority) string {
	if p != nil && p.product != authority.OpenIDConnect && p.tenantID != "" {
		return p.tenantID
	}
	return a.TenantID()
}

// user returns what identifies the user: what the application says, or the claim of
// that name, or what the product has for it.
func (p *particulars) user(claim string, all payload, objectID, subject string) (string, error) {
	if p.userID != "" {
		return p.userID, nil
	}
	if raw, is := all.claim(claim); claim != "" && is {
		id, _ := raw.String()
		if !guid.Is(id) {
			return "", fmt.Errorf("validator: claim %q, which is to be the user's id, is there and is no GUID; it must hold the id that the user had before, or be left out", claim)
		}
		return guid.Fold(id), nil
	}
	switch {
	case p.product == authority.AzureADB2C:
		return userID(objectID, subject)
	case p.product == authority.OpenIDConnect && subject != "":
		return subject, nil
	case p.product == authority.OpenIDConnect:
		return "", errors.New("validator: the token has no sub")
	case objectID != "":
		return objectID, nil
	}
	return "", errors.New("validator: the token has no oid; the client must request the profile scope (sub is another one for each client, and identifies nobody)")
}

// subjectAsID returns the subject if that identifies a user of the product.
func (p *particulars) subjectAsID(subject string) string {
	if isMicrosofts(p.product) {
		return ""
	}
	return subject
}
