// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/dashboard"
)

// A server with a dashboard. People open its address in a browser; a program,
// in any language, drives it by the control API.
func Example() {
	tenant := emulator.NewTenant(nil)
	b2c, err := emulator.Start(&emulator.ServerOptions{Plain: true, Fallback: dashboard.New(tenant)}, tenant)
	if err != nil {
		panic(err)
	}
	defer b2c.Close()

	for _, call := range []struct{ method, route, body string }{
		{"POST", "clock", `{"advance": "90m"}`},
		{"PUT", "faults", `{"faults": [{"kind": "throttled", "endpoint": "token", "times": 1, "retryAfter": "30s"}]}`},
		{"POST", "mint", `{"flow": "none"}`},
	} {
		req, err := http.NewRequest(call.method, b2c.URL+"/emulator/v1/"+call.route, strings.NewReader(call.body))
		if err != nil {
			panic(err)
		}
		req.Header.Set("Content-Type", "application/json")
		res, err := b2c.Client().Do(req)
		if err != nil {
			panic(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			panic(err)
		}
		_ = res.Body.Close()
		fmt.Println(res.Status)
		if call.route != "clock" { // whose answer holds the time
			fmt.Print(string(body))
		}
	}
	// Output:
	// 200 OK
	// 200 OK
	// {
	//   "faults": [
	//     {
	//       "kind": "throttled",
	//       "endpoint": "token",
	//       "times": 1,
	//       "retryAfter": "30s"
	//     }
	//   ]
	// }
	// 400 Bad Request
	// {
	//   "error": "flow: tenant contoso has no flow \"none\"; there are B2C_1_susi, B2C_1_edit, B2C_1_reset, B2C_1A_partner, B2C_1_ropc"
	// }
}
