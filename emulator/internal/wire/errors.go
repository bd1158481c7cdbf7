// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package wire

// Errors returns the errors that errors.Join has joined, or one alone; none of
// nil.
func Errors(err error) []error {
	switch joined := err.(type) { //nolint:errorlint // a wrapped one is one error
	case nil:
		return nil
	case interface{ Unwrap() []error }:
		var all []error
		for _, e := range joined.Unwrap() {
			all = append(all, Errors(e)...)
		}
		return all
	default:
		return []error{err}
	}
}
