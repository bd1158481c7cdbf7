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
	"slices"
	"strconv"
	"strings"

	"github.com/b2ckit/b2ckit/acquire/internal/lazy"
)

const (
	redacted = "[redacted]"

	shortest = 4 // bytes; less would cut words to pieces, and no secret is as short
)

// jose matches tokens in compact form. B2C's codes and refresh tokens look
// alike.
var jose = lazy.Regexp(`\beyJ[A-Za-z0-9_-]{5,}(\.[A-Za-z0-9_-]*)+`)

// Secrets are what nobody may read. The zero Secrets are none, and what looks
// like a token is taken out all the same.
type Secrets struct{ replace *strings.Replacer }

// New returns the secrets; those that are empty or very short are left out.
func New(secrets ...string) Secrets {
	var all []string
	for _, secret := range secrets {
		if len(secret) >= shortest {
			all = append(all, spellings(secret)...)
		}
	}
	// The longest first, so that of none a part is left.
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b)) })
	var pairs []string
	for _, s := range slices.Compact(all) {
		pairs = append(pairs, s, redacted)
	}
	return Secrets{strings.NewReplacer(pairs...)}
}

// spellings returns a secret as forms, paths, HTML, JSON, Go and Basic
// authentication write it.
func spellings(secret string) []string {
	form, inHTML := url.QueryEscape(secret), html.EscapeString(secret)
	named := strings.ReplaceAll(inHTML, "&#34;", "&quot;")
	escaped := []string{form, strings.ReplaceAll(form, "+", "%20"), url.PathEscape(secret)}
	all := append([]string{secret, inHTML, named, strings.ReplaceAll(named, "&#39;", "'")}, escaped...)
	for _, text := range escaped {
		all = append(all, hexEscape().ReplaceAllStringFunc(text, strings.ToLower))
	}
	inJSON, _ := json.Marshal(secret) // strings always marshal
	for _, quoted := range []string{string(inJSON), strconv.Quote(secret), strconv.QuoteToASCII(secret)} {
		text := quoted[1 : len(quoted)-1]
		all = append(all, text, strings.ReplaceAll(text, "/", `\/`))
	}
	return append(all, inBase64(secret, form)...)
}

var hexEscape = lazy.Regexp(`%[0-9A-F]{2}`)

// inBase64 returns the texts in base64 of something longer, less the
// characters that what stands around the text has a part in.
func inBase64(texts ...string) []string {
	var all []string
	for _, s := range texts {
		for shift := range 3 {
			text := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), s...))
			text = text[(shift*8+5)/6 : (shift+len(s))*8/6]
			all = append(all, text, strings.NewReplacer("+", "-", "/", "_").Replace(text))
		}
	}
	return all
}

// Text returns t without the secrets, however they are escaped or quoted, or
// in base64, and without what looks like a token.
func (s Secrets) Text(t string) string {
	if s.replace != nil {
		t = s.replace.Replace(t)
	}
	return jose().ReplaceAllString(t, redacted)
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
