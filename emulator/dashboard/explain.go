// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/internal/foreign"
)

// claimRow is a claim with what it means.
type claimRow struct {
	Name    string
	Value   string   // its JSON
	Words   []string // for a list in a string
	Note    string   // this value for people
	Link    string   // what the note is about
	Meaning string
	Unknown bool // B2C doesn't send it by itself
}

// explain adds what the value of a claim stands for.
func (c *claimRow) explain(m member, t *emulator.Tenant, now time.Time) {
	value := text([]member{m}, m.name)
	switch m.name {
	case "exp", "nbf", "iat", "auth_time":
		at, ok := timeIn([]member{m}, m.name)
		switch {
		case !ok:
			c.Note = "no number of seconds since 1970"
		case m.name == "exp":
			c.Note = stamp(at) + ", " + expiry(at, now)
		default:
			c.Note = stamp(at) + ", " + ago(at, now)
		}
	case "scp":
		c.Words = strings.Fields(foreign.Visible(value))
	}
	if t == nil || value == "" {
		return
	}
	switch m.name {
	case "iss":
		c.Note, c.Link = issuerNote(t, value)
	case "tid":
		if strings.EqualFold(value, t.ID()) {
			c.Note, c.Link = "tenant "+t.Name(), pageOf(t, "tenant")
		}
	case "tfp", "acr":
		for _, f := range t.Flows() {
			if strings.EqualFold(f.Name, value) {
				c.Note, c.Link = "flow "+f.Name+", "+kindTexts[f.Kind], pageOf(t, "flow-"+f.Name)
			}
		}
		if c.Note == "" {
			c.Note = "no flow of " + t.Name()
		}
	case "aud", "azp":
		for _, a := range t.Apps() {
			if strings.EqualFold(a.ID, value) {
				c.Note, c.Link = "app "+a.Name, pageOf(t, "app-"+a.ID)
			}
		}
		if c.Note == "" {
			c.Note = "no app of " + t.Name()
		}
	case "sub", "oid":
		for _, a := range t.Apps() {
			if strings.EqualFold(a.ObjectID, value) {
				c.Note, c.Link = "service principal of the app "+a.Name, pageOf(t, "app-"+a.ID)
			}
		}
		for _, u := range t.Users() {
			if strings.EqualFold(u.ObjectID, value) {
				c.Note, c.Link = "user "+u.Name, pageOf(t, "user-"+u.ObjectID)
			}
		}
	}
}

// issuerNote says which of the issuers of a tenant a text is, byte for byte. A
// host that isn't the tenant's issues nothing, whatever GUID follows it.
func issuerNote(t *emulator.Tenant, issuer string) (note, link string) {
	u, err := url.Parse(issuer)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || !loopback(u.Host) && (u.Scheme == "http" || !slices.Contains(t.Hosts(), u.Host)) {
		return "no issuer of " + t.Name(), ""
	}
	origin := u.Scheme + "://" + u.Host
	if issuer == origin+"/"+t.ID()+"/v2.0/" {
		return "tenant " + t.Name() + ", the usual form", pageOf(t, "tenant")
	}
	for _, f := range t.Flows() {
		if issuer == origin+"/tfp/"+t.ID()+"/"+strings.ToLower(f.Name)+"/v2.0/" {
			return "tenant " + t.Name() + ", the form that names the flow", pageOf(t, "tenant")
		}
	}
	return "no issuer of " + t.Name(), ""
}

// keyNote says which container of a tenant publishes a key.
func keyNote(t *emulator.Tenant, kid string) (note, link string) {
	for _, c := range containersOf(t) {
		for i, id := range c.Keys {
			switch {
			case id != kid:
			case i == len(c.Keys)-1:
				return "the key of " + c.Name + " that signs now", pageOf(t, "keys")
			default:
				return "an old key of " + c.Name + ", still published", pageOf(t, "keys")
			}
		}
	}
	return "no key that " + t.Name() + " publishes now", pageOf(t, "keys")
}
