// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"errors"
	"fmt"
	"strings"
)

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

// Check returns the first mistake [NewTenant] would panic on, an [*OptionError],
// or nil. It is for options that come from a user and not from a program. Nil
// options are fine.
func (o *Options) Check() error {
	c := o.withDefaults()
	err := c.checkAll(c.accounts())
	if err == nil {
		return nil
	}
	if m, ok := errors.AsType[*mistake](err); ok {
		return &OptionError{Field: strings.TrimPrefix(m.field, "Options."), Problem: m.problem}
	}
	return err // checkAll makes no other
}

// mistake is what check finds: the path of a field and what is wrong with it.
type mistake struct{ field, problem string }

func (m *mistake) Error() string { return m.field + " " + m.problem }

func wrong(field, format string, args ...any) error {
	return &mistake{field, fmt.Sprintf(format, args...)}
}
