// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import "fmt"

// usageError is a mistake in the command line.
type usageError struct{ problem string }

func (e usageError) Error() string { return e.problem }

func wrongUsage(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

func isHelp(arg string) bool { return arg == "-h" || arg == "-help" || arg == "--help" }
