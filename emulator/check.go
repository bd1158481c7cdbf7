// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/fold"
	"github.com/b2ckit/b2ckit/emulator/internal/guid"
	"github.com/b2ckit/b2ckit/emulator/internal/hint"
	"github.com/b2ckit/b2ckit/emulator/internal/host"
)

var (
	namePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	hostPattern = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
)

// Check returns all mistakes that [NewTenant] would panic on, joined, each a
// [*FieldError], or nil. What only follows from another mistake is left out. It
// is for options that come from a user and not from a program. Nil options are
// fine.
func (o *Options) Check() error {
	c := o.withDefaults()
	return errorsOf[Options](c.checkAll(accountsOf(c.Users)), "emulator: ")
}

// checkAll returns all mistakes of options with defaults filled in. The users'
// passwords are in accounts alone. What only follows from a mistake is none.
func (o *Options) checkAll(accounts []account) mistakes {
	var all mistakes
	o.checkNames(&all)
	o.checkHighScale(&all)
	o.checkHosts(&all)
	p := productOf(o.Kind)
	p.check(settings{
		kind: o.Kind, emailScope: o.EmailScope, keysWithoutActivation: o.KeysWithoutActivation, asksForPasswords: o.OnPasswordSubmit != nil,
		attributes: o.Attributes, flows: o.Flows, apps: o.Apps,
	}, &all)
	o.checkApps(&all)
	o.checkGrants(&all)
	checkAttributes(o.Attributes, &all)
	fieldOf := func(i int) string { return fmt.Sprintf("Options.Users[%d]", i) }
	for i, u := range o.Users {
		p.checkUser(u, o.Apps, fieldOf(i), &all)
	}
	all.ofAccounts(accounts, fieldOf)
	return all
}

func (o *Options) checkNames(all *mistakes) {
	all.addUnnamed("Options.Kind", o.Kind)
	if o.SharedKeysWith != nil && o.SharedKeysWith.kind != o.Kind {
		all.add("Options.SharedKeysWith", "is a tenant of the kind %s, and not %s", o.SharedKeysWith.kind, o.Kind)
	}
	if !namePattern.MatchString(o.Name) {
		all.add("Options.Name", "%q is no tenant name: lower-case letters, digits and hyphens", o.Name)
	}
	if !guid.Is(o.ID) {
		all.add("Options.ID", "%q is no GUID; left out, it follows from the name", o.ID)
	}
	if !o.hasDomain() && (namePattern.MatchString(o.Name) || o.Domain != o.Name+".onmicrosoft.com") {
		all.add("Options.Domain", "%q is no domain name, such as contoso.onmicrosoft.com", o.Domain)
	}
}

// hasDomain reports whether the domain is one. The default of a name that is none
// isn't.
func (o *Options) hasDomain() bool { return hostPattern.MatchString(strings.ToLower(o.Domain)) }

func (o *Options) checkHighScale(all *mistakes) {
	of := o.HighScaleOf
	if of == nil {
		return
	}
	switch {
	case o.Kind != ExternalID:
		all.add("Options.HighScaleOf", "is set, but a tenant of the kind %s is never the other side of a B2C tenant", o.Kind)
	case of.kind != B2C:
		all.add("Options.HighScaleOf", "is a tenant of the kind %s, and not %s", of.kind, B2C)
	}
	if o.ID != of.model.id {
		all.add("Options.ID", "%q is not that of the B2C tenant, %s; leave it out", o.ID, of.model.id)
	}
	if o.Domain != of.model.domain {
		all.add("Options.Domain", "%q is not that of the B2C tenant, %s; leave it out", o.Domain, of.model.domain)
	}
	if o.Users != nil {
		all.add("Options.Users", "is set, but the users are those of the B2C tenant")
	}
	for i, a := range o.Apps {
		if other := of.model.app(a.ID); other != nil {
			all.add(fmt.Sprintf("Options.Apps[%d].ID", i), "%q is that of the app %s of the B2C tenant: an app is registered once for either", a.ID, other.Name)
		}
	}
}

func (o *Options) checkHosts(all *mistakes) {
	seen := fold.Set{}
	for i, h := range o.Hosts {
		field := fmt.Sprintf("Options.Hosts[%d]", i)
		switch {
		case slices.Contains(o.defaultHosts(), h) && (!namePattern.MatchString(o.Name) || !guid.Is(o.ID)): // follows from another mistake
		case host.Loopback(h):
			all.add(field, "%q is a loopback host: those are always answered, use a Server", h)
		// A single label will do: containers find each other by such names.
		case !hostPattern.MatchString(h) && !namePattern.MatchString(h):
			all.add(field, "%q is no host name (no scheme, port or path)", h)
		case seen.Twice(h):
			all.add(field, "%q is there twice", h)
		}
	}
}

func (o *Options) checkApps(all *mistakes) {
	names, ids, uris := fold.Set{}, fold.Set{}, fold.Set{}
	for i, a := range o.Apps {
		field := fmt.Sprintf("Options.Apps[%d]", i)
		switch {
		case a.Name == "":
			all.add(field+".Name", "is empty")
		case names.Twice(a.Name):
			all.add(field+".Name", "%q is there twice", a.Name)
		}
		switch {
		case !guid.Is(a.ID):
			all.add(field+".ID", "%q is no GUID; left out, it follows from the name", a.ID)
		case ids.Twice(a.ID) && a.ID != guid.Of(o.ID, "client", a.Name): // else it follows from the name
			all.add(field+".ID", "%q is there twice", a.ID)
		}
		if !guid.Is(a.ObjectID) {
			all.add(field+".ObjectID", "%q is no GUID; left out, it follows from the name", a.ObjectID)
		}
		ofNoDomain := !o.hasDomain() && strings.HasPrefix(a.URI, "https://"+o.Domain+"/")
		if twice := a.URI != "" && uris.Twice(a.URI); twice {
			all.add(field+".URI", "%q is there twice", a.URI)
		} else if !ofNoDomain {
			a.checkURI(all, field+".URI")
		}
		a.checkPermissions(all, field)
		a.checkClient(all, field)
		a.checkCredentials(all, field)
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
	seen := fold.Set{}
	check := func(field string, names []string) {
		for j, p := range names {
			field := fmt.Sprintf("%s[%d]", field, j)
			switch {
			case !wordPattern.MatchString(p) || strings.Contains(p, "/"):
				all.add(field, "%q is no name of a scope or role: no space, slash, quote or backslash", p)
			case seen.Twice(p):
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
	if a.AnyLocalhostPort && a.Kind != NativeApp {
		all.add(field+".AnyLocalhostPort", "is set, but only a native app may have it")
	}
	switch {
	case a.Secret == "" && len(a.MoreSecrets) > 0:
		all.add(field+".MoreSecrets", "is set, but Secret is empty")
	case slices.Contains(a.MoreSecrets, ""):
		all.add(field+".MoreSecrets", "has an empty one")
	}
	for j, uri := range a.RedirectURIs {
		field := fmt.Sprintf("%s.RedirectURIs[%d]", field, j)
		if found := hostPort.FindStringSubmatch(uri); found != nil {
			scheme := "https"
			if host.Loopback(found[1]) {
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
	published, unplaced := fold.Set{}, fold.Set{}
	var names []string
	for _, a := range o.Apps {
		for _, p := range slices.Concat(a.Scopes, a.Roles) {
			if !a.hasURI() {
				unplaced.Twice(p)
			} else if !published.Twice(a.URI+"/"+p) && wordPattern.MatchString(a.URI+"/"+p) {
				names = append(names, a.URI+"/"+p)
			}
		}
	}
	for i, a := range o.Apps {
		for j, g := range a.Granted {
			if !published.Has(g) && !unplaced.Has(g[strings.LastIndexByte(g, '/')+1:]) {
				all.add(fmt.Sprintf("Options.Apps[%d].Granted[%d]", i, j), "%q is no scope or role of an API here; %s", g, hint.ThereAre(names))
			}
		}
	}
}

// hostPort is what looks like a URI of a scheme of one's own, and is a host with a
// port.
var hostPort = regexp.MustCompile(`^([\w.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]+(?:[/?][!-~]*)?$`)
