// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"testing"

	"github.com/b2ckit/b2ckit/validator"
)

const (
	benchTenant   = "775527ff-9a37-4307-8b3d-cc311f58d925"
	benchAudience = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
)

// A change where 1,000 tenants are trusted, all with keys: the audience of one.
func BenchmarkUpdate(b *testing.B) {
	all := saasTenants(b, 1000)
	v := saasValidator(b, newSaaSNetwork(b, 0))
	defer v.Close()
	for _, s := range all {
		trust(b, v, s.tenant.Flow("B2C_1_susi"))
	}
	if err := v.AllReady(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := v.Update(func(t *validator.Trust) error {
			t.Authorities[i%1000] = t.Authorities[i%1000].WithAudiences([]string{contosoAPI, webClient}[i/1000%2])
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}
