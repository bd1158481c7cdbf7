// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

//go:build !race

package reliability_test

// rate is that of good requests, a second.
const rate = 100

// fleets are the sizes of fleets that are measured.
var fleets = []int{1, 50, 1000}
