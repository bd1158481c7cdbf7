// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package measure

import "time"

// processorTime is the time that passes, for want of a better clock.
func processorTime() time.Duration { return time.Since(began) }

var began = time.Now()
