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
	if !ok {
		return refuse("claim")
	}
	var v Verdict
	external := false
	for i := range o.authorities {
		a := &o.authorities[i]
		faults := c.faults(a, rules)
		switch {
		case a.keys[kid] == nil:
			faults = append(faults, "unknown_key")
		case !verified[i]:
			faults = append(faults, "signature", "unknown_key")
		case !a.keys[kid].fits(a):
			faults = append(faults, "unknown_key")
		}
		if len(faults) > 0 {
			v.Faults = append(v.Faults, faults...)
			continue
		}
		flow := a.Flow
		if c.flow == nil || a.External {
			flow = ""
		}
		v.Flows = append(v.Flows, flow)
		external = a.External // issuers of two kinds differ
	}
	if v.Flows == nil {
		return v
	}
	v.Faults = nil
	v.Scopes = c.scopes
	if v.User = c.oid; v.User == "" && !external && c.sub != "Not supported currently. Use oid claim." {
		v.User = c.sub
	}
	return v
}

// claims are what decides.
type claims struct {
	iss, azp, sub, oid string
	aud, scopes, roles []string
	exp                float64
	nbf, iat           float64 // 0: none
	flow               *string // nil: none; "": there, and no name
	oddFlow            bool    // it is there, and no text or empty

	// What External ID documents besides.
	tid         string
	oddTID      bool
	idtyp, auth string // "" if there is none, "odd" for anything that is not documented
	version1    bool
	hasScope    bool // scp is there, if only an empty one
	idToken     bool // has what ID tokens have
	missing     bool // lacks what every token has
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
	c.roles, _ = texts(p["roles"])
	c.roles = slices.DeleteFunc(c.roles, func(s string) bool { return s == "" })
	c.idToken = p["nonce"] != nil || p["at_hash"] != nil || p["c_hash"] != nil
	for _, name := range []string{"tfp", "acr"} { // tfp, else acr
		if raw := p[name]; raw != nil {
			flow, isText := text(raw)
			c.oddFlow = !isText || flow == ""
			c.flow = &flow
			break
		}
	}
	c.readExternal(p)
	return c, ok
}

// readExternal reads what decides at External ID alone.
func (c *claims) readExternal(p map[string]json.RawMessage) {
	var isText bool
	c.tid, isText = text(p["tid"])
	c.oddTID = p["tid"] != nil && (!isText || c.tid == "")
	one := func(name string, documented ...string) string {
		switch s, _ := text(p[name]); {
		case p[name] == nil:
			return ""
		case slices.Contains(documented, s):
			return s
		}
		return "odd"
	}
	c.idtyp, c.auth = one("idtyp", "app", "user"), one("azpacr", "0", "1", "2")
	c.version1 = p["appid"] != nil || one("ver", "1.0") == "1.0"
	c.hasScope = p["scp"] != nil
}

// isAppOnly reports whether the claims are those of an app's own token of External ID.
func (c *claims) isAppOnly() bool {
	return !c.hasScope && c.azp != "" && !c.idToken && c.oid != "" && c.oid == c.sub && len(c.roles) > 0 &&
		(c.idtyp == "" || c.idtyp == "app") && c.auth != "0"
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
	if a.External {
		isUsers := len(c.scopes) > 0 && c.idtyp != "app"
		fault(c.version1 || !isUsers && !c.isAppOnly(), "not_access_token")
		fault(c.oddTID, "claim")
		fault(c.tid != "" && c.tid != strings.Split(a.Issuer, "/")[3], "issuer")
		return all
	}
	fault(c.oddFlow, "claim")
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
