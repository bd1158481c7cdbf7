// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package origin_test

import (
	"fmt"

	"github.com/b2ckit/b2ckit/internal/origin"
)

func ExampleParse() {
	stock, err := origin.Parse("https://Stock.internal:443/")
	fmt.Println(stock, err)

	_, err = origin.Parse("http://stock.internal")
	fmt.Println(err)
	// Output:
	// https://stock.internal <nil>
	// "http://stock.internal" must be https; plain http is for loopback only
}

// A host and what stands before it, as a configuration may have them apart.
func ExampleRead() {
	o, err := origin.Read("http", "[0::1]:8080")
	fmt.Println(o, o.Host(), o.Hostname(), o.IsLoopback(), err)

	_, err = origin.Read("https", "stock.internal:0443")
	fmt.Println("it", err)
	// Output:
	// http://[::1]:8080 [::1]:8080 ::1 true <nil>
	// it has a malformed port
}
