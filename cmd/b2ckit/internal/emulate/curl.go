// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/config"
)

// curl is a call to try.
type curl struct {
	title string
	url   string
	form  []string // names and values; none for GET
}

// curls returns what can be tried on a tenant, as it is configured.
func (r *report) curls(t *emulator.Tenant, configured *config.Tenant) []curl {
	flows := t.Flows()
	first := r.authority(t, flows[0].Name)
	all := []curl{
		{"metadata", first + "/v2.0/.well-known/openid-configuration", nil},
		{"signing keys", first + "/discovery/v2.0/keys", nil},
	}
	if daemon := t.Daemon(); daemon.ID != "" {
		all = append(all, curl{"an app's own token (client credentials)", first + "/oauth2/v2.0/token", []string{
			"grant_type", "client_credentials",
			"client_id", daemon.ID,
			"client_secret", daemon.Secret,
			"scope", apiOf(t, daemon.Granted) + "/.default",
		}})
	}
	ropc := slices.IndexFunc(flows, func(f emulator.Flow) bool { return f.Kind == emulator.ROPC })
	name, password := localAccount(t, configured)
	if native := t.Native(); ropc >= 0 && native.ID != "" && name != "" {
		all = append(all, curl{"a user's tokens (ROPC)", r.authority(t, flows[ropc].Name) + "/oauth2/v2.0/token", []string{
			"grant_type", "password",
			"client_id", native.ID,
			"username", name,
			"password", password,
			"scope", "openid " + scopeOf(t, native.Granted),
		}})
	}
	return all
}

// apiOf returns the App ID URI of the first API of which a role was granted.
func apiOf(t *emulator.Tenant, granted []string) string {
	uri, _ := firstGrant(t, granted, func(a *emulator.App) []string { return a.Roles })
	return uri
}

// scopeOf returns the full name of the first scope that was granted.
func scopeOf(t *emulator.Tenant, granted []string) string {
	uri, name := firstGrant(t, granted, func(a *emulator.App) []string { return a.Scopes })
	return uri + "/" + name
}

func firstGrant(t *emulator.Tenant, granted []string, offered func(*emulator.App) []string) (uri, name string) {
	for _, a := range t.Apps() {
		for _, name := range offered(&a) {
			if slices.ContainsFunc(granted, func(g string) bool { return strings.EqualFold(g, a.URI+"/"+name) }) {
				return a.URI, name
			}
		}
	}
	return "", ""
}

// shell returns the call for a POSIX shell: to paste as it is. Its lines fit the
// terminal but for a URL that doesn't: that one is whole, to be copied alone too.
func (c *curl) shell(ca string) string {
	var b strings.Builder
	b.WriteString("# " + c.title + "\ncurl")
	if ca != "" {
		b.WriteString(" --cacert " + quoted(ca))
	}
	for i := 0; i < len(c.form); i += 2 {
		b.WriteString(" \\\n  -d " + quoted(c.form[i]+"="+formEncoded(c.form[i+1])))
	}
	b.WriteString(" \\\n  " + quoted(c.url) + "\n")
	return b.String()
}

// formEncoded returns a value of a form, as readable as it may be.
func formEncoded(value string) string {
	return strings.NewReplacer("%3A", ":", "%2F", "/", "%40", "@").Replace(url.QueryEscape(value))
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:=@%+,-]+$`)

// quoted returns a word as a POSIX shell reads it.
func quoted(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
