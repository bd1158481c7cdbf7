// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"
)

// lastDate is the last second of the year 9999.
const lastDate = 253402300799

// judgeClaims compares the claims with each authority. All has to fit one.
func (o *Oracle) judgeClaims(p map[string]json.RawMessage, kid string, verified []bool, rules *Rules) Verdict {
	c, ok := readClaims(p)
	of := slices.IndexFunc(o.authorities, func(a Authority) bool { return a.Issuer == c.iss })
	switch {
	case of < 0 && !(ok && c.flowFits):
		// Nobody knows whose rules its claims would be read by.
		return Verdict{Faults: []Fault{"claim", "issuer"}}
	case !ok, of >= 0 && !c.isReadable(&o.authorities[of]):
		return refuse("claim")
	}
	var v Verdict
	for i := range o.authorities {
		a := &o.authorities[i]
		faults := c.faults(a, rules)
		switch {
		case a.keys[kid].public == nil, !a.isSignedBy(a.keys[kid]):
			faults = append(faults, "unknown_key")
		case !verified[i]:
			faults = append(faults, "signature", "unknown_key")
		}
		if len(faults) > 0 {
			v.Faults = append(v.Faults, faults...)
			continue
		}
		flow := a.Flow
		if c.flow == nil {
			flow = ""
		}
		v.Flows = append(v.Flows, flow)
		v.User = c.oid
		if v.User == "" && a.Tenant == "" && c.sub != "Not supported currently. Use oid claim." {
			v.User = c.sub
		}
	}
	if v.Flows == nil {
		return v
	}
	v.Faults = nil
	v.Scopes = c.scopes
	return v
}

// isSignedBy reports whether a key of the set signs for this very tenant, by its own
// word: for B2C none says so, a single tenant's need not, and those of many must.
func (a *Authority) isSignedBy(k key) bool {
	if a.Tenant == "" {
		return true
	}
	if k.issuer == "" {
		return !a.Listed
	}
	const entra = "https://login.microsoftonline.com/"
	return k.issuer == a.Issuer || k.issuer == entra+a.Tenant+"/v2.0" || k.issuer == entra+"{tenantid}/v2.0"
}

// claims are what decides.
type claims struct {
	iss, azp, sub, oid string
	tid                *string // nil: none; "": there, and no tenant
	idtyp              *string // nil: none; "": there, and no text
	azpacr             string
	version1, hasScope bool
	aud, scopes, roles []string
	exp                float64
	nbf, iat           float64 // 0: none
	flow               *string // nil: none; "": there, and no name
	flowFits           bool    // it is none, or may be a name
	idToken            bool    // has what ID tokens have
	missing            bool    // lacks what every token has
}

// readClaims reads the claims that decide for every kind of authority, and
// reports whether each that is there is of its type.
func readClaims(p map[string]json.RawMessage) (c claims, ok bool) {
	ok = true
	need := func(good bool) { ok = ok && good }
	// What must be there is missed with the rest; what is there must be right.
	c.missing = p["iss"] == nil || p["aud"] == nil || p["exp"] == nil
	c.iss = optional(p, "iss", need)
	need(p["iss"] == nil || c.iss != "")
	c.sub, c.oid, c.azp = optional(p, "sub", need), optional(p, "oid", need), optional(p, "azp", need)
	for s := range strings.SplitSeq(optional(p, "scp", need), " ") {
		if s != "" {
			c.scopes = append(c.scopes, s)
		}
	}
	if one, isText := text(p["aud"]); isText {
		c.aud = []string{one}
	} else {
		c.aud, isText = texts(p["aud"])
		need(isText || p["aud"] == nil)
	}
	need(p["aud"] == nil || len(c.aud) > 0 && !slices.Contains(c.aud, ""))
	c.exp, c.nbf, c.iat = date(p, "exp", need), date(p, "nbf", need), date(p, "iat", need)
	if one, isText := text(p["roles"]); isText {
		c.roles = []string{one}
	} else {
		c.roles, _ = texts(p["roles"])
	}
	c.roles = slices.DeleteFunc(c.roles, func(s string) bool { return s == "" })
	c.idToken = p["nonce"] != nil || p["at_hash"] != nil || p["c_hash"] != nil
	c.flowFits = true
	for _, name := range []string{"tfp", "acr"} { // tfp, else acr
		if raw := p[name]; raw != nil {
			flow, isText := text(raw)
			c.flowFits = isText && flow != ""
			c.flow = &flow
			break
		}
	}
	c.readOthers(p)
	return c, ok
}

// readOthers reads what External ID and Entra ID have beside B2C's claims.
func (c *claims) readOthers(p map[string]json.RawMessage) {
	may := func(name string) *string {
		if p[name] == nil {
			return nil
		}
		s, _ := text(p[name])
		return &s
	}
	c.tid, c.idtyp, c.hasScope = may("tid"), may("idtyp"), p["scp"] != nil
	c.azpacr, _ = text(p["azpacr"])
	ver, _ := text(p["ver"])
	c.version1 = ver == "1.0" || p["appid"] != nil
}

// isReadable reports whether the claims are of their types that decide for an
// authority alone: the flow for B2C, the tenant for others.
func (c *claims) isReadable(a *Authority) bool {
	if a.Tenant == "" {
		return c.flowFits
	}
	return c.tid == nil || *c.tid != ""
}

// isOthersAccessToken reports whether External ID or Entra ID would issue such an access
// token: a user's, with scopes, or an app's own, with roles.
func (c *claims) isOthersAccessToken() bool {
	switch {
	case c.version1:
		return false
	case len(c.scopes) > 0:
		return c.idtyp == nil || *c.idtyp != "app"
	}
	isApps := c.azp != "" && !c.hasScope && (c.idtyp == nil || *c.idtyp == "app") && c.azpacr != "0"
	return isApps && !c.idToken && c.oid != "" && c.sub == c.oid && len(c.roles) > 0
}

func optional(p map[string]json.RawMessage, name string, need func(bool)) string {
	s, ok := text(p[name])
	need(ok || p[name] == nil)
	return s
}

// date reads a NumericDate (RFC 7519 section 2) in the years 1970 to 9999.
func date(p map[string]json.RawMessage, name string, need func(bool)) float64 {
	f, ok := number(p[name])
	need(p[name] == nil || ok && f >= 0 && f <= lastDate)
	return f
}

// faults are what is wrong with the claims at one authority.
func (c *claims) faults(a *Authority, rules *Rules) (all []Fault) {
	fault := func(is bool, f Fault) {
		if is {
			all = append(all, f)
		}
	}
	fault(c.missing, "claim")
	fault(c.iss != a.Issuer, "issuer")
	fault(!slices.ContainsFunc(c.aud, func(s string) bool { return slices.Contains(a.Audiences, s) }), "audience")
	now, leeway := seconds(rules.Now), rules.Leeway.Seconds()
	fault(now >= c.exp+leeway, "expired")
	fault(now+leeway < c.nbf || now+leeway < c.iat, "not_yet_valid")
	fault(rules.Clients != nil && !slices.Contains(rules.Clients, c.azp), "client")
	if a.Tenant != "" {
		fault(c.tid != nil && *c.tid != a.Tenant, "issuer")
		fault(c.tid == nil && a.Listed, "claim")
		fault(!c.isOthersAccessToken(), "not_access_token")
		return all
	}
	fault(len(c.scopes) == 0, "not_access_token")
	if c.flow == nil {
		fault(c.azp == "" || !slices.Contains(rules.AllowMissingFlow, c.azp), "flow")
	} else {
		fault(asciiLower(*c.flow) != asciiLower(a.Flow), "flow")
	}
	return all
}

func seconds(t time.Time) float64 {
	return float64(t.Unix()) + math.Round(float64(t.Nanosecond())/1e6)/1e3
}
