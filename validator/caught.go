// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"fmt"
	"runtime/debug"
)

// caught calls a source in a goroutine of ours, and returns what gives its
// answer where that is waited for. The source may be the user's: a panic of it
// would end the process here, and there net/http catches it.
func caught(call func() error) (answer func() error) {
	defer func() {
		if p := recover(); p != nil {
			text := fmt.Sprintf("%v\n\n%s", p, debug.Stack())
			answer = func() error { panic(text) }
		}
	}()
	err := call()
	return func() error { return err }
}
