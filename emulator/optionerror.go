// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "regexp"

// OptionError is a field of [Options] that is empty, malformed or contradicts
// another.
type OptionError struct {
	// Field is the path of the field below Options, such as "Flows[2].Name", or
	// of the element that is wrong as a whole, such as "Users[1]".
	Field string

	// Problem is what is wrong with it, to be read behind the field's name.
	Problem string
}

// Error returns field and problem. It holds no secret or password.
func (e *OptionError) Error() string { return "emulator: Options." + e.Field + " " + e.Problem }

// fieldPattern takes a message of check apart: each begins with the field, whose
// name may hold a quoted claim.
var fieldPattern = regexp.MustCompile(`(?s)^Options\.((?:[A-Za-z0-9.\[\]]|"(?:[^"\\]|\\.)*")+) (.*)$`)

// Check returns the first mistake [NewTenant] would panic on, an [*OptionError],
// or nil. It is for options that come from a user and not from a program. Nil
// options are fine.
func (o *Options) Check() error {
	c := o.withDefaults()
	err := c.checkAll(c.accounts())
	if err == nil {
		return nil
	}
	m := fieldPattern.FindStringSubmatch(err.Error())
	if m == nil {
		return err // no message is like that
	}
	return &OptionError{Field: m[1], Problem: m[2]}
}
