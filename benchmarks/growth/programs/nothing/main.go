// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Command nothing ends as soon as it has begun.
package main

func main() {}
