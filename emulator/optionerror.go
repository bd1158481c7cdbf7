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

// Check returns all mistakes that [NewTenant] would panic on, joined, each an
// [*OptionError], or nil. What only follows from another mistake is left out. It
// is for options that come from a user and not from a program. Nil options are
// fine.
func (o *Options) Check() error {
	c := o.withDefaults()
	var all []error
	for _, m := range c.checkAll(accountsOf(c.Users)) {
		all = append(all, &OptionError{Field: strings.TrimPrefix(m.field, "Options."), Problem: m.problem})
	}
	return errors.Join(all...)
}

// mistake is the path of a field and what is wrong with it.
type mistake struct{ field, problem string }

// mistakes are what a check has found so far.
type mistakes []mistake

func (all *mistakes) add(field, format string, args ...any) {
	*all = append(*all, mistake{field, fmt.Sprintf(format, args...)})
}

// errors returns them joined, each behind a prefix; nil if there are none.
func (all mistakes) errors(prefix string) error {
	errs := make([]error, len(all))
	for i, m := range all {
		errs[i] = errors.New(prefix + m.field + " " + m.problem)
	}
	return errors.Join(errs...)
}
