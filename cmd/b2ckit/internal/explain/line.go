// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
	"github.com/b2ckit/b2ckit/validator"
)

// line is an answer as a program reads it. Names and words are stable.
type line struct {
	Verdict validator.Verdict `json:"verdict"`
	Reason  validator.Reason  `json:"reason"`
	Hint    validator.Hint    `json:"hint"`
	Note    string            `json:"note,omitempty"`
	Checks  []checkLine       `json:"checks"`
	Token   tokenLine         `json:"token"`
}

// checkLine is one check.
type checkLine struct {
	Name        validator.CheckName `json:"name"`
	Outcome     validator.Outcome   `json:"outcome"`
	Unverified  bool                `json:"unverified,omitempty"`
	Requirement string              `json:"requirement,omitempty"`
	Reason      validator.Reason    `json:"reason,omitempty"`
	Hint        validator.Hint      `json:"hint,omitempty"`
	Found       string              `json:"found,omitempty"`
	Fix         string              `json:"fix,omitempty"`
}

// tokenLine is what the token says.
type tokenLine struct {
	Verified  bool                       `json:"verified"`
	Kind      string                     `json:"kind"`
	Product   validator.Product          `json:"product,omitempty"`
	Algorithm string                     `json:"alg,omitempty"`
	KeyID     string                     `json:"kid,omitempty"`
	Issuer    string                     `json:"issuer,omitempty"`
	Flow      string                     `json:"flow,omitempty"`
	Audience  []string                   `json:"audience,omitempty"`
	Client    string                     `json:"client,omitempty"`
	Scopes    []string                   `json:"scopes,omitempty"`
	Roles     []string                   `json:"roles,omitempty"`
	IssuedAt  *time.Time                 `json:"issued,omitempty"`
	ExpiresAt *time.Time                 `json:"expires,omitempty"`
	Claims    map[string]json.RawMessage `json:"claims,omitempty"`
}

// WriteJSON writes the answer as one line of JSON.
func (a *Answer) WriteJSON(s *cli.Streams) error {
	i := a.said
	l := line{Verdict: a.verdict(), Hint: i.Hint, Note: a.Note, Checks: []checkLine{}, Token: tokenLine{
		Verified: a.isVerified(), Kind: kindOf(i), Product: i.Product, Algorithm: i.Algorithm, KeyID: i.KeyID, Issuer: i.Issuer,
		Flow: i.Flow, Audience: i.Audience, Client: i.ClientID, Scopes: i.Scopes, Roles: i.Roles,
		IssuedAt: orNil(i.IssuedAt), ExpiresAt: orNil(i.ExpiresAt),
	}}
	if a.claims {
		_ = i.Claims(&l.Token.Claims) // or there are none
	}
	if x := a.explanation; x != nil {
		l.Hint = ""
		if x.Err != nil {
			l.Reason, l.Hint = x.Err.Reason, x.Err.Hint
		}
		for _, c := range x.Checks {
			l.Checks = append(l.Checks, checkLine{c.Name, c.Outcome, c.Unverified, c.Requirement, c.Reason, c.Hint, c.Found, c.Fix})
		}
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(&l); err != nil {
		return err
	}
	_, err := fmt.Fprintln(s.Out, plain(strings.TrimSuffix(text.String(), "\n")))
	return err
}

// plain writes what is not to be seen of a text in JSON as the escapes of JSON: a
// terminal would obey some of it, and some readers end a line at it.
func plain(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case strconv.IsPrint(r):
			b.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		}
	}
	return b.String()
}

func orNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
