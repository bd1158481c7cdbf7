// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

//go:build !goexperiment.jsonv2

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "jwx v4 can't be built without it: set GOEXPERIMENT=jsonv2")
	os.Exit(2)
}
