// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"fmt"
	"os"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
)

func ExampleReport_WriteText() {
	r := report.Report{Findings: []report.Finding{
		{Check: report.Connection, Host: "login.contoso.example", State: report.OK, Found: "HTTP/2.0"},
		{
			Check: report.Clock, Host: "login.contoso.example", State: report.Warn,
			Found: "this machine's clock is 40s behind", Do: "have it set by NTP",
		},
	}}
	if err := r.WriteText(os.Stdout, nil); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ok      connection, login.contoso.example: HTTP/2.0
	// warn    clock, login.contoso.example
	//
	// warn clock, login.contoso.example
	//   this machine's clock is 40s behind
	//   -> have it set by NTP
	//
	// 0 FAIL, 1 warn, 1 ok, 0 skipped
}
