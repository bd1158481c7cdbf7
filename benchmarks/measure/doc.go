// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package measure compares what operations cost, on a machine that has other things
// to do. All cases are measured in turn, round by round, and a figure is the median
// of what the rounds say by themselves: a ratio of two cases that ran a moment apart,
// never seconds. What disturbs one round disturbs both, or is left out by the median.
package measure
