// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package redact takes secrets out of texts that may repeat what was sent with
// a request: B2C's descriptions and the errors of a transport, a store or a
// function that an app provides.
package redact

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	redacted = "[redacted]"

	shortest = 4 // bytes; less would cut words to pieces, and no secret is as short
)

// jose matches tokens in compact form. B2C's codes and refresh tokens look
// alike.
var jose = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{5,}(\.[A-Za-z0-9_-]*)+`)

// Secrets are what nobody may read. The zero Secrets are none, and what looks
// like a token is taken out all the same.
type Secrets struct {
	spellings []spelling
	literal   *strings.Replacer // of those that it leaves too little of; nil if there are none
}

// spelling is one way to write a secret.
type spelling struct {
	letters       string // as fold leaves them
	before, after bool   // punctuation of the secret's own stands there
}

// New returns the secrets; those that are empty or very short are left out.
func New(secrets ...string) Secrets {
	var s Secrets
	var pairs []string
	for _, secret := range secrets {
		if len(secret) < shortest {
			continue
		}
		before, after := !isLetter(secret[0]), !isLetter(secret[len(secret)-1])
		all := append(inBase64(secret, url.QueryEscape(secret)), spelling{fold(secret).letters, before, after})
		for _, text := range written(secret) {
			all = append(all, spelling{plain(text).letters, before, after})
			if len(plain(secret).letters) < shortest {
				pairs = append(pairs, text, redacted)
			}
		}
		for _, one := range all {
			if len(one.letters) >= shortest && !slices.Contains(s.spellings, one) {
				s.spellings = append(s.spellings, one)
			}
		}
	}
	if pairs != nil {
		s.literal = strings.NewReplacer(pairs...)
	}
	return s
}

// written returns a secret as forms, HTML, JSON and Go write it. To undo escapes
// is not enough if the secret, or what precedes it, looks like one itself: what
// was escaped once would be undone twice.
func written(secret string) []string {
	form, inHTML := url.QueryEscape(secret), html.EscapeString(secret)
	all := []string{
		secret, form, strings.ReplaceAll(form, "+", "%20"), url.PathEscape(secret),
		inHTML, strings.ReplaceAll(inHTML, "&#34;", "&quot;"),
	}
	for _, text := range all[1:4] {
		all = append(all, hexEscape.ReplaceAllStringFunc(text, strings.ToLower))
	}
	inJSON, _ := json.Marshal(secret) // strings always marshal
	for _, quoted := range []string{string(inJSON), strconv.Quote(secret), strconv.QuoteToASCII(secret)} {
		text := quoted[1 : len(quoted)-1]
		all = append(all, text, strings.ReplaceAll(text, "/", `\/`))
	}
	return all
}

var hexEscape = regexp.MustCompile(`%[0-9A-F]{2}`)

// inBase64 returns the texts in base64 of something longer, less the letters
// that what stands around the text has a part in.
func inBase64(texts ...string) []spelling {
	var all []spelling
	for _, s := range texts {
		for shift := range 3 {
			text := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), s...))
			all = append(all, spelling{letters: plain(text[(shift*8+5)/6 : (shift+len(s))*8/6]).letters})
		}
	}
	return all
}

// Text returns t without the secrets, however they are escaped or quoted, or
// in base64, and without what looks like a token.
func (s Secrets) Text(t string) string {
	if s.literal != nil {
		t = s.literal.Replace(t)
	}
	return jose.ReplaceAllString(s.cut(t), redacted)
}

// cut replaces what holds a secret.
// The text is also searched as it stands: what precedes a secret may make an
// escape of its first letter.
func (s Secrets) cut(t string) string {
	spans := append(s.find(fold(t)), s.find(plain(t))...)
	slices.SortFunc(spans, func(x, y span) int { return cmp.Compare(x.start, y.start) })
	var b strings.Builder
	at := 0 // t was dealt with up to there
	for i, next := range spans {
		if i == 0 || next.start > at {
			b.WriteString(t[at:next.start] + redacted)
		}
		at = max(at, next.end)
	}
	return b.String() + t[at:]
}

func (s Secrets) find(text folded) []span {
	var all []span
	for _, secret := range s.spellings {
		for from := 0; ; from++ {
			i := strings.Index(text.letters[from:], secret.letters)
			if i < 0 {
				break
			}
			from += i
			all = append(all, text.around(from, from+len(secret.letters), secret.before, secret.after))
		}
	}
	return all
}

// Error returns the error if it holds no secret, else its text without them.
func (s Secrets) Error(err error) error {
	if err == nil || !s.in(err) {
		return err
	}
	return errors.New(s.Text(err.Error()))
}

// in reports whether an error, or one that it wraps, holds a secret.
func (s Secrets) in(err error) bool {
	if text := err.Error(); s.Text(text) != text {
		return true
	}
	switch wraps := err.(type) { //nolint:errorlint // this walks the chain itself
	case interface{ Unwrap() error }:
		inner := wraps.Unwrap()
		return inner != nil && s.in(inner)
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(wraps.Unwrap(), s.in)
	}
	return false
}
