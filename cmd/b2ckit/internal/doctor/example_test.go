// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"context"
	"fmt"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/emulator"
)

func ExampleRun() {
	b2c := emulator.NewTenant(nil)
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := doctor.Run(context.Background(), doctor.Config{
		Authorities: tenant.Flows("B2C_1_susi", "B2C_1_none"),
		Transport:   b2c.Transport(),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range r.Findings {
		if f.State == report.Fail {
			fmt.Println(f.Check, f.Flow, "->", f.Do)
		}
	}
	fmt.Println("status", r.Status())
	// Output:
	// metadata B2C_1_none -> correct the flow's name: the tenant is right, since another flow of it is there. The portal lists them under User flows, or Identity Experience Framework
	// status 1
}
