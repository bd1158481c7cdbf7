// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest

import (
	"html"
	"slices"
	"strings"
)

// document is what a person without JavaScript can use of a page. The standard
// library has no reader of HTML: this one knows what forms and links are made
// of, and takes whatever else there is for text.
type document struct {
	text  string
	links []link
	forms []*form
}

type link struct{ label, address string }

func (d *document) passwordForm() *form {
	for _, f := range d.forms {
		if slices.ContainsFunc(f.controls, func(c *control) bool { return c.kind == "password" && c.typed() }) {
			return f
		}
	}
	return nil
}

// reader reads a page once, from its beginning.
type reader struct {
	rest string
	text []byte
	doc  document

	form     *form
	controls []*control // in order of the page, of whatever form
	within   map[*control]*form

	unseen string // the element whose text nobody sees, "" for none
	depth  int    // of elements of that name in it

	link     *link
	linkAt   int // where its text begins
	button   *control
	buttonAt int
	choice   *control // the select that is open
	option   *option
	optionAt int
}

func readHTML(page string) *document {
	r := &reader{rest: page, within: map[*control]*form{}}
	for r.rest != "" {
		r.step()
	}
	r.endLink()
	r.endButton()
	r.endOption()
	r.belong()
	r.doc.text = collapsed(string(r.text))
	return &r.doc
}

// step reads some text, or a tag, or what is neither.
func (r *reader) step() {
	text, after, found := strings.Cut(r.rest, "<")
	r.write(text)
	if r.rest = after; !found {
		return
	}
	switch {
	case strings.HasPrefix(after, "!--"):
		_, r.rest, _ = strings.Cut(after[3:], "-->")
	case strings.HasPrefix(after, "!"), strings.HasPrefix(after, "?"):
		_, r.rest, _ = strings.Cut(after, ">")
	case strings.HasPrefix(after, "/") && len(after) > 1 && letter(after[1]):
		name, _ := r.tag(after[1:])
		r.end(name)
	case after != "" && letter(after[0]):
		name, attributes := r.tag(after)
		r.start(name, attributes)
	default:
		r.write("&lt;")
	}
}

// write takes over text that a person sees.
func (r *reader) write(text string) {
	if r.unseen == "" {
		r.text = append(r.text, html.UnescapeString(text)...)
	}
}

func (r *reader) start(name string, a map[string]string) {
	if !slices.Contains(inline, name) {
		r.write(" ")
	}
	has := func(key string) bool { _, ok := a[key]; return ok }
	switch {
	case r.unseen == name:
		r.depth++
	case r.unseen == "" && !slices.Contains(void, name) && (has("hidden") || a["aria-hidden"] == "true"):
		r.unseen, r.depth = name, 1
	}
	if r.option != nil && name != "option" && name != "optgroup" {
		return // an option holds text alone
	}
	switch name {
	case "script", "style", "template", "title", "iframe":
		r.raw(name)
	case "form":
		if r.form == nil {
			r.form = &form{id: a["id"], action: a["action"], method: a["method"], encoding: strings.ToLower(a["enctype"])}
			r.doc.forms = append(r.doc.forms, r.form)
		}
	case "a":
		r.endLink()
		if has("href") {
			r.link, r.linkAt = &link{address: a["href"]}, len(r.text)
		}
	case "input", "button", "select", "textarea":
		r.control(name, a)
	case "optgroup":
		r.endOption()
	case "option":
		r.endOption()
		if r.choice != nil {
			r.option, r.optionAt = &option{value: a["value"], selected: has("selected"), disabled: has("disabled")}, len(r.text)
			if !has("value") {
				r.option.value = unset
			}
		}
	}
}

// unset marks an option whose value is its text.
const unset = "\x00"

func (r *reader) control(name string, a map[string]string) {
	has := func(key string) bool { _, ok := a[key]; return ok }
	c := &control{
		kind: name, name: a["name"], value: a["value"], owner: a["form"],
		checked: has("checked"), disabled: has("disabled"), readOnly: has("readonly"), multiple: has("multiple"),
	}
	switch name {
	case "input":
		c.kind = strings.ToLower(a["type"])
		switch c.kind {
		case "":
			c.kind = "text"
		case "submit", "image":
			c.label = collapsed(c.value)
			if c.label == "" {
				c.label = collapsed(a["alt"])
			}
			if c.kind == "image" {
				c.name = "" // it sends the place of the click, which there is none of
			}
			c.kind, c.action, c.method = "submit", a["formaction"], a["formmethod"]
		case "button", "reset":
			return
		case "checkbox", "radio":
			if !has("value") {
				c.value = "on"
			}
		}
	case "button":
		kind := strings.ToLower(a["type"])
		if kind == "button" || kind == "reset" {
			return
		}
		r.endButton()
		c.kind, c.action, c.method = "submit", a["formaction"], a["formmethod"]
		r.button, r.buttonAt = c, len(r.text)
	case "select":
		r.choice = c
	case "textarea":
		text := html.UnescapeString(r.raw(name))
		c.value = strings.TrimPrefix(strings.TrimPrefix(text, "\r"), "\n")
	}
	r.controls = append(r.controls, c)
	r.within[c] = r.form
}

func (r *reader) end(name string) {
	switch name {
	case "form":
		r.form = nil
	case "a":
		r.endLink()
	case "button":
		r.endButton()
	case "option":
		r.endOption()
	case "select":
		r.endOption()
		r.choice = nil
	}
	if r.unseen == name {
		if r.depth--; r.depth == 0 {
			r.unseen = ""
		}
	}
	if !slices.Contains(inline, name) {
		r.write(" ")
	}
}

func (r *reader) endLink() {
	if r.link != nil {
		r.link.label = collapsed(string(r.text[r.linkAt:]))
		r.doc.links = append(r.doc.links, *r.link)
	}
	r.link = nil
}

func (r *reader) endButton() {
	if r.button != nil {
		r.button.label = collapsed(string(r.text[r.buttonAt:]))
	}
	r.button = nil
}

// endOption takes an option's text out of the page's: a person sees only one of
// them at a time.
func (r *reader) endOption() {
	if r.option != nil {
		r.option.label = collapsed(string(r.text[r.optionAt:]))
		r.text = r.text[:r.optionAt]
		if r.option.value == unset {
			r.option.value = r.option.label
		}
		r.choice.options = append(r.choice.options, r.option)
	}
	r.option = nil
}

// belong gives every control to its form, and a select that has to have a value
// its first one.
func (r *reader) belong() {
	for _, c := range r.controls {
		f := r.within[c]
		if c.owner != "" {
			i := slices.IndexFunc(r.doc.forms, func(f *form) bool { return f.id == c.owner })
			if f = nil; i >= 0 {
				f = r.doc.forms[i]
			}
		}
		if f != nil {
			f.controls = append(f.controls, c)
		}
		if c.kind == "select" && !c.multiple && !slices.ContainsFunc(c.options, func(o *option) bool { return o.selected }) {
			if i := slices.IndexFunc(c.options, func(o *option) bool { return !o.disabled }); i >= 0 {
				c.options[i].selected = true
			}
		}
	}
}

// inline are elements that break no word; void ones have no end.
var (
	inline = strings.Fields("a abbr b bdi bdo cite code dfn em i kbd label mark q s samp small span strong sub sup time u var wbr")
	void   = strings.Fields("area base br col embed hr img input link meta source track wbr")
)
