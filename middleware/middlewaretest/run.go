// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import "testing"

// Run tests the adapter. The tests don't depend on each other and leave
// nothing behind. As some measure what is allocated, don't run other tests in
// parallel. They listen on loopback and need no network.
func Run(t *testing.T, adapter Adapter) {
	run := func(name string, test func(*testing.T, Adapter)) {
		t.Run(name, func(t *testing.T) { test(t, adapter) })
	}
	run("Answers", testAnswers)
	run("Methods", testMethods)
	run("Preflight", testPreflight)
	run("Optional", testOptional)
	run("Nested", testNested)
	run("Cookie", testCookie)
	run("Header", testHeader)
	run("WebSocket", testWebSocket)
	run("Writer", testWriter)
	run("Panic", testPanics)
	run("Impossible", testImpossible)
	run("Hostile", testHostile)
	run("Report", testReport)
	run("Acceptance", testAcceptance)
	run("Challenge", testChallenge)
	run("Mount", testMount)
	run("HangUp", testHangUp)
	run("Undecided", testUndecided)
	run("Crowd", testCrowd)
	run("Emulator", testEmulator)
}
