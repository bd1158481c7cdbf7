// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package redistest

import "os/exec"

// dieWithParent does nothing: if the test process dies too hard to clean up,
// the server stays.
func dieWithParent(*exec.Cmd) {}
