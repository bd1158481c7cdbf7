// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

const (
	resetURL = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_reset/oauth2/v2.0/authorize"

	cancelledText = "AADB2C90091: The user has cancelled entering self-asserted information."
	staleText     = "AADB2C90046: We are having trouble loading your current state."
)

// withPages is the default tenant with pages.
func withPages() *emulator.Tenant { return emulator.NewTenant(&emulator.Options{Pages: true}) }

var (
	formTag  = regexp.MustCompile(`<form [^>]*action="([^"]*)"`)
	fieldTag = regexp.MustCompile(`<(?:input|button) [^>]*>`)
	linkTag  = regexp.MustCompile(`<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>`)
	tag      = regexp.MustCompile(`<[^>]*>`)
	codeText = regexp.MustCompile(`Your code is <strong id="code-shown">(\d{6})</strong>`)
)

// sheet is a page as a person has it before them.
type sheet struct {
	reply
	action string
	fields url.Values // their values; the buttons have none
}

// attribute returns an attribute of a tag.
func attribute(element, name string) string {
	m := regexp.MustCompile(`\s` + name + `="([^"]*)"`).FindStringSubmatch(element)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

// read takes a page apart, and holds it to what every page promises.
func read(t *testing.T, r reply) sheet {
	t.Helper()
	if r.status != http.StatusOK {
		t.Fatalf("got status %d to %q: %s", r.status, r.header.Get("Location"), r.body)
	}
	promises(t, r)
	s := sheet{reply: r, fields: url.Values{}}
	if m := formTag.FindStringSubmatch(r.body); m != nil {
		s.action = html.UnescapeString(m[1])
	}
	for _, element := range fieldTag.FindAllString(r.body, -1) {
		if name := attribute(element, "name"); name != "" && strings.HasPrefix(element, "<input") {
			s.fields.Set(name, attribute(element, "value"))
			if attribute(element, "type") == "password" || name == "code" {
				equal(t, name+" is not echoed", attribute(element, "value"), "")
			}
			if id := attribute(element, "id"); id != "" && !strings.Contains(r.body, `<label for="`+id+`">`) {
				t.Errorf("%s has no label", id)
			}
			for id := range strings.FieldsSeq(attribute(element, "aria-describedby")) {
				equal(t, "elements with the id "+id, strings.Count(r.body, `id="`+id+`"`), 1)
			}
		}
	}
	return s
}

// promises holds a page to what is true of all.
func promises(t *testing.T, r reply) {
	t.Helper()
	_, rest, _ := strings.Cut(r.body, "<style>")
	style, _, ok := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	equal(t, "a style", ok, true)
	for name, want := range map[string]string{
		"Content-Type":  "text/html; charset=utf-8",
		"Cache-Control": "no-store, must-revalidate, no-cache",
		"Content-Security-Policy": "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
		"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
	} {
		equal(t, name, r.header.Get(name), want)
	}
	lower := strings.ToLower(r.body)
	for _, never := range []string{"<script", "javascript:", " onclick", " onload", " style=", "http-equiv", "<b>x"} {
		if strings.Contains(lower, never) {
			t.Errorf("got %q in %s", never, r.body)
		}
	}
	for text, want := range map[string]int{
		"<h1>": 1, `<html lang="en">`: 1, "<style>": 1, "<main ": 1, "An emulated sign-in. Not Microsoft.": 1, " autofocus": min(1, strings.Count(lower, " autofocus")),
	} {
		equal(t, "number of "+text, strings.Count(r.body, text), want)
	}
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(r.body, -1) {
		equal(t, "id "+m[1]+" is there twice", seen[m[1]], false)
		seen[m[1]] = true
	}
}

// title is the page's heading.
func (s sheet) title() string {
	_, rest, _ := strings.Cut(s.body, "<h1>")
	title, _, _ := strings.Cut(rest, "</h1>")
	return html.UnescapeString(title)
}

// problems are the texts of the page's alert, one space between them.
func (s sheet) problems() string {
	_, rest, ok := strings.Cut(s.body, `role="alert">`)
	if !ok {
		return ""
	}
	alert, _, _ := strings.Cut(rest, "</div>")
	return html.UnescapeString(strings.Join(strings.Fields(tag.ReplaceAllString(alert, " ")), " "))
}

// link returns where a link with a text goes, or "".
func (s sheet) link(text string) string {
	for _, m := range linkTag.FindAllStringSubmatch(s.body, -1) {
		if strings.Contains(html.UnescapeString(tag.ReplaceAllString(m[2], "")), text) {
			return html.UnescapeString(m[1])
		}
	}
	return ""
}

// follow clicks on a link.
func (s sheet) follow(t *testing.T, c *http.Client, text string) reply {
	t.Helper()
	if s.link(text) == "" {
		t.Fatalf("no link %q in %s", text, s.body)
	}
	return get(t, c, s.link(text))
}

// send fills in some fields and sends the form. A redirect to another page is
// followed, one to the app isn't.
func (s sheet) send(t *testing.T, c *http.Client, pairs ...string) reply {
	t.Helper()
	r := post(t, c, s.action, changed(s.fields, pairs...))
	if r.status == http.StatusSeeOther {
		equal(t, "Cache-Control", r.header.Get("Cache-Control"), "no-store, must-revalidate, no-cache")
		return get(t, c, r.header.Get("Location"))
	}
	return r
}

// code is the code that the page shows.
func (s sheet) code(t *testing.T) string {
	t.Helper()
	m := codeText.FindStringSubmatch(s.body)
	if m == nil {
		t.Fatalf("no code in %s", s.body)
	}
	return m[1]
}

// linSignsIn sends the page with the password of the default local account.
func linSignsIn(t *testing.T, c *http.Client, s sheet) reply {
	t.Helper()
	return s.send(t, c, "username", "lin@example.org", "password", emulator.DefaultPassword)
}

// idToken redeems the code that a page led to.
func idToken(t *testing.T, b2c *emulator.Tenant, endpoint string, r reply) map[string]any {
	t.Helper()
	return claimsOf(t, redeem(t, b2c.Client(), endpoint, redemption(landed(t, r).Get("code"))).IDToken)
}

// wantStale checks the page of a journey that can't go on.
func wantStale(t *testing.T, what string, r reply) {
	t.Helper()
	equal(t, what+": status", r.status, 400)
	promises(t, r)
	if !strings.Contains(html.UnescapeString(r.body), staleText) {
		t.Errorf("%s: got %s, want %s", what, r.body, staleText)
	}
}

// wantLeft checks that the app hears of an error.
func wantLeft(t *testing.T, what string, r reply, line string) {
	t.Helper()
	values := landed(t, r)
	wantDescription(t, what, values.Get("error"), values.Get("error_description"), "access_denied", line)
	equal(t, what+": state", values.Get("state"), "s")
}
