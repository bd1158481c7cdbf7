// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Load puts servers under load with wrk, over loopback: unguarded, behind this kit's
// guard, and behind auth0's middleware; in peace, while the identity provider is out,
// and while it changes its keys:
//
//	go -C benchmarks run ./load         # print the tables; needs wrk
//	go -C benchmarks run ./load -write  # write them into docs/performance.md
//
// Each server is a process of its own, of this same program, and is started anew for
// each round. The identity provider is the emulator, in the process that measures and
// does nothing else meanwhile.
package main
