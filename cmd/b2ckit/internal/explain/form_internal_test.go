// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/dashboard"
)

func TestForm(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	mint := func(s emulator.Spec) string {
		raw, err := b2c.Mint(s)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	good := dashboard.RealToken{Tenant: "contoso", TenantID: b2c.ID(), Audience: b2c.API().ID, Flows: []string{"B2C_1_susi"}, Token: mint(emulator.Spec{})}
	ask := func(change func(*dashboard.RealToken)) (string, error) {
		asked := good
		change(&asked)
		return explainForm(context.Background(), asked, b2c.Transport())
	}
	text, err := ask(func(*dashboard.RealToken) {})
	if err != nil || !strings.HasPrefix(text, "accepted\n") {
		t.Errorf("a good token: got %s, %v", text, err)
	}
	text, err = ask(func(r *dashboard.RealToken) { r.Token = "Bearer " + mint(emulator.Spec{Flow: "B2C_1_edit"}) })
	if err != nil || !strings.Contains(text, "behind the word Bearer") || !strings.Contains(text, "refused: flow (edit_flow)") {
		t.Errorf("another flow: got %s, %v", text, err)
	}
	for name, change := range map[string]func(*dashboard.RealToken){
		"no tenant":      func(r *dashboard.RealToken) { r.Tenant = "" },
		"an odd tenant":  func(r *dashboard.RealToken) { r.Tenant = "127.0.0.1/x#" },
		"no GUID":        func(r *dashboard.RealToken) { r.TenantID = "" },
		"no flow":        func(r *dashboard.RealToken) { r.Flows = nil },
		"many flows":     func(r *dashboard.RealToken) { r.Flows = strings.Fields(strings.Repeat("B2C_1_x ", 11)) },
		"no audience":    func(r *dashboard.RealToken) { r.Audience = "" },
		"localhost":      func(r *dashboard.RealToken) { r.Host = "localhost" },
		"under it":       func(r *dashboard.RealToken) { r.Host = "x.localhost" },
		"under it, dot":  func(r *dashboard.RealToken) { r.Host = "x.localhost." },
		"an address":     func(r *dashboard.RealToken) { r.Host = "169.254.169.254" },
		"a short one":    func(r *dashboard.RealToken) { r.Host = "127.1" },
		"in IPv6":        func(r *dashboard.RealToken) { r.Host = "[::1]" },
		"a port":         func(r *dashboard.RealToken) { r.Host = "login.contoso.com:6379" },
		"without TLS":    func(r *dashboard.RealToken) { r.Host = "http://login.contoso.com" },
		"a machine here": func(r *dashboard.RealToken) { r.Host = "intranet" },
	} {
		if text, err := ask(change); err == nil {
			t.Errorf("%s: got %s, want an error", name, text)
		}
	}
}

// A name may lead anywhere: the address decides.
func TestOnlyPublicAddresses(t *testing.T) {
	for address, want := range map[string]bool{
		"20.190.160.1:443": true, "[2603:1026:c0a:857::2]:443": true,
		"20.190.160.1:80": false, "20.190.160.1:6379": false,
		"127.0.0.1:443": false, "10.0.0.1:443": false, "192.168.1.1:443": false, "172.16.0.1:443": false, "169.254.169.254:443": false,
		"100.64.0.1:443": false, "0.0.0.0:443": false, "0.1.2.3:443": false, "224.0.0.1:443": false, "255.255.255.255:443": false, "198.18.0.1:443": false,
		"[::1]:443": false, "[::]:443": false, "[fe80::1]:443": false, "[fd00::1]:443": false, "[::ffff:127.0.0.1]:443": false, "[::ffff:10.0.0.1]:443": false,
		"[64:ff9b::7f00:1]:443": false, "[2002:7f00:1::]:443": false,
		"[::127.0.0.1]:443": false, "[::ffff:0:10.0.0.1]:443": false, "[fec0::1]:443": false, "[64:ff9b:1::7f00:1]:443": false,
	} {
		if _, err := netip.ParseAddrPort(address); err != nil {
			t.Fatal(err)
		}
		if err := onlyPublic(context.Background(), "tcp", address, nil); (err == nil) != want {
			t.Errorf("%s: got %v", address, err)
		}
	}
	if _, err := Form(t.Context(), dashboard.RealToken{}); err == nil {
		t.Error("an empty form: got no error")
	}
}
