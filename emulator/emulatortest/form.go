// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest

import (
	"net/http"
	"slices"
	"strings"
)

// Fill types a value into the field of that name, chooses the option or the
// radio button, or ticks the box that has this value (a box without one has
// "on"); the value "" unticks the boxes of that name. If several forms have such
// a field, it is filled in in each.
func (b *Browser) Fill(name, value string) {
	b.tb.Helper()
	b.look("Fill")
	var filled []*form
	problem := ""
	for _, f := range b.document.forms {
		switch p, ok := f.fill(name, value); {
		case ok:
			filled = append(filled, f)
		case p != "":
			problem = p
		}
	}
	switch {
	case len(filled) == 1:
		b.typed = filled[0]
	case len(filled) > 1:
		b.typed = nil
	case problem != "":
		b.tb.Fatalf("Browser.Fill: the field %q %s on %s", name, problem, b.seen())
	default:
		b.tb.Fatalf("Browser.Fill: %s", b.not("field", name, 0))
	}
}

// Submit presses the button with this text or value, or else the only one whose
// text has it in it. "" presses Enter, in the form that was filled in last or
// the only one there is: its first button counts as pressed. That is also how a
// form goes on that a script would send, such as B2C's form_post.
func (b *Browser) Submit(button string) {
	b.tb.Helper()
	b.look("Submit")
	if button == "" {
		b.enter()
		return
	}
	var names [][]string
	var press []func()
	for _, f := range b.document.forms {
		for _, c := range f.controls {
			if c.kind == "submit" && !c.disabled {
				names = append(names, []string{c.label, c.value})
				press = append(press, func() { b.tb.Helper(); b.send(f, c) })
			}
		}
	}
	found := picked(names, button)
	if len(found) != 1 {
		b.tb.Fatalf("Browser.Submit: %s", b.not("button", button, len(found)))
	}
	press[found[0]]()
}

// SignIn fills in the page's form that has a password field, the user in its
// first other field, and sends it. If the emulator refuses them, the test ends:
// to be refused is for [Browser.Fill] and [Browser.Submit].
//
// There is such a page only for tenants that sign people in on pages. With
// others [Browser.Open] is all of it.
func (b *Browser) SignIn(user, password string) {
	b.tb.Helper()
	b.look("SignIn")
	f := b.document.passwordForm()
	if f == nil {
		b.tb.Fatalf("Browser.SignIn: no field for a password on %s", b.seen())
	}
	i := slices.IndexFunc(f.controls, func(c *control) bool { return c.typed() && c.kind != "password" })
	if i < 0 {
		b.tb.Fatalf("Browser.SignIn: no field for a user on %s", b.seen())
	}
	f.controls[i].value = user
	for _, c := range f.controls {
		if c.kind == "password" && c.typed() {
			c.value = password
		}
	}
	from := originOf(b.page.URL)
	b.typed = f
	b.enter()
	if from == originOf(b.page.URL) && b.document.passwordForm() != nil {
		b.tb.Fatalf("Browser.SignIn: %q was not let in: %s", user, b.seen())
	}
}

// enter sends a form by its first button.
func (b *Browser) enter() {
	b.tb.Helper()
	f := b.typed
	switch {
	case f != nil:
	case len(b.document.forms) == 1:
		f = b.document.forms[0]
	case len(b.document.forms) == 0:
		b.tb.Fatalf("Browser.Submit: no form on %s", b.seen())
	default:
		b.tb.Fatalf("Browser.Submit: %d forms, and no telling which was filled in: name the button, on %s", len(b.document.forms), b.seen())
	}
	for _, c := range f.controls {
		if c.kind == "submit" && !c.disabled {
			b.send(f, c)
			return
		}
	}
	b.send(f, nil)
}

// send sends a form by a button, which may be nil.
func (b *Browser) send(f *form, button *control) {
	b.tb.Helper()
	action, method := f.action, f.method
	if button != nil {
		if button.action != "" {
			action = button.action
		}
		if button.method != "" {
			method = button.method
		}
	}
	to, err := b.page.URL.Parse(action)
	if err != nil {
		b.tb.Fatalf("Browser.Submit: the form's action is no address on %s", b.seen())
	}
	if action == "" { // the page's own address
		to.Fragment, to.RawFragment = "", ""
	}
	n := navigation{method: http.MethodGet, to: to, from: related(b.page.URL, to)}
	values := f.values(button)
	switch strings.ToLower(method) {
	case "post":
		if f.encoding != "" && f.encoding != "application/x-www-form-urlencoded" {
			b.tb.Fatalf("Browser.Submit: this browser can't send a form as %s, on %s", f.encoding, b.seen())
		}
		n.method, n.form, n.origin = http.MethodPost, values, originOf(b.page.URL)
	case "dialog":
		b.tb.Fatalf("Browser.Submit: a dialog goes nowhere without JavaScript, on %s", b.seen())
	default:
		to.RawQuery, to.ForceQuery = values.Encode(), false
	}
	b.navigate(n)
}
