// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package reliability holds the promises for bad days as tests: what the kit does
// while B2C is away, slow, throttling or lying, seen from outside, as a program
// sees it that is put together from the kit's parts. It exports nothing.
//
// A table of docs/reliability.md is a table here, and a line of it a row: a fault,
// the promise with its figure, and the tests that hold it and measure. `make
// reliability` runs all of them and writes what they measured into the document.
// An ordinary test run holds that the document has the same rows, promises and
// names of tests as the code; only what was measured may differ, since machines do.
//
// To add a row, append it to a table's rows, in the file of its theme:
//
//	{
//		test:    "flow_is_gone", // TestKeys/flow_is_gone
//		fault:   "one of several flows is deleted",
//		promise: "the others serve: 0 errors; `Ready` stays true",
//		by:      virtualTime,
//		cases:   one(flowIsGone),
//	},
//
// and its name to the list in matrix_test.go. A case is a function that makes the
// fault happen and gives each figure its limit:
//
//	func flowIsGone(t *testing.T, f *figures) {
//		…
//		f.counted("errors", errors, 0)
//		f.took("first 200", time.Since(back), 3*time.Second)
//	}
//
// Beyond its limit a figure fails the test, and the document shows the worst one of
// all cases. With virtualTime a case runs in a testing/synctest bubble: no listener,
// no t.Run, and hours cost nothing. With realSockets all cases of a table run at
// the same time: wait for events, never sleep, and let a limit be one that a busy
// machine keeps. A table of its own is one more entry in tables and a Test function
// that runs it; its markers stand in the document.
package reliability
