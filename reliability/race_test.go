// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

//go:build race

package reliability_test

// rate is that of good requests. With the race detector they cost ten times as much.
const rate = 10

// fleets are the sizes of fleets that are measured; a thousand would take minutes.
var fleets = []int{1, 50}
