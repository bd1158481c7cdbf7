// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"math"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// maxNumericDate is the last second of the year 9999.
const maxNumericDate = 253402300799

// claims are the claims of a payload that the kit knows, in one pass.
type claims struct {
	payload payload

	issuer        string
	audience      []string
	flow          string // tfp, else acr
	clientID      string
	scopes, roles []string
	texts         []string // those of all lists, and what else lies in the same memory
	times
	user
	binding

	more *particulars // of tokens that are not B2C's; nil in those that are
}

// times are when a token is good, and when its user signed in; zero where it
// has no such claim.
type times struct{ exp, nbf, iat, authTime time.Time }

// user is who a token speaks of.
type user struct {
	subject, objectID, name string
	emails                  []string
}

// binding binds an ID token to a sign-in and to what came with it, as it stands
// there.
type binding struct{ nonce, atHash, cHash strictjson.Value }

// isBound reports whether the token has claims that ID tokens have. In B2C,
// access tokens may have a nonce too.
func (b *binding) isBound() bool { return b.nonce != "" || b.atHash != "" || b.cHash != "" }

// parse reads a payload. Claims that decide must be of the right type;
// those that decide nothing are left empty if they are not. The latter are what
// describes the user, and unless the sign-in decides, acr beside a tfp and
// auth_time, which a route may require and then misses.
//
// Which those are is for the product to say, whose token it is if it is good at all.
func (c *claims) parse(data string, signInDecides bool, product authority.Kind) error {
	*c = claims{payload: payload(data)}
	r := claimsReader{signInDecides: signInDecides}
	if product != authority.AzureADB2C {
		c.more = &particulars{product: product}
	}
	err := strictjson.Object(data, func(name string, v strictjson.Value) error {
		if !r.read(c, name, v) {
			return refuse(ErrClaim, name, "claim %s is of the wrong type or out of range", name)
		}
		return nil
	})
	r.settleLists(c)
	if c.more != nil {
		r.settleOthers(c)
	}
	if c.subject == subUnsupported {
		c.subject = ""
	}
	if flowErr := r.settleFlow(c); err == nil && flowErr != nil {
		err = flowErr
	}
	return err
}

// claimsReader reads one claim after the other.
type claimsReader struct {
	signInDecides bool
	hasTFP        bool
	acr           strictjson.Value

	texts                                  texts
	audience, scopes, roles, emails, email span
	scope, groups                          span // of other products
}

// read reads a claim, and reports whether it can be accepted.
func (r *claimsReader) read(c *claims, name string, v strictjson.Value) (ok bool) {
	if c.more != nil {
		if done, ok := r.readOther(c.more, name, v); done {
			return ok
		}
	}
	switch name {
	case "iss":
		c.issuer, ok = v.String()
	case "sub":
		c.subject, ok = v.String()
	case "oid":
		c.objectID, ok = v.String()
	case "aud":
		r.audience, ok = r.texts.read(v)
		ok = ok && !r.audience.isEmpty() && !r.audience.hasEmpty
	case "tfp":
		r.hasTFP = true
		c.flow, ok = v.String()
	case "acr":
		r.acr = v
		_, ok = v.String()
		ok = ok || !r.signInDecides
	case "azp":
		c.clientID, ok = v.String()
	case "scp":
		var scp string
		scp, ok = v.String()
		r.scopes = r.texts.split(scp)
	case "exp":
		c.exp, ok = numericDate(v)
	case "nbf":
		c.nbf, ok = numericDate(v)
	case "iat":
		c.iat, ok = numericDate(v)
	case "auth_time":
		c.authTime, ok = numericDate(v)
		ok = ok || !r.signInDecides
	default:
		r.describe(c, name, v)
		ok = true
	}
	return ok
}

// describe reads a claim that decides nothing, whatever it holds.
func (r *claimsReader) describe(c *claims, name string, v strictjson.Value) {
	switch name {
	case "name":
		c.name, _ = v.String()
	case "emails":
		r.emails, _ = r.texts.read(v)
	case "email":
		r.email = r.texts.readNonEmpty(v)
	case "roles":
		r.roles = r.texts.readNonEmpty(v)
	case "nonce":
		c.nonce = v
	case "at_hash":
		c.atHash = v
	case "c_hash":
		c.cHash = v
	}
}

// settleLists gives the claims their lists, and emails those of email if there are
// no others.
func (r *claimsReader) settleLists(c *claims) {
	if r.emails.isEmpty() {
		r.emails = r.email
	}
	all := r.texts.all()
	c.texts = all
	c.audience, c.scopes = r.audience.of(all), r.scopes.of(all)
	c.roles, c.emails = r.roles.of(all), r.emails.of(all)
}

// settleFlow takes the flow from acr if there is no tfp. A claim that is there
// and names no flow must not pass for a missing one.
func (r *claimsReader) settleFlow(c *claims) *Error {
	if !r.hasTFP {
		if r.acr == "" {
			return nil
		}
		c.flow, _ = r.acr.String()
	}
	if c.flow == "" {
		return refuse(ErrClaim, "tfp", "the claim that names the flow is empty or no string")
	}
	return nil
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

// subUnsupported is what older B2C flows write into sub.
const subUnsupported = "Not supported currently. Use oid claim."

// holder returns who the claims speak of, nil if nothing could be read. The
// signature must have been verified.
func (c *claims) holder() *Holder {
	if c.more != nil {
		return holderOf(c.clientID, c.objectID, c.more.subjectAsID(c.subject), "")
	}
	return holderOf(c.clientID, c.objectID, c.subject, c.flow)
}
