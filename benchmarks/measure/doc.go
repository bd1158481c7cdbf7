// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package measure compares what operations cost, on a machine that has other things
// to do. All cases are measured in turn, round by round, and a figure is the median
// of what the rounds say by themselves: a ratio of two cases that ran a moment apart,
// never seconds. What disturbs one round disturbs both, or is left out by the median.
// On one core the processor's time counts, where the system has a clock for it; on all
// cores the time that passes, and only a machine without other work tells the truth.
package measure
