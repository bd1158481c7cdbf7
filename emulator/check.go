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

// checkAll returns all mistakes of options with defaults filled in. The users'
// passwords are in accounts alone. What only follows from a mistake is none.
func (o *Options) checkAll(accounts []account) mistakes {
	var all mistakes
	o.checkNames(&all)
	o.checkHosts(&all)
	o.checkFlows(&all)
	o.checkApps(&all)
	o.checkGrants(&all)
	all.ofAccounts(accounts, func(i int) string { return fmt.Sprintf("Options.Users[%d]", i) })
	return all
}

func (o *Options) checkNames(all *mistakes) {
	if !namePattern.MatchString(o.Name) {
		all.add("Options.Name", "%q is no tenant name: lower-case letters, digits and hyphens", o.Name)
	}
	if !guidPattern.MatchString(o.ID) {
		all.add("Options.ID", "%q is no GUID; left out, it follows from the name", o.ID)
	}
	if !o.hasDomain() && (namePattern.MatchString(o.Name) || o.Domain != o.Name+".onmicrosoft.com") {
		all.add("Options.Domain", "%q is no domain name, such as contoso.onmicrosoft.com", o.Domain)
	}
}

// hasDomain reports whether the domain is one. The default of a name that is none
// isn't.
func (o *Options) hasDomain() bool { return hostPattern.MatchString(strings.ToLower(o.Domain)) }

func (o *Options) checkHosts(all *mistakes) {
	seen := unique{}
	for i, h := range o.Hosts {
		field := fmt.Sprintf("Options.Hosts[%d]", i)
		switch {
		case !namePattern.MatchString(o.Name) && h == strings.ToLower(o.Name)+".b2clogin.com": // its default
		case loopback(h):
			all.add(field, "%q is a loopback host: those are always answered, use a Server", h)
		// A single label will do: containers find each other by such names.
		case !hostPattern.MatchString(h) && !namePattern.MatchString(h):
			all.add(field, "%q is no host name (no scheme, port or path)", h)
		case seen.twice(h):
			all.add(field, "%q is there twice", h)
		}
	}
}

func (o *Options) checkFlows(all *mistakes) {
	seen := unique{}
	for i, f := range o.Flows {
		field := fmt.Sprintf("Options.Flows[%d]", i)
		switch {
		case !flowPattern.MatchString(f.Name):
			all.add(field+".Name", "%q is neither B2C_1_… nor B2C_1A_…", f.Name)
		case seen.twice(f.Name):
			all.add(field+".Name", "%q is there twice (case doesn't count)", f.Name)
		}
		f.check(all, field)
	}
}

func (o *Options) checkApps(all *mistakes) {
	names, ids, uris := unique{}, unique{}, unique{}
	for i, a := range o.Apps {
		field := fmt.Sprintf("Options.Apps[%d]", i)
		switch {
		case a.Name == "":
			all.add(field+".Name", "is empty")
		case names.twice(a.Name):
			all.add(field+".Name", "%q is there twice", a.Name)
		}
		switch {
		case !guidPattern.MatchString(a.ID):
			all.add(field+".ID", "%q is no GUID; left out, it follows from the name", a.ID)
		case ids.twice(a.ID) && a.ID != guid(o.ID, "client", a.Name): // else it follows from the name
			all.add(field+".ID", "%q is there twice", a.ID)
		}
		if !guidPattern.MatchString(a.ObjectID) {
			all.add(field+".ObjectID", "%q is no GUID; left out, it follows from the name", a.ObjectID)
		}
		ofNoDomain := !o.hasDomain() && strings.HasPrefix(a.URI, "https://"+o.Domain+"/")
		if twice := a.URI != "" && uris.twice(a.URI); twice {
			all.add(field+".URI", "%q is there twice", a.URI)
		} else if !ofNoDomain {
			a.checkURI(all, field+".URI")
		}
		a.checkPermissions(all, field)
		a.checkClient(all, field)
	}
}

func (a *App) checkURI(all *mistakes, field string) {
	switch {
	case a.URI == "" && len(a.Scopes)+len(a.Roles) > 0:
		all.add(field, "is empty, but the app publishes scopes or roles")
	case a.URI != "" && !a.hasURI():
		all.add(field, "%q is no absolute URI without a trailing slash, such as https://contoso.onmicrosoft.com/tasks", a.URI)
	}
}

// hasURI reports whether the App ID URI is one.
func (a *App) hasURI() bool {
	u, err := url.Parse(a.URI)
	return err == nil && u.Scheme != "" && !strings.HasSuffix(a.URI, "/")
}

// checkPermissions checks what an API publishes.
func (a *App) checkPermissions(all *mistakes, field string) {
	seen := unique{}
	check := func(field string, names []string) {
		for j, p := range names {
			field := fmt.Sprintf("%s[%d]", field, j)
			switch {
			case !wordPattern.MatchString(p) || strings.Contains(p, "/"):
				all.add(field, "%q is no name of a scope or role: no space, slash, quote or backslash", p)
			case seen.twice(p):
				all.add(field, "%q is published twice", p)
			}
		}
	}
	check(field+".Scopes", a.Scopes)
	check(field+".Roles", a.Roles)
}

// checkClient checks what an app needs to ask for tokens.
func (a *App) checkClient(all *mistakes, field string) {
	switch {
	case all.addUnnamed(field+".Kind", a.Kind):
	case a.Kind != WebApp && a.Secret != "":
		all.add(field+".Secret", "is set, but only a web app has one")
	}
	switch {
	case a.Secret == "" && len(a.MoreSecrets) > 0:
		all.add(field+".MoreSecrets", "is set, but Secret is empty")
	case slices.Contains(a.MoreSecrets, ""):
		all.add(field+".MoreSecrets", "has an empty one")
	}
	for j, uri := range a.RedirectURIs {
		field := fmt.Sprintf("%s.RedirectURIs[%d]", field, j)
		if host := hostPort.FindStringSubmatch(uri); host != nil {
			scheme := "https"
			if loopback(host[1]) {
				scheme = "http"
			}
			all.add(field, "%q has no scheme; write %s://%s", uri, scheme, uri)
		} else if !redirectable(uri) {
			all.add(field, "%q is neither https://…, nor http://localhost…, nor an app's own scheme", uri)
		}
	}
}

// checkGrants looks for what no API publishes. A name that an app without a URI,
// or with one that is none, publishes may be meant.
func (o *Options) checkGrants(all *mistakes) {
	published, unplaced := unique{}, unique{}
	var names []string
	for _, a := range o.Apps {
		for _, p := range slices.Concat(a.Scopes, a.Roles) {
			if !a.hasURI() {
				unplaced.twice(p)
			} else if !published.twice(a.URI+"/"+p) && wordPattern.MatchString(a.URI+"/"+p) {
				names = append(names, a.URI+"/"+p)
			}
		}
	}
	for i, a := range o.Apps {
		for j, g := range a.Granted {
			if !published.has(g) && !unplaced.has(g[strings.LastIndexByte(g, '/')+1:]) {
				all.add(fmt.Sprintf("Options.Apps[%d].Granted[%d]", i, j), "%q is no scope or role of an API here; %s", g, thereAre(names))
			}
		}
	}
}

// thereAre lists what could have been meant.
func thereAre[S ~string](names []S) string {
	const most = 12
	if len(names) == 0 {
		return "there is none"
	}
	shown := make([]string, min(len(names), most))
	for i := range shown {
		shown[i] = string(names[i])
	}
	text := "there are " + strings.Join(shown, ", ")
	if n := len(names) - most; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}

// thereAreFlows lists the flows of a tenant.
func (t *Tenant) thereAreFlows() string {
	names := make([]string, len(t.opts.Flows))
	for i, f := range t.opts.Flows {
		names[i] = f.Name
	}
	return thereAre(names)
}

// hostPort is what looks like a URI of a scheme of one's own, and is a host with a
// port.
var hostPort = regexp.MustCompile(`^([\w.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]+(?:[/?][!-~]*)?$`)

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

// ofAccounts checks what Options.Users, AddUser and SetUser have in common.
func (all *mistakes) ofAccounts(accounts []account, fieldOf func(i int) string) {
	ids, names := unique{}, unique{}
	for i, a := range accounts {
		field := fieldOf(i)
		if a.Name == "" {
			all.add(field+".Name", "is empty")
		}
		switch {
		case !guidPattern.MatchString(a.ObjectID):
			all.add(field+".ObjectID", "%q is no GUID; left out, it follows from the name", a.ObjectID)
		case ids.twice(a.ObjectID) && a.Name != "":
			all.add(field+".ObjectID", "%q is there twice (if left out, it follows from the name)", a.ObjectID)
		}
		for _, name := range slices.Sorted(maps.Keys(a.Claims)) {
			if _, err := encode(a.Claims[name]); err != nil {
				all.add(fmt.Sprintf("%s.Claims[%q]", field, name), "is no JSON: %v", err)
			}
		}
		switch {
		case a.hash == nil:
			continue
		case a.IDP != "":
			all.add(field+".Password", "is set, but %s knows the password of this account", a.IDP)
			continue
		case len(a.signInNames()) == 0:
			all.add(field+".Password", "is set, but there is neither Username nor Emails")
		}
		for _, name := range a.signInNames() {
			if names.twice(name) {
				all.add(field, "signs in as %q, as another user does", name)
			}
		}
	}
}

// checkAccounts is ofAccounts as an error.
func checkAccounts(accounts []account, fieldOf func(i int) string) error {
	var all mistakes
	all.ofAccounts(accounts, fieldOf)
	return all.errors("")
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
