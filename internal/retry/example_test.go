// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package retry_test

import (
	"fmt"
	"net/http"
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

func Example() {
	var b retry.Backoff
	b.Fail(retry.After(http.Header{"Retry-After": {"86400"}}))
	fmt.Println(b.Failures(), b.Wait(time.Minute).Round(time.Minute))
	// Output:
	// 1 10m0s
}
