// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// input is a field of a form.
type input struct {
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
func (i input) DescribedBy() string {
	var ids []string
	if i.Hint != "" {
		ids = append(ids, i.Name+"-hint")
	}
	if i.Problem != "" {
		ids = append(ids, i.Name+"-problem")
	}
	return strings.Join(ids, " ")
}

func emailInput() input {
	return input{Name: "email", Label: "Email address", Type: "email", Autocomplete: "email", Capitals: "none", Max: maxName, Missing: textRequired}
}

// nameInputs are the fields of a profile.
func nameInputs(u User) []input {
	return []input{
		{Name: "displayName", Label: "Display name", Type: "text", Autocomplete: "name", Capitals: "words", Max: maxName, Missing: textRequired, Value: u.Name},
		{Name: "givenName", Label: "Given name", Type: "text", Autocomplete: "given-name", Capitals: "words", Max: 64, Optional: true, Value: u.GivenName},
		{Name: "surname", Label: "Surname", Type: "text", Autocomplete: "family-name", Capitals: "words", Max: 64, Optional: true, Value: u.FamilyName},
	}
}

// maxName bounds names and addresses, in characters, as B2C's directory does.
const maxName = 256

// What B2C says to what is typed in.
const (
	textRequired   = "This information is required."
	textEmail      = "Please enter a valid email address."
	textNoAccount  = "We can't seem to find your account."
	textPassword   = "Your password is incorrect."
	textTaken      = "A user with the specified ID already exists. Please choose a different one."
	textNotAllowed = "This information can't be saved."
)

// read takes the values of a form over into the page's fields, and says what is
// missing. It returns them by name; those of secrets are nowhere else.
func (v *view) read(form url.Values) map[string]string {
	values := map[string]string{}
	for i := range v.Inputs {
		in := &v.Inputs[i]
		value := one(form, in.Name)
		if !in.Secret {
			value = cleaned(value)
			in.Value = value
		}
		switch {
		case value == "" && !in.Optional:
			v.problem(in.Name, in.Missing)
		case !in.Secret && utf8.RuneCountInString(value) > in.Max:
			v.problem(in.Name, "This is too long.")
			in.Value, value = "", ""
		}
		values[in.Name] = value
	}
	return values
}

// cleaned is what someone typed, on one line.
func cleaned(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.TrimSpace(s)
}

// emailish reports whether s looks like one address and nothing more.
func emailish(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && strings.Contains(strings.Trim(domain, "."), ".") && strings.Count(s, "@") == 1 &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`<>()[]\,;:"`, r) })
}
