// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package hostile_test

import (
	"fmt"

	"github.com/b2ckit/b2ckit/interop/hostile"
)

func Example() {
	d := hostile.Good(hostile.Key("example", 2048), "k", hostile.NewObject("iss", `"https://contoso.example/"`))
	for _, e := range hostile.Edits() {
		if e.Class == "JSON: bytes behind the object" && e.Name == "payload brace" {
			e.Do(d)
		}
	}
	fmt.Println(d.Texts())
	// Output: {"alg":"RS256","kid":"k","typ":"JWT"} {"iss":"https://contoso.example/"}}
}
