// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// TestConcurrent drives tenants from all sides at once, for the race detector.
func TestConcurrent(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil), fabrikam())
	const jsonType, formType = "application/json", "application/x-www-form-urlencoded"
	var all sync.WaitGroup
	for _, c := range []struct{ method, path, body, contentType string }{
		{"GET", "/", "", ""},
		{"GET", "/emulator/log", "", ""},
		{"GET", "/emulator/tokens/1", "", ""},
		{"GET", "/emulator/v1/tenants", "", ""},
		{"GET", "/emulator/v1/requests?tenant=contoso", "", ""},
		{"GET", "/emulator/v1/tokens?tenant=contoso", "", ""},
		{"POST", "/emulator/v1/mint", `{"tenant":"contoso"}`, jsonType},
		{"POST", "/emulator/v1/rotate", `{"tenant":"contoso"}`, jsonType},
		{"POST", "/emulator/v1/retire", `{"tenant":"contoso"}`, jsonType},
		{"POST", "/emulator/v1/clock", `{"tenant":"contoso","advance":"1s"}`, jsonType},
		{"PUT", "/emulator/v1/faults", `{"tenant":"contoso","faults":[{"kind":"slow","delay":"1ms","times":1}]}`, jsonType},
		{"POST", "/emulator/v1/users", `{"tenant":"contoso","name":"Max","claims":{"a":[1]}}`, jsonType},
		{"POST", "/emulator/v1/revoke", `{"tenant":"contoso"}`, jsonType},
		{"POST", "/emulator/forms/fault", "tenant=contoso&kind=slow&delay=1ms&times=1", formType},
		{"POST", "/emulator/forms/clear-fault", "tenant=contoso&kind=slow&delay=1ms&times=1", formType},
		{"POST", "/emulator/forms/mint", "tenant=contoso&kind=user", formType},
		{"GET", "/contoso.onmicrosoft.com/B2C_1_susi/discovery/v2.0/keys", "", ""},
		{"GET", "/fabrikam.onmicrosoft.com/B2C_1_susi/v2.0/.well-known/openid-configuration", "", ""},
	} {
		all.Go(func() {
			for range 5 {
				if r := s.send(c.method, c.path, c.body, "Content-Type", c.contentType); r.status >= http.StatusInternalServerError {
					t.Errorf("%s %s: got status %d", c.method, c.path, r.status)
				}
			}
		})
	}
	all.Go(func() {
		for range 5 {
			s.clientCredentials("emulated-daemon-secret")
		}
	})
	all.Wait()
}
