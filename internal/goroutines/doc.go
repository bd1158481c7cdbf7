// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package goroutines counts those that run, for tests of what is left running.
//
// runtime.NumGoroutine counts one that has ended until its thread has put it away,
// which on a busy machine may be after synctest.Wait has returned. What stands in
// the stack traces has not ended.
package goroutines
