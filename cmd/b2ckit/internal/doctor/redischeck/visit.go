// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redischeck

import (
	"github.com/redis/go-redis/v9"
)

// visit is one look at a Redis.
type visit struct {
	client *redis.Client
	dialer *dialer
	prefix string
	user   string
	info   info
}
