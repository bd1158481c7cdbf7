// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redischeck_test

import (
	"fmt"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/redischeck"
)

func ExampleParse() {
	_, err := redischeck.Parse("rediss://shop:hunter2@redis.internal:6379", "")
	fmt.Println(err)
	// Output: the address holds a password, which other users of this machine can read there, and the shell keeps
}
