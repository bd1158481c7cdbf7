// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package page

import (
	"unicode"
	"unicode/utf8"
)

// What B2C says to new passwords, and its rule for strong ones.
const (
	textLength   = "The password must be between 8 and 64 characters."
	textClasses  = "The password must have at least 3 of the following: a lowercase letter, an uppercase letter, a digit, a symbol."
	textMismatch = "The password entry fields do not match. Please enter the same password in both fields and try again."

	minPassword, maxPassword = 8, 64
)

// NewPasswordInputs are the fields of a new password.
func NewPasswordInputs() []Input {
	in := Input{Type: "password", Autocomplete: "new-password", Capitals: "none", Missing: TextRequired, Secret: true}
	first, second := in, in
	first.Name, first.Label = "newPassword", "New password"
	first.Hint = "8 to 64 characters, with 3 of: lowercase letter, uppercase letter, digit, symbol."
	second.Name, second.Label = "reenterPassword", "Confirm new password"
	return []Input{first, second}
}

// CheckNewPassword says what is wrong with a new password.
func (v *View) CheckNewPassword(values map[string]string) {
	password, again := values["newPassword"], values["reenterPassword"]
	switch length := utf8.RuneCountInString(password); {
	case password == "":
	case length < minPassword || length > maxPassword:
		v.AddProblem("newPassword", textLength)
	case classes(password) < 3:
		v.AddProblem("newPassword", textClasses)
	case again != "" && again != password:
		v.AddProblem("reenterPassword", textMismatch)
	}
}

// StrongPassword reports whether a password is one that a page would take.
func StrongPassword(password string) bool {
	length := utf8.RuneCountInString(password)
	return length >= minPassword && length <= maxPassword && classes(password) >= 3
}

// classes counts the classes of characters in a password.
func classes(password string) int {
	var lower, upper, digit, symbol int
	for _, r := range password {
		switch {
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			symbol = 1
		}
	}
	return lower + upper + digit + symbol
}
