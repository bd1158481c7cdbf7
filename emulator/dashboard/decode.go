// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/b2ckit/b2ckit/emulator"
)

// decodedPage is a token as its page shows it.
type decodedPage struct {
	Compact string
	Mistake string // why it can't be read
	Kind    string // what it seems to be
	About   string // the tenant in its issuer; "" for none of ours

	Header, Payload []claimRow

	Signed     bool
	Container  string
	KeyCurrent bool
	Signer     string   // the key's tenant, if it isn't the one in the issuer
	SharedBy   []string // other tenants whose key it is

	Until   string // when it expires, for people
	Expired bool
	Early   bool // not good yet
	Curl    string
}

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

// plainToken is what a token consists of. The signature isn't read any further.
var plainToken = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// decode takes a token apart for its page. A tenant whose token it isn't still
// lends its clock, if nobody else's it is.
func (d *dashboard) decode(compact string, reader *emulator.Tenant) decodedPage {
	page := decodedPage{Compact: compact}
	t, err := parse(compact)
	if err != nil {
		page.Mistake = err.Error()
		return page
	}
	d.verify(compact, t)
	about := d.issuedBy(t)
	if about != nil {
		page.About = about.Name()
	}
	if s := t.signer; s != nil {
		if about == nil {
			about = s.tenant
		}
		if about != s.tenant {
			page.Signer = s.tenant.Name()
		}
		page.Signed, page.Container, page.KeyCurrent = true, s.container, s.current
		for _, name := range t.alsoOf {
			if name != s.tenant.Name() {
				page.SharedBy = append(page.SharedBy, name)
			}
		}
	}
	if about != nil {
		reader = about
	}
	now := reader.Now()
	page.Kind = kindOf(t.payload)
	if plainToken.MatchString(compact) { // a quote in what was pasted would end up in a shell
		page.Curl = "curl -H 'Authorization: Bearer " + compact + "' "
	}
	for _, m := range t.header {
		row := claimRow{Name: visible(m.name), Value: indented(m.raw), Meaning: headerMeanings[m.name]}
		row.Unknown = !slices.Contains([]string{"alg", "kid", "typ"}, m.name)
		if m.name == "kid" && about != nil {
			row.Note, row.Link = keyNote(about, text(t.header, "kid"))
		}
		page.Header = append(page.Header, row)
	}
	for _, m := range t.payload {
		row := claimRow{Name: visible(m.name), Value: indented(m.raw), Meaning: meaningOf(m.name)}
		row.Unknown = row.Meaning == "" || strings.HasPrefix(row.Meaning, "Not sent by B2C")
		row.explain(m, about, now)
		page.Payload = append(page.Payload, row)
	}
	if exp, ok := moment(t.payload, "exp"); ok {
		page.Until, page.Expired = expiry(exp, now), !now.Before(exp)
	}
	if nbf, ok := moment(t.payload, "nbf"); ok {
		page.Early = now.Before(nbf)
	}
	return page
}

// explain adds what the value of a claim stands for.
func (c *claimRow) explain(m member, t *emulator.Tenant, now time.Time) {
	value := text([]member{m}, m.name)
	switch m.name {
	case "exp", "nbf", "iat", "auth_time":
		at, ok := moment([]member{m}, m.name)
		switch {
		case !ok:
			c.Note = "no number of seconds since 1970"
		case m.name == "exp":
			c.Note = stamp(at) + ", " + expiry(at, now)
		default:
			c.Note = stamp(at) + ", " + ago(at, now)
		}
	case "scp":
		c.Words = strings.Fields(visible(value))
	}
	if t == nil || value == "" {
		return
	}
	switch m.name {
	case "iss":
		c.Note, c.Link = issuerNote(t, value)
	case "tid":
		if sameName(value, t.ID()) {
			c.Note, c.Link = "tenant "+t.Name(), pageOf(t, "tenant")
		}
	case "tfp", "acr":
		for _, f := range t.Flows() {
			if sameName(f.Name, value) {
				c.Note, c.Link = "flow "+f.Name+", "+kindTexts[f.Kind], pageOf(t, "flow-"+f.Name)
			}
		}
		if c.Note == "" {
			c.Note = "no flow of " + t.Name()
		}
	case "aud", "azp":
		for _, a := range t.Apps() {
			if sameName(a.ID, value) {
				c.Note, c.Link = "app "+a.Name, pageOf(t, "app-"+a.ID)
			}
		}
		if c.Note == "" {
			c.Note = "no app of " + t.Name()
		}
	case "sub", "oid":
		for _, a := range t.Apps() {
			if sameName(a.ObjectID, value) {
				c.Note, c.Link = "service principal of the app "+a.Name, pageOf(t, "app-"+a.ID)
			}
		}
		for _, u := range t.Users() {
			if sameName(u.ObjectID, value) {
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

// kindOf guesses what a token is for, the way an API has to: B2C has no claim
// that says so, and an app's own token has none of a sign-in.
func kindOf(payload []member) string {
	has := func(names ...string) bool {
		return slices.ContainsFunc(payload, func(m member) bool { return slices.Contains(names, m.name) })
	}
	switch {
	case !has("scp", "azp"):
		return "ID token"
	case has("auth_time", "nonce", "name", "emails", "idp"):
		return "Access token of a user"
	default:
		return "Access token of an app"
	}
}

// moment returns a claim that is a time.
func moment(of []member, name string) (time.Time, bool) {
	for _, m := range of {
		var seconds float64
		if m.name == name && json.Unmarshal(m.raw, &seconds) == nil && seconds > -1e11 && seconds < 1e12 {
			return time.Unix(int64(seconds), 0), string(m.raw) != "null"
		}
	}
	return time.Time{}, false
}

// indented writes JSON for people: over several lines, if it isn't so deep that
// it would be mostly spaces, and with nothing in it that can't be seen.
func indented(raw json.RawMessage) string {
	var b bytes.Buffer
	if depthOf(raw) > maxDepth || json.Indent(&b, raw, "", "  ") != nil {
		return visible(string(raw))
	}
	return visible(b.String())
}

// depthOf returns how deep JSON is nested.
func depthOf(raw json.RawMessage) int {
	var depth, most int
	for quoted, i := false, 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
			most = max(most, depth)
		case c == ']' || c == '}':
			depth--
		}
	}
	return most
}

// visible writes characters that can't be seen, or that turn the direction of
// the text around them, the way JSON escapes them: a claim should look like what
// it is. Outside of strings JSON has none.
func visible(text string) string {
	hidden := func(r rune) bool {
		return unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && r != '\n' || r == '\u2028' || r == '\u2029'
	}
	if !strings.ContainsFunc(text, hidden) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case !hidden(r):
			b.WriteRune(r)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
