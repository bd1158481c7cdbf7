// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"errors"
	"fmt"
	"slices"
)

// mistakes are what is wrong with one configuration, each once and in a line
// that names its field, so that it can be mended in one go.
type mistakes []error

func (m *mistakes) add(err error) {
	if err != nil && !slices.ContainsFunc(*m, func(e error) bool { return e.Error() == err.Error() }) {
		*m = append(*m, err)
	}
}

// addf adds the mistake in a field.
func (m *mistakes) addf(field, format string, args ...any) {
	m.add(fmt.Errorf("validator: %s: %w", field, fmt.Errorf(format, args...)))
}

func (m mistakes) err() error { return errors.Join(m...) }
