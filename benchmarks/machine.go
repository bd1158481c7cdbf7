// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"runtime"

	"github.com/klauspost/cpuid/v2"

	"github.com/b2ckit/b2ckit/benchmarks/measure"
)

// machine tells what was measured on, as a list in Markdown. What the hash of a token
// costs hangs on the processor's instructions for it, and with it what a token seen
// before costs against the floor.
func machine(r *measure.Results) []string {
	instructions := "no instructions for SHA-256: on processors that have them the hash takes a fraction of this"
	if cpuid.CPU.Supports(cpuid.SHA) || cpuid.CPU.Supports(cpuid.SHA2) {
		instructions = "instructions for SHA-256: without them the hash takes several times as long"
	}
	name := cpuid.CPU.BrandName
	if name == "" {
		name = "a processor that does not tell its name"
	}
	return []string{
		fmt.Sprintf("- %s, %d cores, %s", name, runtime.NumCPU(), instructions),
		fmt.Sprintf("- %s, %s/%s", runtime.Version(), runtime.GOOS, runtime.GOARCH),
		fmt.Sprintf("- the SHA-256 of a token takes %s of the floor, the bare signature check %s",
			number(r.Ratio(hash, floor).Median), number(r.Ratio(signature, floor).Median)),
	}
}
