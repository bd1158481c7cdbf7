// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/internal/guid"
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

func checkText(s string) error {
	if strings.TrimSpace(s) == "" || s != strings.TrimSpace(s) {
		return errors.New("empty, or with space around it")
	}
	return nil
}

func checkGUID(id string) error {
	if !guid.Is(id) {
		return errors.New("not a GUID")
	}
	return nil
}

// foldGUIDs copies ids and lower-cases those that are GUIDs, as the issuers
// write them; the comparison with a token is exact.
func foldGUIDs(ids []string) []string {
	folded := slices.Clone(ids)
	for i, id := range folded {
		folded[i] = guid.Fold(id)
	}
	return folded
}

// lostUnit reports whether a time was meant to be longer: 5 for 5*time.Second.
func lostUnit(d time.Duration) bool { return d > 0 && d < time.Millisecond }

func unitError(d time.Duration) error {
	return fmt.Errorf("%d has lost its unit; want %d*time.Second", int64(d), int64(d))
}
