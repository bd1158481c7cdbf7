// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package page

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/b2ckit/b2ckit/emulator/internal/form"
)

// Input is a field of a form.
type Input struct {
	Name, Label, Type, Autocomplete, Capitals, Mode, Hint string
	Max                                                   int    // characters; not for secrets
	Optional                                              bool   // may be empty
	Missing                                               string // what to say if it is
	Value                                                 string // never that of a secret
	Secret                                                bool
	Problem                                               string
	Focus                                                 bool
}

// DescribedBy names the elements with the field's hint and problem.
func (i Input) DescribedBy() string {
	var ids []string
	if i.Hint != "" {
		ids = append(ids, i.Name+"-hint")
	}
	if i.Problem != "" {
		ids = append(ids, i.Name+"-problem")
	}
	return strings.Join(ids, " ")
}

// EmailInput is the field of an address.
func EmailInput() Input {
	return Input{Name: "email", Label: "Email address", Type: "email", Autocomplete: "email", Capitals: "none", Max: MaxName, Missing: TextRequired}
}

// NameInputs are the fields of a profile.
func NameInputs(display, given, family string) []Input {
	return []Input{
		{Name: "displayName", Label: "Display name", Type: "text", Autocomplete: "name", Capitals: "words", Max: MaxName, Missing: TextRequired, Value: display},
		{Name: "givenName", Label: "Given name", Type: "text", Autocomplete: "given-name", Capitals: "words", Max: 64, Optional: true, Value: given},
		{Name: "surname", Label: "Surname", Type: "text", Autocomplete: "family-name", Capitals: "words", Max: 64, Optional: true, Value: family},
	}
}

// MaxName bounds names and addresses, in characters, as B2C's directory does.
const MaxName = 256

// What B2C says to what is typed in.
const (
	TextRequired   = "This information is required."
	TextEmail      = "Please enter a valid email address."
	TextNoAccount  = "We can't seem to find your account."
	TextPassword   = "Your password is incorrect."
	TextTaken      = "A user with the specified ID already exists. Please choose a different one."
	TextNotAllowed = "This information can't be saved."
)

// Read takes the values of a form over into the page's fields, and says what is
// missing. It returns them by name; those of secrets are nowhere else.
func (v *View) Read(sent url.Values) map[string]string {
	values := map[string]string{}
	for i := range v.Inputs {
		in := &v.Inputs[i]
		value := form.Get(sent, in.Name)
		if !in.Secret {
			value = Cleaned(value)
			in.Value = value
		}
		switch {
		case value == "" && !in.Optional:
			v.AddProblem(in.Name, in.Missing)
		case !in.Secret && utf8.RuneCountInString(value) > in.Max:
			v.AddProblem(in.Name, "This is too long.")
			in.Value, value = "", ""
		}
		values[in.Name] = value
	}
	return values
}

// Cleaned is what someone typed, on one line.
func Cleaned(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.TrimSpace(s)
}

// Emailish reports whether s looks like one address and nothing more.
func Emailish(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && strings.Contains(strings.Trim(domain, "."), ".") && strings.Count(s, "@") == 1 &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`<>()[]\,;:"`, r) })
}
