// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Steps are what a person does and sees: pages are told by their headings,
// fields by their labels, buttons and links by their words.

// do runs actions, which must work out in time.
func (c *chromium) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		c.t.Fatalf("%s: %v\n%s", what, err, c.screen())
	}
}

// read runs an action that finds something out.
func read[T any](c *chromium, what string, action chromedp.Action[T]) T {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, patience)
	defer cancel()
	got, err := chromedp.Run(ctx, action)
	if err != nil {
		c.t.Fatalf("%s: %v\n%s", what, err, c.screen())
	}
	return got
}

// send sends a command to the browser.
func send[P, R any](c *chromium, command cdp.Command[P, R], params P) R {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, patience)
	defer cancel()
	got, err := chromedp.Call(ctx, command, params)
	if err != nil {
		c.t.Fatal(err)
	}
	return got
}

// follow runs actions that lead to another page, and waits for it.
func (c *chromium) follow(what string, actions ...chromedp.Action[chromedp.Void]) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, actions...); err != nil {
		c.t.Fatalf("%s: %v\n%s", what, err, c.screen())
	}
	c.keep(what)
}

// open types an address.
func (c *chromium) open(address string) {
	c.t.Helper()
	what := "open"
	if u, err := url.Parse(address); err == nil {
		what += " " + u.Path // the port would be another in every run
	}
	c.follow(what, chromedp.Navigate(address))
}

// press presses a button.
func (c *chromium) press(words string) {
	c.t.Helper()
	c.follow("press "+words, chromedp.Click(`//button[normalize-space(.)="`+words+`"]`))
}

// click follows a link.
func (c *chromium) click(words string) {
	c.t.Helper()
	c.follow("click "+words, chromedp.Click(`//a[normalize-space(.)="`+words+`" or normalize-space(text()[last()])="`+words+`"]`))
}

// fill types into the field with a label, over what is in it.
func (c *chromium) fill(label, text string) {
	c.t.Helper()
	field := `//*[@id=//label[normalize-space(text())="` + label + `"]/@for]`
	c.do("fill "+label, chromedp.Clear(field), chromedp.SendKeys(field, text))
}

// value returns what is in the field with a label.
func (c *chromium) value(label string) string {
	c.t.Helper()
	return read(c, "field "+label, chromedp.Value(`//*[@id=//label[normalize-space(text())="`+label+`"]/@for]`))
}

// on demands that the page has a heading.
func (c *chromium) on(heading string) {
	c.t.Helper()
	if got := strings.TrimSpace(read(c, "heading", chromedp.Text(`//h1`))); got != heading {
		c.t.Fatalf("got the page %q, want %q\n%s", got, heading, c.screen())
	}
}

// at demands that the address begins so.
func (c *chromium) at(prefix string) {
	c.t.Helper()
	if got := c.address(); !strings.HasPrefix(got, prefix) {
		c.t.Fatalf("got to %s, want to %s…\n%s", got, prefix, c.screen())
	}
}

func (c *chromium) address() string {
	c.t.Helper()
	return read(c, "address", chromedp.Location())
}

// parameters are those that came to an app, in the query or the fragment.
func (c *chromium) parameters() url.Values {
	c.t.Helper()
	u, err := url.Parse(c.address())
	if err != nil {
		c.t.Fatal(err)
	}
	text := u.RawQuery
	if text == "" {
		text = u.EscapedFragment()
	}
	values, err := url.ParseQuery(text)
	if err != nil {
		c.t.Fatal(err)
	}
	return values
}

// sees demands that the page holds a text.
func (c *chromium) sees(text string) {
	c.t.Helper()
	if !strings.Contains(c.text(), text) {
		c.t.Fatalf("can't see %q\n%s", text, c.screen())
	}
}

// seesNot demands that it doesn't.
func (c *chromium) seesNot(text string) {
	c.t.Helper()
	if strings.Contains(c.text(), text) {
		c.t.Fatalf("sees %q\n%s", text, c.screen())
	}
}

// find returns the first group of a pattern in the page's text.
func (c *chromium) find(pattern string) string {
	c.t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(c.text())
	if found == nil {
		c.t.Fatalf("can't see %s\n%s", pattern, c.screen())
	}
	return found[1]
}

func (c *chromium) text() string {
	c.t.Helper()
	return read(c, "text", chromedp.Text(`//body`))
}

// screen is what the browser shows, for a failure's message.
func (c *chromium) screen() string {
	ctx, cancel := context.WithTimeout(c.ctx, patience)
	defer cancel()
	address, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return "no page: " + err.Error()
	}
	text, err := chromedp.Run(ctx, chromedp.Text(`//body`))
	if err != nil {
		return "no text: " + err.Error()
	}
	const most = 1500
	if len(text) > most {
		text = text[:most] + "…"
	}
	u, err := url.Parse(address)
	if err != nil {
		return text
	}
	return "at " + u.Scheme + "://" + u.Host + u.Path + ", which shows:\n" + text
}

// keep keeps a picture of the page, if there is a place for it.
func (c *chromium) keep(what string) {
	c.t.Helper()
	dir := os.Getenv("B2CKIT_SCREENSHOTS")
	if dir == "" {
		return
	}
	c.shots++
	picture := read(c, "screenshot", chromedp.FullScreenshot(100))
	name := regexp.MustCompile(`[^A-Za-z0-9]+`).ReplaceAllString(c.t.Name()+" "+what, "-")
	if len(name) > 90 {
		name = name[:90]
	}
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%02d.png", name, c.shots)), picture, 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// clickTo clicks the first link to a path, whatever it says.
func (c *chromium) clickTo(path string) {
	c.t.Helper()
	c.follow("click "+path, chromedp.Click(`(//main//a[@href="`+path+`"])[1]`))
}

// pressAccount presses the button of an account.
func (c *chromium) pressAccount(name string) {
	c.t.Helper()
	c.follow("press "+name, chromedp.Click(`//button[.//*[normalize-space(.)="`+name+`"]]`))
}

// until waits for a page that comes by itself.
func (c *chromium) until(heading string) {
	c.t.Helper()
	c.do("wait for "+heading, chromedp.WaitVisible(`//h1[normalize-space(.)="`+heading+`"]`))
	c.keep("until " + heading)
}

// cookies are the names of those that an address would get.
func cookies(c *chromium, address string) []string {
	c.t.Helper()
	var names []string
	for _, cookie := range send(c, network.GetCookies, network.GetCookiesParams{URLs: []string{address}}).Cookies {
		names = append(names, cookie.Name)
	}
	return names
}

func forget(c *chromium, address, name string) {
	c.t.Helper()
	send(c, network.DeleteCookies, network.DeleteCookiesParams{Name: name, URL: address})
}

// set fills a field in at once, for long texts.
func (c *chromium) set(label, text string) {
	c.t.Helper()
	c.do("set "+label, chromedp.SetValue(`//*[@id=//label[normalize-space(text())="`+label+`"]/@for]`, text))
}

// choose picks an option by its words.
func (c *chromium) choose(label, words string) {
	c.t.Helper()
	c.do("choose "+words, chromedp.SetValue(`//select[@id=//label[normalize-space(text())="`+label+`"]/@for]`, words))
}
