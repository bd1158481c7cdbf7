// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/guid"
	"github.com/b2ckit/b2ckit/validator"
)

const (
	width  = 80
	column = 21 // of what was found
)

// WriteText writes the answer for people, in lines of at most 80 columns.
func (a *Answer) WriteText(s *cli.Streams) error {
	var b strings.Builder
	if a.Note != "" {
		wrapped(&b, "", "", a.Note)
	}
	if a.explanation != nil {
		a.writeChecks(&b, s)
	} else {
		wrapped(&b, "", "", "undecided: nobody is trusted so far, so this is what the token says of itself, unverified.")
	}
	a.writeSaid(&b)
	if a.explanation == nil {
		a.writeSuggestion(&b)
	}
	_, err := fmt.Fprint(s.Out, b.String())
	return err
}

func (a *Answer) writeChecks(b *strings.Builder, s *cli.Streams) {
	x := a.explanation
	head := string(x.Verdict)
	switch x.Verdict {
	case validator.Accepted:
		head = s.Good(head)
	case validator.Refused:
		head = s.Bad(head)
	case validator.Undecided:
		head = s.Doubtful(head)
	}
	if x.Err != nil {
		head += ": " + string(x.Err.Reason)
		if x.Err.Hint != "" {
			head += " (" + string(x.Err.Hint) + ")"
		}
	}
	b.WriteString(head + "\n\n")
	unverified := false
	for _, c := range x.Checks {
		word, paint := outcomeWord(c.Outcome, s)
		mark := " "
		if c.Unverified && c.Outcome != validator.OutcomeNotReached {
			mark, unverified = "?", true
		}
		found := c.Found
		if c.Outcome == validator.OutcomeNotReached {
			found = "not reached"
		}
		if c.Requirement != "" {
			found = c.Requirement + ": " + found
		}
		lead := fmt.Sprintf("  %-4s%s %-*s", word, mark, column-8, c.Name)
		var lines strings.Builder
		wrapped(&lines, lead, strings.Repeat(" ", column), found)
		b.WriteString(strings.Replace(lines.String(), word, paint(word), 1))
		if c.Fix != "" {
			wrapped(b, strings.Repeat(" ", column)+"> ", strings.Repeat(" ", column+2), c.Fix)
		}
	}
	if unverified {
		b.WriteString("\n? rests on what the token says of itself: no key has verified its signature.\n")
	}
}

func outcomeWord(o validator.Outcome, s *cli.Streams) (string, func(string) string) {
	switch o {
	case validator.OutcomePassed:
		return "ok", s.Good
	case validator.OutcomeFailed:
		return "FAIL", s.Bad
	case validator.OutcomeUndecided:
		return "warn", s.Doubtful
	case validator.OutcomeNotReached:
	}
	return "-", func(w string) string { return w }
}

// writeSaid writes what the token says, but for who its user is.
func (a *Answer) writeSaid(b *strings.Builder) {
	i := a.said
	title := "The token says, unverified:"
	if a.isVerified() {
		title = "The token says, and its signature is verified:"
	}
	fmt.Fprintf(b, "\n%s\n", title)
	row := func(name, value string) {
		if value != "" {
			wrapped(b, fmt.Sprintf("  %-*s", column-2, name), strings.Repeat(" ", column), value)
		}
	}
	row("kind", kindOf(i))
	for _, f := range []struct{ name, value string }{
		{"alg", i.Algorithm},
		{"kid", i.KeyID},
		{"issuer", i.Issuer},
		{"flow", i.Flow},
		{"audience", strings.Join(i.Audience, " ")},
		{"client", i.ClientID},
		{"scopes", strings.Join(i.Scopes, " ")},
		{"roles", strings.Join(i.Roles, " ")},
	} {
		if f.value != "" {
			row(f.name, foreign.Name(f.value))
		}
	}
	for _, f := range []struct {
		name string
		at   time.Time
	}{{"signed in", i.AuthTime}, {"issued", i.IssuedAt}, {"not before", i.NotBefore}, {"expires", i.ExpiresAt}} {
		if !f.at.IsZero() {
			row(f.name, f.at.UTC().Format("2006-01-02 15:04:05 UTC")+", "+relative(f.at, a.now))
		}
	}
	if a.claims {
		a.writeClaims(b)
	}
}

// writeClaims writes all claims, a line each.
func (a *Answer) writeClaims(b *strings.Builder) {
	var all map[string]json.RawMessage
	if a.said.Claims(&all) != nil {
		return
	}
	b.WriteString("\nAll claims:\n")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		lead, value := fmt.Sprintf("  %-*s ", column-2, foreign.Text(name)), foreign.Text(string(all[name]))
		if len([]rune(lead)) > column+1 { // its value stands below
			wrapped(b, "  ", "  ", lead)
			lead = strings.Repeat(" ", column+1)
		}
		wrapped(b, lead, strings.Repeat(" ", column+1), value)
	}
}

// products are how the products are called.
var products = map[validator.Product]string{
	validator.ProductB2C: " of Azure AD B2C", validator.ProductExternalID: " of Entra External ID",
	validator.ProductEntraV1: " of Entra ID (version 1)", validator.ProductEntraV2: " of Entra ID (version 2)",
	validator.ProductGraph: " for Microsoft Graph, which nobody else can verify",
}

// kindOf says in a few words what a token seems to be.
func kindOf(i *validator.Inspection) string {
	product := products[i.Product]
	text, known := map[validator.Hint]string{
		"":                      "an access token" + product,
		validator.HintIDToken:   "an ID token" + product + ", which opens no API",
		validator.HintNoScope:   "an access token" + product + " without a scope",
		validator.HintEncrypted: "encrypted, as refresh tokens and codes of B2C are; it opens no API",
		validator.HintOpaque:    "no JWT: it has no dots, as an opaque token",
		validator.HintTruncated: "a part of a token: the rest is missing",
	}[i.Hint]
	switch {
	case i.Hint == "" && !i.Readable:
		return "nothing that can be read"
	case known:
		return text
	}
	return "no token: " + strings.ReplaceAll(string(i.Hint), "_", " ")
}

// relative tells how far a time is from now, to two units.
func relative(at, now time.Time) string {
	d := at.Sub(now)
	text, tail := "in ", ""
	if d < 0 {
		d, text, tail = -d, "", " ago"
	}
	switch {
	case d < time.Minute:
		text += fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		text += fmt.Sprintf("%d min", d/time.Minute)
	case d < 48*time.Hour:
		text += fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	default:
		text += fmt.Sprintf("%d days", d/(24*time.Hour))
	}
	return text + tail
}

// writeSuggestion says how the token could be judged, by what it says of itself.
func (a *Answer) writeSuggestion(b *strings.Builder) {
	args := suggested(a.said)
	if args == nil {
		return
	}
	b.WriteString("\nTo check it for real, if this is your tenant (as the token says, unverified):\n  b2ckit explain")
	for _, arg := range args {
		b.WriteString(" \\\n      " + arg)
	}
	b.WriteString("\n")
}

// suggested returns flags by a token's claims, nil if its issuer tells of no tenant.
// What is no name, GUID or flow is left out: it ends up in a shell.
func suggested(i *validator.Inspection) (args []string) {
	rest, _ := strings.CutPrefix(i.Issuer, "https://")
	host, path, _ := strings.Cut(rest, "/")
	id, _, _ := strings.Cut(strings.TrimPrefix(path, "tfp/"), "/")
	if !isHost(host) || !guid.Is(id) {
		return nil
	}
	switch name, isOwn := strings.CutSuffix(host, ".b2clogin.com"); {
	case i.Product == validator.ProductExternalID && host == id+".ciamlogin.com": // which names the tenant
		args = append(args, "--authority https://"+host)
	case i.Product == validator.ProductExternalID, i.Product == validator.ProductEntraV2:
		args = append(args, "--authority https://"+host, "--tenant-id "+id)
	case i.Product != validator.ProductB2C || authority.CheckFlow(i.Flow) != nil:
		return nil
	case isOwn && !strings.Contains(name, "."):
		args = append(args, "--tenant "+name, "--tenant-id "+id, "--flow "+i.Flow)
	default:
		args = append(args, "--host "+host, "--tenant-id "+id, "--flow "+i.Flow)
	}
	if len(i.Audience) == 1 && guid.Is(i.Audience[0]) {
		args = append(args, "--audience "+i.Audience[0])
	}
	return args
}

func isHost(s string) bool {
	return s != "" && len(s) < 254 && s[0] != '-' && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789.-") == ""
}

// wrapped writes a text in lines of at most 80 columns, behind a lead, and the further
// lines behind another one. A word that is longer than a line is cut into some.
func wrapped(b *strings.Builder, lead, more, text string) {
	line, empty := lead, true
	flush := func() {
		b.WriteString(strings.TrimRight(line, " ") + "\n")
		line, empty = more, true
	}
	for word := range strings.FieldsSeq(text) {
		w := []rune(word)
		if !empty && len([]rune(line))+1+len(w) > width {
			flush()
		}
		if !empty {
			line += " "
		}
		for room := width - len([]rune(line)); len(w) > room; room = width - len([]rune(line)) {
			at := cut(w, room)
			line += string(w[:at])
			w = w[at:]
			flush()
		}
		line, empty = line+string(w), false
	}
	if !empty {
		flush()
	}
}

// cut returns where a word that is too long is cut: behind a slash, if one is near.
func cut(word []rune, room int) int {
	for at := room; at > room/2; at-- {
		if word[at-1] == '/' {
			return at
		}
	}
	return room
}
