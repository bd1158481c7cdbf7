// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// TestPlatformCheck: what only one product has is a mistake at another.
func TestPlatformCheck(t *testing.T) {
	for _, c := range []struct {
		want string
		o    emulator.Options
	}{
		{"Options.Kind 7 is no TenantKind", emulator.Options{Kind: 7}},
		{"Options.EmailScope is set", emulator.Options{Kind: emulator.EntraID, EmailScope: true}},
		{"Options.KeysWithoutActivation is set", emulator.Options{Kind: emulator.EntraID, KeysWithoutActivation: true}},
		{"Options.SharedKeysWith is a tenant of the kind b2c, and not entra-id", emulator.Options{Kind: emulator.EntraID, SharedKeysWith: emulator.NewTenant(nil)}},
		{"Options.Flows[0] says more than Lifetime", emulator.Options{Kind: emulator.ExternalID, Flows: []emulator.Flow{{Name: "B2C_1_susi"}}}},
		{"Options.Flows[0] says more than Lifetime", emulator.Options{Kind: emulator.ExternalID, Flows: []emulator.Flow{{NoSubject: true}}}},
		{"Options.Flows[1] is one too many", emulator.Options{Kind: emulator.ExternalID, Flows: []emulator.Flow{{}, {}}}},
		{"Options.Flows[0].Lifetime -1s is negative", emulator.Options{Kind: emulator.ExternalID, Flows: []emulator.Flow{{Lifetime: -time.Second}}}},
		{"Options.Apps[0].AccessTokenVersion 3 is neither 1 nor 2", emulator.Options{Kind: emulator.EntraID, Apps: []emulator.App{{Name: "a", AccessTokenVersion: 3}}}},
		{"Options.Apps[0].AccessTokenVersion is set, but B2C", emulator.Options{Apps: []emulator.App{{Name: "a", AccessTokenVersion: 2}}}},
		{"Options.Apps[0].AssignmentRequired is set, but B2C", emulator.Options{Apps: []emulator.App{{Name: "a", AssignmentRequired: true}}}},
		{"Options.Apps[0].ExpiredSecrets is set, but B2C", emulator.Options{Apps: []emulator.App{{Name: "a", Secret: "s", ExpiredSecrets: []string{"x"}}}}},
		{"Options.Users[0].Roles is set, but B2C", emulator.Options{Users: []emulator.User{{Name: "a", Roles: []string{"x"}}}}},
		{`Options.Users[0].Roles[0] "x/y" is no role of an API here; there are https://contoso.onmicrosoft.com/tasks/jobs.run`, emulator.Options{Kind: emulator.EntraID, Users: []emulator.User{{Name: "a", Roles: []string{"x/y"}}}}},
	} {
		err := c.o.Check()
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want one with %q alone", err, c.want)
		}
	}
	for _, kind := range []emulator.TenantKind{emulator.ExternalID, emulator.EntraID} {
		tenant := emulator.NewTenant(&emulator.Options{Kind: kind, Flows: []emulator.Flow{{Lifetime: time.Minute, RefreshOnce: true}}})
		again := emulator.Options{Kind: kind, Name: tenant.Name(), Hosts: tenant.Hosts(), Flows: tenant.Flows(), Apps: tenant.Apps(), Users: tenant.Users()}
		equal(t, "what a tenant says of itself", again.Check(), nil)
		c := claimsOf(t, mint(t, tenant, emulator.Spec{}))
		equal(t, "lifetime", c["exp"].(float64)-c["iat"].(float64), 60)
	}
	wrongName := (&emulator.Options{Kind: emulator.ExternalID, Name: "A b"}).Check()
	equal(t, "what follows from a wrong name is no mistake", strings.Count(wrongName.Error(), "\n"), 0)
}

func TestPlatformSpec(t *testing.T) {
	entra := fixedOf(emulator.EntraID)
	for _, c := range []struct {
		want string
		spec emulator.Spec
	}{
		{`Spec.Flow: tenant contoso has no flow "B2C_1_susi"; there is none`, emulator.Spec{Flow: "B2C_1_susi"}},
		{"Spec.FlowClaim: is set, but tenant contoso has no flows", emulator.Spec{FlowClaim: emulator.ClaimTFP}},
		{"Spec.Host:", emulator.Spec{Host: "contoso.b2clogin.com"}},
	} {
		if _, err := entra.Mint(c.spec); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want one with %q", err, c.want)
		}
	}
}
