// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// form is a form of a page, with what has been filled in.
type form struct {
	id, action, method, encoding string

	controls []*control
}

// control is a field or a button of a form.
type control struct {
	kind        string // type of an input in lower case; "select", "textarea", and "submit" for all that sends
	name, value string
	label       string // of a button
	owner       string // id of the form, "" for the one it stands in

	checked, disabled, readOnly, multiple bool

	options        []*option
	action, method string // of a button, "" for the form's
}

// option is one of a select's.
type option struct {
	value, label       string
	selected, disabled bool
}

// typed reports whether a person can type into it.
func (c *control) typed() bool {
	switch c.kind {
	case "hidden", "submit", "checkbox", "radio", "select", "file", "range", "color":
		return false
	}
	return !c.disabled && !c.readOnly
}

// fill sets a value, or says why it can't be set; ok is false without a problem
// if there is no such field.
func (f *form) fill(name, value string) (problem string, ok bool) {
	for _, c := range f.controls {
		switch {
		case c.name != name || c.kind == "submit":
		case c.disabled, c.readOnly:
			problem = "can't be changed"
		case c.kind == "hidden":
			problem = "is hidden, so nobody can fill it in"
		case c.kind == "file":
			problem = "is for files, which this browser has none of"
		case c.kind == "checkbox" && value == "":
			c.checked, ok = false, true
		case c.kind == "checkbox" && c.value != value, c.kind == "radio" && c.value != value:
			problem = fmt.Sprintf("has no choice %q", value)
		case c.kind == "checkbox":
			c.checked = true
			return "", true
		case c.kind == "radio":
			f.untick(name)
			c.checked = true
			return "", true
		case c.kind == "select" && !c.choose(value):
			problem = fmt.Sprintf("has no option %q", value)
		case c.kind == "select":
			return "", true
		default:
			c.value = value
			return "", true
		}
	}
	return problem, ok
}

func (f *form) untick(radio string) {
	for _, c := range f.controls {
		if c.kind == "radio" && c.name == radio {
			c.checked = false
		}
	}
}

// choose selects the option with a value, or else with a text.
func (c *control) choose(value string) bool {
	usable := func(match func(*option) bool) int {
		return slices.IndexFunc(c.options, func(o *option) bool { return !o.disabled && match(o) })
	}
	i := usable(func(o *option) bool { return o.value == value })
	if i < 0 {
		i = usable(func(o *option) bool { return o.label == value })
	}
	if i < 0 {
		return false
	}
	for k, o := range c.options {
		o.selected = k == i || c.multiple && o.selected
	}
	return true
}

// values is what the form sends when a button is pressed.
func (f *form) values(button *control) url.Values {
	all := url.Values{}
	add := func(name, value string) {
		// Browsers send every line break as CR LF.
		value = strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n").Replace(value)
		all[name] = append(all[name], value)
	}
	for _, c := range f.controls {
		switch {
		case c.name == "", c.disabled, c.kind == "submit" && c != button, c.kind == "file":
		case (c.kind == "checkbox" || c.kind == "radio") && !c.checked:
		case c.kind == "select":
			for _, o := range c.options {
				if o.selected && !o.disabled {
					add(c.name, o.value)
				}
			}
		default:
			add(c.name, c.value)
		}
	}
	return all
}
