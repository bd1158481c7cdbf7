// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package nearest_test

import (
	"fmt"

	"github.com/b2ckit/b2ckit/internal/nearest"
)

func ExampleOf() {
	if meant, ok := nearest.Of("B2C_1_sisu", []string{"B2C_1_edit", "B2C_1_susi"}); ok {
		fmt.Println("is it", meant, "that is meant?")
	}
	// Output: is it B2C_1_susi that is meant?
}
