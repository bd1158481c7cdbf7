// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package differential is a place for a test alone. It gives generated hostile
// tokens to the kit and to the JOSE libraries of the field, each used as its
// documentation tells a careful user, and writes down where they differ:
// docs/hostile.md.
package differential
