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
	Unknown bool   // the sender doesn't send it by itself
	Sender  string // B2C, or what the token is of
}

// explain adds what the value of a claim stands for.
func (c *claimRow) explain(m member, t *emulator.Tenant, now time.Time) {
	value := text([]member{m}, m.name)
	switch m.name {
	case "exp", "nbf", "iat", "auth_time":
		c.Note = timeNote(m, now)
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
		c.Note, c.Link = flowNote(t, value)
	case "aud", "azp":
		c.Note, c.Link = appNote(t, value)
	case "sub", "oid":
		c.Note, c.Link = subjectNote(t, value)
	}
}

func timeNote(m member, now time.Time) string {
	at, ok := timeIn([]member{m}, m.name)
	switch {
	case !ok:
		return "no number of seconds since 1970"
	case m.name == "exp":
		return stamp(at) + ", " + expiry(at, now)
	default:
		return stamp(at) + ", " + ago(at, now)
	}
}

func flowNote(t *emulator.Tenant, name string) (note, link string) {
	for _, f := range t.Flows() {
		if strings.EqualFold(f.Name, name) {
			return "flow " + f.Name + ", " + kindTexts[f.Kind], pageOf(t, "flow-"+f.Name)
		}
	}
	return "no flow of " + t.Name(), ""
}

func appNote(t *emulator.Tenant, id string) (note, link string) {
	for _, a := range t.Apps() {
		if strings.EqualFold(a.ID, id) {
			return "app " + a.Name, pageOf(t, "app-"+a.ID)
		}
	}
	return "no app of " + t.Name(), ""
}

// subjectNote says who a subject is; "" for nobody here.
func subjectNote(t *emulator.Tenant, id string) (note, link string) {
	for _, u := range t.Users() {
		if strings.EqualFold(u.ObjectID, id) {
			return "user " + u.Name, pageOf(t, "user-"+u.ObjectID)
		}
	}
	for _, a := range t.Apps() {
		if strings.EqualFold(a.ObjectID, id) {
			return "service principal of the app " + a.Name, pageOf(t, "app-"+a.ID)
		}
	}
	return "", ""
}

// issuerNote says which of the issuers of a tenant a text is, byte for byte. A
// host that isn't the tenant's issues nothing, whatever GUID follows it.
func issuerNote(t *emulator.Tenant, issuer string) (note, link string) {
	if t.Kind() != emulator.B2C {
		if issuer == t.Issuer("") {
			return "tenant " + t.Name(), pageOf(t, "tenant")
		}
		return "no issuer of " + t.Name(), ""
	}
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
