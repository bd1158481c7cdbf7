// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// fieldError is a mistake in a request.
type fieldError struct{ field, text string }

func (e *fieldError) Error() string { return e.field + ": " + e.text }

func wrong(field, format string, args ...any) error {
	return &fieldError{field, fmt.Sprintf(format, args...)}
}

// parts returns the errors that errors.Join has joined; nil for any other.
func parts(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return slices.Clone(joined.Unwrap())
	}
	return nil
}

// inside puts what holds fields before their names.
func inside(holder string, err error) error {
	if all := parts(err); all != nil {
		for i := range all {
			all[i] = inside(holder, all[i])
		}
		return errors.Join(all...)
	}
	if e, ok := err.(*fieldError); ok { //nolint:errorlint // nobody wraps it
		return &fieldError{holder + e.field, e.text}
	}
	return err
}

// emulatorField finds the field that an error of package emulator names.
var emulatorField = regexp.MustCompile(`^emulator: (?:Spec|User|(faults\[\d+\]))\.([A-Za-z]+)(.*)$`)

// ofEmulator turns errors of package emulator into ones that name the field as a
// request does.
func ofEmulator(err error) error {
	if err == nil {
		return nil
	}
	if all := parts(err); all != nil {
		for i := range all {
			all[i] = ofEmulator(all[i])
		}
		return errors.Join(all...)
	}
	text := strings.TrimPrefix(err.Error(), "emulator: ")
	m := emulatorField.FindStringSubmatch(err.Error())
	if m == nil { // a user as a whole
		return wrong("user", "%s", strings.TrimPrefix(text, "User "))
	}
	field := map[string]string{"ClientID": "clientId", "ObjectID": "id", "IDP": "identityProvider"}[m[2]]
	if field == "" {
		field = strings.ToLower(m[2][:1]) + m[2][1:]
	}
	if m[1] != "" {
		field = m[1] + "." + field
	}
	return &fieldError{field, strings.TrimLeft(m[3], ": ")}
}
