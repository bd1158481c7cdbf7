// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Jwx4 measures jwx v4, which on Go 1.26 wants GOEXPERIMENT=jsonv2. That is another
// standard library for the whole program, so it has a floor of its own. Package
// benchmarks builds and runs it, and reads the row that it prints.
package main
