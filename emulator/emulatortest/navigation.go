// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	mostHops    = 20               // redirects; browsers give up there too
	mostBytes   = 8 << 20          // of a page
	slowestPage = 30 * time.Second // then nobody waits on
)

// navigation is a request and where redirects lead it.
type navigation struct {
	method string
	to     *url.URL
	form   url.Values // of a POST
	from   relation   // of where the request comes from to where it goes
	origin string     // of a POST
}

// navigate goes where a navigation leads, and shows the page it ends at.
func (b *Browser) navigate(n navigation) {
	b.tb.Helper()
	ctx, cancel := context.WithTimeout(b.tb.Context(), slowestPage)
	defer cancel()
	start := n.to
	for range mostHops + 1 {
		if app, known := b.network.apps[originOf(n.to)]; known && app == nil {
			b.show(n, &http.Response{Header: http.Header{}}, "")
			return
		}
		resp, body, err := b.exchange(ctx, &n)
		if err != nil {
			b.tb.Fatalf("browser: %s %s: %v", n.method, shown(n.to), err)
		}
		next := resp.Header.Get("Location")
		if resp.StatusCode < 300 || resp.StatusCode > 399 || next == "" {
			b.show(n, resp, body)
			return
		}
		if err := n.redirect(resp.StatusCode, next); err != nil {
			b.tb.Fatalf("browser: %s redirects to an address that is none", shown(n.to))
		}
	}
	b.tb.Fatalf("browser: %s redirects more than %d times, at last to %s", shown(start), mostHops, shown(n.to))
}

// exchange sends one request and reads the response.
func (b *Browser) exchange(ctx context.Context, n *navigation) (resp *http.Response, body string, err error) {
	target := *n.to
	target.Fragment, target.RawFragment = "", ""
	var sent io.Reader
	if n.method == http.MethodPost {
		sent = strings.NewReader(n.form.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, n.method, target.String(), sent)
	if err != nil {
		return nil, "", fmt.Errorf("no address to go to: %s", shown(n.to))
	}
	r.Header.Set("Accept", "text/html,*/*;q=0.8")
	r.Header.Set("User-Agent", "emulatortest")
	r.Header.Set("Sec-Fetch-Site", string(n.from))
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	if n.method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", n.origin)
	}
	b.cookies.add(r, n.from)
	if resp, err = b.network.RoundTrip(r); err != nil {
		if ctx.Err() == nil && b.network.apps[originOf(n.to)] == nil {
			err = fmt.Errorf("%w (Browser.Handle says who answers there)", err)
		}
		return nil, "", err
	}
	answer := resp.Body
	defer func() { _ = answer.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer, mostBytes+1))
	switch {
	case err != nil:
		return nil, "", fmt.Errorf("the page ends too early: %w", err)
	case len(text) > mostBytes:
		return nil, "", fmt.Errorf("the page is longer than %d bytes", mostBytes)
	}
	b.cookies.save(r.URL, resp.Cookies())
	return resp, string(text), nil
}

// redirect turns the navigation to where an answer sends it. As in browsers a POST
// becomes a GET unless the status says otherwise, and a fragment stays.
func (n *navigation) redirect(status int, location string) error {
	next, err := n.to.Parse(location)
	if err != nil {
		return err
	}
	if next.Fragment == "" {
		next.Fragment, next.RawFragment = n.to.Fragment, n.to.RawFragment
	}
	if n.method == http.MethodPost && status != http.StatusTemporaryRedirect && status != http.StatusPermanentRedirect {
		n.method, n.form = http.MethodGet, nil
	}
	switch hop := related(n.to, next); {
	case hop == crossSite:
		n.from = crossSite // and stays so
	case hop == sameSite && n.from == sameOrigin:
		n.from = sameSite
	}
	if originOf(n.to) != originOf(next) && originOf(n.to) != n.origin {
		n.origin = "null" // as the Fetch standard has it
	}
	n.to = next
	return nil
}

// show shows a page.
func (b *Browser) show(n navigation, resp *http.Response, body string) {
	p := &Page{
		URL: n.to, Parameters: parameters(n.to, n.form),
		Status: resp.StatusCode, Header: resp.Header, Body: body, Text: collapsed(body),
	}
	b.page, b.document, b.typed = p, &document{}, nil
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind == "text/html" {
		b.document = readHTML(body)
		p.Text = b.document.text
	}
}

// parameters are all that a request brings along, in the query, the form and
// the fragment.
func parameters(u *url.URL, form url.Values) url.Values {
	all := u.Query()
	add := func(more url.Values) {
		for name, values := range more {
			all[name] = append(all[name], values...)
		}
	}
	add(form)
	if strings.Contains(u.Fragment, "=") {
		inFragment, _ := url.ParseQuery(u.EscapedFragment()) // what can't be read isn't there
		add(inFragment)
	}
	return all
}
