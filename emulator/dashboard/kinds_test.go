// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/dashboard"
)

// shown returns a page of a dashboard.
func shown(t *testing.T, h http.Handler, path string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host, r.RemoteAddr = "127.0.0.1:8443", "127.0.0.1:1"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: got %d %s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

// TestKinds: a tenant without flows has no column and no choice of them, and what
// the API says of it is told apart from its B2C side.
func TestKinds(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	external := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, HighScaleOf: b2c})
	h := dashboard.New(b2c, external)
	if page := shown(t, h, "/?tenant=contoso"); !strings.Contains(page, `id="m-flow"`) || !strings.Contains(page, `<th scope="col">Flow</th>`) || strings.Contains(page, "<dt>Kind</dt>") {
		t.Error("B2C: the flows are gone")
	}
	page := shown(t, h, "/?tenant=contoso-external")
	for text, want := range map[string]bool{
		`id="m-flow"`: false, `id="f-flow"`: false, `<th scope="col">Flow</th>`: false, "Flows</h2>": false, "no flow signs": false,
		"<dt>Kind</dt><dd>external-id</dd>": true, "Addresses</h2>": true, "signs the tenant&#39;s tokens": false, "signs the tenant's tokens": true,
		"<code>https://775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0</code>": true,
	} {
		if strings.Contains(page, text) != want {
			t.Errorf("%q: got %t", text, !want)
		}
	}
	all := shown(t, h, "/emulator/v1/tenants")
	for _, text := range []string{`"kind":"b2c"`, `"kind":"external-id"`, `"name":"contoso-external"`, `"issuer":"https://775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0"`} {
		if !strings.Contains(strings.ReplaceAll(all, ": ", ":"), text) {
			t.Errorf("%s is not in %s", text, all)
		}
	}
	if one := shown(t, h, "/emulator/v1/tenants?tenant=contoso-external"); strings.Contains(one, `"b2c"`) {
		t.Errorf("got %s", one)
	}
}

// TestPlatformToken: a token's claims are explained as its product means them.
func TestPlatformToken(t *testing.T) {
	external := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID})
	r := httptest.NewRequest(http.MethodPost, "/emulator/forms/mint", strings.NewReader("tenant=contoso&kind=app"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Host, r.RemoteAddr = "127.0.0.1:8443", "127.0.0.1:1"
	w := httptest.NewRecorder()
	dashboard.New(external).ServeHTTP(w, r)
	page := w.Body.String()
	for text, want := range map[string]bool{
		"Access token of an app": true, "How the client has authenticated": true, "Not sent by B2C": false,
		"No claim that Entra sends": false, "No claim that B2C sends": false, "tenant contoso</": true,
	} {
		if strings.Contains(page, text) != want {
			t.Errorf("%q: got %t, want %t in %s", text, !want, want, page)
		}
	}
}
