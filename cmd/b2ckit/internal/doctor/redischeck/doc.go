// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package redischeck looks at a Redis as packages rediscache and rediskeys will use
// it: how far it is, whether its user may do what they do, what there is of theirs,
// and whether it throws away what it should keep.
package redischeck
