// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"maps"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var (
	guidPattern = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	// B2C: names are b2c_1_ or b2c_1a_ and then letters, digits, "-", "_", ".".
	flowPattern = regexp.MustCompile(`(?i)^b2c_1a?_[a-z0-9._-]+$`)
	namePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	hostPattern = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	wordPattern = regexp.MustCompile(`^[!#-\[\]-~]+$`) // scope-token of RFC 6749 §3.3
)

// checkAll is check for the users too, whose passwords are in accounts alone.
func (o *Options) checkAll(accounts []account) error {
	if err := o.check(); err != nil {
		return err
	}
	return checkAccounts(accounts, func(i int) string { return fmt.Sprintf("Options.Users[%d]", i) })
}

// check returns an error that names the field which is empty or contradicts
// another. It is called on options with defaults filled in.
func (o *Options) check() error {
	switch {
	case !namePattern.MatchString(o.Name):
		return wrong("Options.Name", "%q is no tenant name: lower-case letters, digits and hyphens", o.Name)
	case !guidPattern.MatchString(o.ID):
		return wrong("Options.ID", "%q is no GUID", o.ID)
	case !hostPattern.MatchString(strings.ToLower(o.Domain)):
		return wrong("Options.Domain", "%q is no domain name", o.Domain)
	}
	seen := unique{}
	for i, h := range o.Hosts {
		field := fmt.Sprintf("Options.Hosts[%d]", i)
		switch {
		case loopback(h):
			return wrong(field, "%q is a loopback host: those are always answered, use a Server", h)
		// A single label will do: containers find each other by such names.
		case !hostPattern.MatchString(h) && !namePattern.MatchString(h):
			return wrong(field, "%q is no host name (no scheme, port or path)", h)
		case seen.twice(h):
			return wrong(field, "%q is there twice", h)
		}
	}
	if err := o.checkFlows(); err != nil {
		return err
	}
	return o.checkApps()
}

func (o *Options) checkFlows() error {
	seen := unique{}
	for i, f := range o.Flows {
		field := fmt.Sprintf("Options.Flows[%d]", i)
		switch {
		case !flowPattern.MatchString(f.Name):
			return wrong(field+".Name", "%q is neither B2C_1_… nor B2C_1A_…", f.Name)
		case seen.twice(f.Name):
			return wrong(field+".Name", "%q is there twice (case doesn't count)", f.Name)
		case f.Kind < SignUpSignIn || f.Kind > ROPC:
			return wrong(field+".Kind", "%d is no FlowKind", f.Kind)
		case f.ForgotPassword != ForgotInFlow && f.ForgotPassword != ForgotError:
			return wrong(field+".ForgotPassword", "%d is no ForgotPassword", f.ForgotPassword)
		case f.Issuer != IssuerGUID && f.Issuer != IssuerTFP:
			return wrong(field+".Issuer", "%d is no IssuerPattern", f.Issuer)
		case f.FlowClaim < ClaimTFP || f.FlowClaim > ClaimNone:
			return wrong(field+".FlowClaim", "%d is no FlowClaim", f.FlowClaim)
		case f.Lifetime < 0:
			return wrong(field+".Lifetime", "%v is negative (Spec.Lifetime may be)", f.Lifetime)
		case f.RefreshLifetime < 0:
			return wrong(field+".RefreshLifetime", "%v is negative", f.RefreshLifetime)
		}
	}
	return nil
}

func (o *Options) checkApps() error {
	names, ids, uris, permissions := unique{}, unique{}, unique{}, unique{}
	for i, a := range o.Apps {
		field := fmt.Sprintf("Options.Apps[%d]", i)
		switch {
		case a.Name == "":
			return wrong(field+".Name", "is empty")
		case names.twice(a.Name):
			return wrong(field+".Name", "%q is there twice", a.Name)
		case !guidPattern.MatchString(a.ID):
			return wrong(field+".ID", "%q is no GUID", a.ID)
		case ids.twice(a.ID):
			return wrong(field+".ID", "%q is there twice", a.ID)
		case !guidPattern.MatchString(a.ObjectID):
			return wrong(field+".ObjectID", "%q is no GUID", a.ObjectID)
		case a.URI == "" && len(a.Scopes)+len(a.Roles) > 0:
			return wrong(field+".URI", "is empty, but the app publishes scopes or roles")
		case a.URI != "" && uris.twice(a.URI):
			return wrong(field+".URI", "%q is there twice", a.URI)
		case a.Kind < AppDefault || a.Kind > NativeApp:
			return wrong(field+".Kind", "%d is no AppKind", a.Kind)
		case a.Kind != WebApp && a.Secret != "":
			return wrong(field+".Secret", "is set, but only a web app has one")
		case a.Secret == "" && len(a.MoreSecrets) > 0:
			return wrong(field+".MoreSecrets", "is set, but Secret is empty")
		case slices.Contains(a.MoreSecrets, ""):
			return wrong(field+".MoreSecrets", "has an empty one")
		}
		for j, uri := range a.RedirectURIs {
			if !redirectable(uri) {
				return wrong(fmt.Sprintf("%s.RedirectURIs[%d]", field, j), "%q is neither https://…, nor http://localhost…, nor an app's own scheme", uri)
			}
		}
		if u, err := url.Parse(a.URI); a.URI != "" && (err != nil || u.Scheme == "" || strings.HasSuffix(a.URI, "/")) {
			return wrong(field+".URI", "%q is no absolute URI without a trailing slash", a.URI)
		}
		for _, p := range slices.Concat(a.Scopes, a.Roles) {
			if !wordPattern.MatchString(p) || strings.Contains(p, "/") {
				return wrong(field, "publishes %q, which is no name of a scope or role", p)
			}
			if permissions.twice(a.URI + "/" + p) {
				return wrong(field, "publishes %q twice", p)
			}
		}
	}
	for i, a := range o.Apps {
		for j, g := range a.Granted {
			if !permissions.has(g) {
				return wrong(fmt.Sprintf("Options.Apps[%d].Granted[%d]", i, j), "%q is no scope or role of an API here", g)
			}
		}
	}
	return nil
}

// redirectable reports whether B2C lets an app register a redirect URI.
func redirectable(uri string) bool {
	u, err := url.Parse(uri)
	switch {
	case err != nil || u.Fragment != "" || strings.Contains(uri, "#"):
		return false
	case u.Scheme == "http":
		return loopback(u.Hostname())
	case u.Scheme == "https":
		return u.Host != ""
	default:
		return u.Scheme != "" && u.Scheme != "javascript" && u.Scheme != "data"
	}
}

// checkAccounts checks what Options.Users, AddUser and SetUser have in common.
func checkAccounts(accounts []account, fieldOf func(i int) string) error {
	ids, names := unique{}, unique{}
	for i, a := range accounts {
		field := fieldOf(i)
		switch {
		case a.Name == "":
			return wrong(field+".Name", "is empty")
		case !guidPattern.MatchString(a.ObjectID):
			return wrong(field+".ObjectID", "%q is no GUID", a.ObjectID)
		case ids.twice(a.ObjectID):
			return wrong(field+".ObjectID", "%q is there twice (if left out, it follows from the name)", a.ObjectID)
		}
		for _, name := range slices.Sorted(maps.Keys(a.Claims)) {
			if _, err := encode(a.Claims[name]); err != nil {
				return wrong(fmt.Sprintf("%s.Claims[%q]", field, name), "is no JSON: %v", err)
			}
		}
		switch {
		case a.hash == nil:
			continue
		case a.IDP != "":
			return wrong(field+".Password", "is set, but %s knows the password of this account", a.IDP)
		case len(a.signInNames()) == 0:
			return wrong(field+".Password", "is set, but there is neither Username nor Emails")
		}
		for _, name := range a.signInNames() {
			if names.twice(name) {
				return wrong(field, "signs in as %q, as another user does", name)
			}
		}
	}
	return nil
}

// unique remembers strings, in any case.
type unique map[string]struct{}

func (u unique) has(s string) bool {
	_, ok := u[folded(s)]
	return ok
}

// twice reports whether s was seen before, and remembers it.
func (u unique) twice(s string) bool {
	if u.has(s) {
		return true
	}
	u[folded(s)] = struct{}{}
	return false
}

// folded returns the same text for all that strings.EqualFold takes for equal.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return least
	}, s)
}

// loopback reports whether a host, without a port, is this machine.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}
