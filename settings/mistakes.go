// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"errors"
	"fmt"
	"slices"
)

// mistakes are what is wrong with the settings, each once and in a line that
// names what the operator wrote.
type mistakes []error

// addf adds what is wrong with something.
func (m *mistakes) addf(origin, format string, args ...any) {
	m.add(errors.New(origin + " " + fmt.Sprintf(format, args...)))
}

func (m *mistakes) add(err error) {
	if !slices.ContainsFunc(*m, func(e error) bool { return e.Error() == err.Error() }) {
		*m = append(*m, err)
	}
}

func (m mistakes) err() error { return errors.Join(m...) }
