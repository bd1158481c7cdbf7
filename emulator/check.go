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
		return fmt.Errorf("Options.Name %q is no tenant name: lower-case letters, digits and hyphens", o.Name)
	case !guidPattern.MatchString(o.ID):
		return fmt.Errorf("Options.ID %q is no GUID", o.ID)
	case !hostPattern.MatchString(strings.ToLower(o.Domain)):
		return fmt.Errorf("Options.Domain %q is no domain name", o.Domain)
	}
	seen := unique{}
	for i, h := range o.Hosts {
		field := fmt.Sprintf("Options.Hosts[%d]", i)
		switch {
		case loopback(h):
			return fmt.Errorf("%s %q is a loopback host: those are always answered, use a Server", field, h)
		// A single label will do: containers find each other by such names.
		case !hostPattern.MatchString(h) && !namePattern.MatchString(h):
			return fmt.Errorf("%s %q is no host name (no scheme, port or path)", field, h)
		case seen.twice(h):
			return fmt.Errorf("%s %q is there twice", field, h)
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
			return fmt.Errorf("%s.Name %q is neither B2C_1_… nor B2C_1A_…", field, f.Name)
		case seen.twice(f.Name):
			return fmt.Errorf("%s.Name %q is there twice (case doesn't count)", field, f.Name)
		case f.Kind < SignUpSignIn || f.Kind > ROPC:
			return fmt.Errorf("%s.Kind %d is no FlowKind", field, f.Kind)
		case f.ForgotPassword != ForgotInFlow && f.ForgotPassword != ForgotError:
			return fmt.Errorf("%s.ForgotPassword %d is no ForgotPassword", field, f.ForgotPassword)
		case f.Issuer != IssuerGUID && f.Issuer != IssuerTFP:
			return fmt.Errorf("%s.Issuer %d is no IssuerPattern", field, f.Issuer)
		case f.FlowClaim < ClaimTFP || f.FlowClaim > ClaimNone:
			return fmt.Errorf("%s.FlowClaim %d is no FlowClaim", field, f.FlowClaim)
		case f.Lifetime < 0:
			return fmt.Errorf("%s.Lifetime %v is negative (Spec.Lifetime may be)", field, f.Lifetime)
		case f.RefreshLifetime < 0:
			return fmt.Errorf("%s.RefreshLifetime %v is negative", field, f.RefreshLifetime)
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
			return fmt.Errorf("%s.Name is empty", field)
		case names.twice(a.Name):
			return fmt.Errorf("%s.Name %q is there twice", field, a.Name)
		case !guidPattern.MatchString(a.ID):
			return fmt.Errorf("%s.ID %q is no GUID", field, a.ID)
		case ids.twice(a.ID):
			return fmt.Errorf("%s.ID %q is there twice", field, a.ID)
		case !guidPattern.MatchString(a.ObjectID):
			return fmt.Errorf("%s.ObjectID %q is no GUID", field, a.ObjectID)
		case a.URI == "" && len(a.Scopes)+len(a.Roles) > 0:
			return fmt.Errorf("%s.URI is empty, but the app publishes scopes or roles", field)
		case a.URI != "" && uris.twice(a.URI):
			return fmt.Errorf("%s.URI %q is there twice", field, a.URI)
		case a.Kind < AppDefault || a.Kind > NativeApp:
			return fmt.Errorf("%s.Kind %d is no AppKind", field, a.Kind)
		case a.Kind != WebApp && a.Secret != "":
			return fmt.Errorf("%s.Secret is set, but only a web app has one", field)
		case a.Secret == "" && len(a.MoreSecrets) > 0:
			return fmt.Errorf("%s.MoreSecrets is set, but Secret is empty", field)
		case slices.Contains(a.MoreSecrets, ""):
			return fmt.Errorf("%s.MoreSecrets has an empty one", field)
		}
		for j, uri := range a.RedirectURIs {
			if !redirectable(uri) {
				return fmt.Errorf("%s.RedirectURIs[%d] %q is neither https://…, nor http://localhost…, nor an app's own scheme", field, j, uri)
			}
		}
		if u, err := url.Parse(a.URI); a.URI != "" && (err != nil || u.Scheme == "" || strings.HasSuffix(a.URI, "/")) {
			return fmt.Errorf("%s.URI %q is no absolute URI without a trailing slash", field, a.URI)
		}
		for _, p := range slices.Concat(a.Scopes, a.Roles) {
			if !wordPattern.MatchString(p) || strings.Contains(p, "/") {
				return fmt.Errorf("%s publishes %q, which is no name of a scope or role", field, p)
			}
			if permissions.twice(a.URI + "/" + p) {
				return fmt.Errorf("%s publishes %q twice", field, p)
			}
		}
	}
	for i, a := range o.Apps {
		for j, g := range a.Granted {
			if !permissions.has(g) {
				return fmt.Errorf("Options.Apps[%d].Granted[%d] %q is no scope or role of an API here", i, j, g)
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
			return fmt.Errorf("%s.Name is empty", field)
		case !guidPattern.MatchString(a.ObjectID):
			return fmt.Errorf("%s.ObjectID %q is no GUID", field, a.ObjectID)
		case ids.twice(a.ObjectID):
			return fmt.Errorf("%s.ObjectID %q is there twice (if left out, it follows from the name)", field, a.ObjectID)
		}
		for _, name := range slices.Sorted(maps.Keys(a.Claims)) {
			if _, err := encode(a.Claims[name]); err != nil {
				return fmt.Errorf("%s.Claims[%q] is no JSON: %w", field, name, err)
			}
		}
		switch {
		case a.hash == nil:
			continue
		case a.IDP != "":
			return fmt.Errorf("%s.Password is set, but %s knows the password of this account", field, a.IDP)
		case len(a.signInNames()) == 0:
			return fmt.Errorf("%s.Password is set, but there is neither Username nor Emails", field)
		}
		for _, name := range a.signInNames() {
			if names.twice(name) {
				return fmt.Errorf("%s signs in as %q, as another user does", field, name)
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
