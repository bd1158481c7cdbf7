// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package health_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/health"
	"github.com/b2ckit/b2ckit/validator"
)

func ExampleReady() {
	b2c := emulator.NewTenant(nil) // your tenant, in this example
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := validator.New(tenant.Flows("B2C_1_susi"), "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",
		&validator.Options{Transport: b2c.Transport()})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer v.Close()

	mux := http.NewServeMux()
	mux.Handle("/readyz", health.Ready(v))

	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
	fmt.Print(w.Code, " ", w.Body)
	// Output: 200 ready
}
