// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator/internal/foreign"
)

// Browser is a person at a browser without JavaScript. It goes to and fro
// between the emulator and the app under test, follows redirects, and keeps
// cookies, of which it sends those that a real browser would, by their Secure
// and SameSite: a callback by form_post gets no cookie that is SameSite=Lax. It
// also sends what [http.CrossOriginProtection] looks at. Its cookies are its
// own: two browsers are two people, and both can be signed in.
//
// Whatever a person couldn't do ends the test, with a message that tells what is
// on the page; so does an address that gives no answer within 30 seconds or
// redirects more than 20 times. It doesn't check what browsers check before they
// send a form, such as "required". A Browser is for one goroutine, the test's.
type Browser struct {
	tb       testing.TB
	network  *network
	cookies  *cookies
	page     *Page // nil at first
	document *document
	typed    *form // the form last filled in, nil for none
}

// Page is what a browser shows.
type Page struct {
	// URL is where the browser is after all redirects.
	URL *url.URL

	// Parameters are those of the request that led here, of its query, its form
	// and its fragment: at a redirect URI, the answer of the authorize endpoint
	// in any response mode.
	Parameters url.Values

	// Status and Header are the answer's. Where nobody answers, by
	// [Browser.Handle], Status is 0.
	Status int
	Header http.Header

	// Body is the answer as sent. Text is what a person reads of it, with single
	// spaces.
	Body, Text string
}

// NewBrowser returns a browser that reaches the emulator, and at loopback
// addresses the servers that listen there without TLS. With an
// [*emulator.Tenant] and apps that are given to [Browser.Handle] it needs no
// socket, and so also works in a testing/synctest bubble.
func NewBrowser(tb testing.TB, b2c Emulator) *Browser {
	tb.Helper()
	return &Browser{tb: tb, network: newNetwork(b2c), cookies: newCookies()}
}

// Handle lets an app answer in process at an address, of which only scheme,
// host and port count: the app's redirect URI will do. It may be any URL, also
// one that nobody could listen at; so an app behind TLS is given by its handler.
// Another emulated tenant is a handler like any other.
//
// With a nil app nobody answers there, and a browser that is sent there stays:
// [Page.Parameters] then has what it brought along. That is for tests that have
// no app, and for redirect URIs with a scheme of a native app's own.
func (b *Browser) Handle(address string, app http.Handler) {
	b.tb.Helper()
	u := absolute(address)
	if u == nil {
		b.tb.Fatalf("Browser.Handle: %q is no absolute URL", address)
	}
	b.network.apps[originOf(u)] = app
}

// Open goes to an address, as if typed in.
func (b *Browser) Open(address string) {
	b.tb.Helper()
	u := absolute(address)
	if u == nil {
		b.tb.Fatal("Browser.Open: not given an absolute URL") // in which there may be secrets
	}
	b.navigate(navigation{method: http.MethodGet, to: u, from: typedIn})
}

// absolute reads an absolute URL, or returns nil. The text localhost:8400 is
// none, though it parses.
func absolute(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" || u.Opaque != "" || u.Host == "" && strings.HasPrefix(u.Scheme, "http") {
		return nil
	}
	return u
}

// Page returns the page the browser is at. What a person does next doesn't
// change it.
func (b *Browser) Page() *Page {
	b.tb.Helper()
	b.look("Page")
	return b.page
}

// Click follows the link with this text, or else the only one whose text has it
// in it.
func (b *Browser) Click(text string) {
	b.tb.Helper()
	b.look("Click")
	names := make([][]string, len(b.document.links))
	for i, l := range b.document.links {
		names[i] = []string{l.label}
	}
	found := picked(names, text)
	targets := map[string]bool{}
	for _, i := range found {
		targets[b.document.links[i].address] = true
	}
	if len(targets) != 1 {
		b.tb.Fatalf("Browser.Click: %s", b.not("link", text, len(targets)))
	}
	to, err := b.page.URL.Parse(b.document.links[found[0]].address)
	if err != nil {
		b.tb.Fatalf("Browser.Click: the link %q leads to an address that is none", text)
	}
	b.navigate(navigation{method: http.MethodGet, to: to, from: related(b.page.URL, to)})
}

// look ends the test if there is no page to look at.
func (b *Browser) look(what string) {
	b.tb.Helper()
	if b.page == nil {
		b.tb.Fatalf("Browser.%s: no page is open", what)
	}
}

// not says what a person looks for in vain, or finds more than once.
func (b *Browser) not(what, name string, found int) string {
	if found > 1 {
		return fmt.Sprintf("%d %ss can be meant by %q on %s", found, what, name, b.seen())
	}
	return fmt.Sprintf("no %s %q on %s", what, name, b.seen())
}

// seen describes the page for the message of a test that ends.
func (b *Browser) seen() string {
	fields, buttons, links := []string{}, []string{}, []string{}
	for _, f := range b.document.forms {
		for _, c := range f.controls {
			switch {
			case c.disabled || c.kind == "hidden":
			case c.kind == "submit":
				buttons = append(buttons, c.label)
			case !slices.Contains(fields, c.name):
				fields = append(fields, c.name)
			}
		}
	}
	for _, l := range b.document.links {
		links = append(links, l.label)
	}
	return fmt.Sprintf("the page %s (status %d)\n\tfields: %q\n\tbuttons: %q\n\tlinks: %q\n\ttext: %s",
		shown(b.page.URL), b.page.Status, fields, buttons, links, foreign.Text(b.page.Text))
}

// picked returns what has exactly this name, or else what has it in its first
// name.
func picked(names [][]string, name string) []int {
	var exact, within []int
	name = collapsed(name)
	for i, all := range names {
		if slices.Contains(all, name) {
			exact = append(exact, i)
		}
		if name != "" && strings.Contains(all[0], name) {
			within = append(within, i)
		}
	}
	if exact != nil {
		return exact
	}
	return within
}
