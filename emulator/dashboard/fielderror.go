// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// fieldError is a mistake in a request.
type fieldError struct{ field, text string }

func (e *fieldError) Error() string { return e.field + ": " + e.text }

func wrong(field, format string, args ...any) error {
	return &fieldError{field, fmt.Sprintf(format, args...)}
}

// emulatorField finds the field that an error of package emulator names.
var emulatorField = regexp.MustCompile(`^emulator: (?:Spec|User|(faults\[\d+\]))\.([A-Za-z]+)(.*)$`)

// ofEmulator turns errors of package emulator into ones that name the field as a
// request does.
func ofEmulator(err error) error {
	if err == nil {
		return nil
	}
	if several, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // nobody wraps it
		var all []error
		for _, e := range several.Unwrap() {
			all = append(all, ofEmulator(e))
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
