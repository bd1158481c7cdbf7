// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const redacted = "[redacted]"

// josePattern matches tokens in compact form. B2C's codes and refresh tokens
// look alike.
var josePattern = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{5,}(\.[A-Za-z0-9_-]*)+`)

// scrub removes the secrets of one request from what came of it: a proxy's
// error page, or a transport's error, may repeat what was sent.
type scrub struct{ replace *strings.Replacer }

func scrubber(form url.Values, more ...string) scrub {
	for _, name := range secretParams {
		more = append(more, form.Get(name))
	}
	var all []string
	for _, secret := range more {
		if len(secret) >= 4 { // would cut words to pieces, and no secret is as short
			all = append(all, spellings(secret)...)
		}
	}
	// The longest first, so that of none a part is left.
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b)) })
	var pairs []string
	for _, s := range slices.Compact(all) {
		pairs = append(pairs, s, redacted)
	}
	return scrub{strings.NewReplacer(pairs...)}
}

// spellings returns the secret in all the ways in which an echo of a request
// may write it.
func spellings(secret string) []string {
	form := url.QueryEscape(secret)
	spaced := strings.ReplaceAll(form, "+", "%20")
	inHTML := html.EscapeString(secret)
	all := []string{
		secret, form, spaced, lowerHex(form), lowerHex(spaced),
		inHTML, strings.ReplaceAll(inHTML, "&#34;", "&quot;"),
	}
	inJSON, _ := json.Marshal(secret) // strings always marshal
	for _, quoted := range []string{string(inJSON), strconv.Quote(secret), strconv.QuoteToASCII(secret)} {
		text := quoted[1 : len(quoted)-1]
		all = append(all, text, strings.ReplaceAll(text, "/", `\/`))
	}
	for _, s := range []string{secret, form} {
		for shift := range 3 {
			// In base64 of a longer text, less the characters that what stands
			// around the secret has a part in.
			text := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), s...))
			text = text[(shift*8+5)/6 : (shift+len(s))*8/6]
			all = append(all, text, strings.NewReplacer("+", "-", "/", "_").Replace(text))
		}
	}
	return all
}

var hexEscape = regexp.MustCompile(`%[0-9A-F]{2}`)

func lowerHex(s string) string { return hexEscape.ReplaceAllStringFunc(s, strings.ToLower) }

// text returns s without the secrets, and without what looks like a token.
func (s scrub) text(t string) string {
	return josePattern.ReplaceAllString(s.replace.Replace(t), redacted)
}

// header returns a copy without the secrets, and without cookies.
func (s scrub) header(h http.Header) http.Header {
	clean := http.Header{}
	for name, values := range h {
		for _, value := range values {
			clean.Add(s.text(name), s.text(value))
		}
	}
	clean.Del("Set-Cookie")
	return clean
}

// error returns the error if it holds no secret, else its text without them.
func (s scrub) error(err error) error {
	if err == nil || !s.tells(err) {
		return err
	}
	return errors.New(s.text(err.Error()))
}

// tells whether an error, or one that it wraps, holds a secret.
func (s scrub) tells(err error) bool {
	if text := err.Error(); s.text(text) != text {
		return true
	}
	switch wraps := err.(type) { //nolint:errorlint // this walks the chain itself
	case interface{ Unwrap() error }:
		inner := wraps.Unwrap()
		return inner != nil && s.tells(inner)
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(wraps.Unwrap(), s.tells)
	}
	return false
}
