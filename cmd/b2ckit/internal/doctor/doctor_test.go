// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"strings"
	"testing"
)

func TestHealthy(t *testing.T) {
	b2c := serve(t, nil)
	cfg := healthy(t, b2c)
	cfg.PublicApp, cfg.RedirectURI = public(t, b2c.Web().ID), "https://app.contoso.example/callback"
	r := run(t, cfg)
	golden(t, "healthy", r)
	if r.Status() != 0 {
		t.Errorf("got status %d, want 0", r.Status())
	}
	var b strings.Builder
	if err := steadied(r).WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	same(t, "healthy.json", b.String())
}
