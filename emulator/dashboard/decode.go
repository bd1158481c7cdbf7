// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/internal/foreign"
)

// decodedPage is a token as its page shows it.
type decodedPage struct {
	Compact  string
	Mistake  string // why it can't be read
	Kind     string // what it seems to be
	Platform bool   // it looks like one of External ID or Entra ID
	About    string // the tenant in its issuer; "" for none of ours

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

// plainToken is what a token consists of. The signature isn't read any further.
var plainToken = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// decode takes a token apart for its page. Times in it are told by the clock of
// the tenant it is of, or by the reader's if it is of none here.
func decode(all tenants, compact string, reader *emulator.Tenant) decodedPage {
	page := decodedPage{Compact: compact}
	t, err := parse(compact)
	if err != nil {
		page.Mistake = err.Error()
		return page
	}
	if plainToken.MatchString(compact) { // a quote in what was pasted would end up in a shell
		page.Curl = "curl -H 'Authorization: Bearer " + compact + "' "
	}
	about := all.named(t)
	if about != nil {
		page.About = about.Name()
	}
	if s, also := signerOf(compact, t, all); s != nil {
		if about == nil {
			about = s.tenant
		}
		page.setSigner(s, also, about)
	}
	if about != nil {
		reader = about
	}
	page.setClaims(t, about, reader.Now())
	return page
}

// setSigner says who signed a token that is about a tenant.
func (page *decodedPage) setSigner(s *signer, also []string, about *emulator.Tenant) {
	if about != s.tenant {
		page.Signer = s.tenant.Name()
	}
	page.Signed, page.Container, page.KeyCurrent = true, s.container, s.current
	for _, name := range also {
		if name != s.tenant.Name() {
			page.SharedBy = append(page.SharedBy, name)
		}
	}
}

// setClaims says what is in a token.
func (page *decodedPage) setClaims(t *token, about *emulator.Tenant, now time.Time) {
	page.Kind, page.Platform = kindOf(t.payload), ofPlatform(t.payload)
	if page.Platform {
		page.Kind = platformKindOf(t.payload)
	}
	sender := "B2C"
	if page.Platform {
		sender = "Entra"
	}
	for _, m := range t.header {
		row := claimRow{Name: foreign.Visible(m.name), Value: indented(m.raw), Meaning: headerMeanings[m.name], Sender: sender}
		row.Unknown = !slices.Contains([]string{"alg", "kid", "typ"}, m.name)
		if m.name == "kid" && about != nil {
			row.Note, row.Link = keyNote(about, text(t.header, "kid"))
		}
		page.Header = append(page.Header, row)
	}
	for _, m := range t.payload {
		row := claimRow{Name: foreign.Visible(m.name), Value: indented(m.raw), Meaning: meaningOf(m.name), Sender: sender}
		if page.Platform && !strings.HasPrefix(m.name, "extension_") {
			row.Meaning = cmp.Or(platformMeanings[m.name], timeMeanings(m.name))
		}
		row.Unknown = row.Meaning == "" || strings.HasPrefix(row.Meaning, "Not sent by B2C")
		row.explain(m, about, now)
		page.Payload = append(page.Payload, row)
	}
	if exp, ok := timeIn(t.payload, "exp"); ok {
		page.Until, page.Expired = expiry(exp, now), !now.Before(exp)
	}
	if nbf, ok := timeIn(t.payload, "nbf"); ok {
		page.Early = now.Before(nbf)
	}
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
