// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// TestAllowMissingRoles: a daemon's own token that has no role passes if the settings, or
// the program beside them, list the daemon.
func TestAllowMissingRoles(t *testing.T) {
	external := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID})
	daemon, raw := external.Daemon().ID, external.MustMint(emulator.Spec{Kind: emulator.AppToken, Claims: map[string]any{"roles": nil}})
	file := fmt.Sprintf(`"Instance": "https://contoso.ciamlogin.com/", "TenantId": %q, "ClientId": %q`, external.ID(), external.API().ID)
	for name, tc := range map[string]struct {
		members string
		code    []string
		good    bool
	}{
		"nobody":      {"", nil, false},
		"another":     {`, "AllowMissingRoles": ["` + otherID + `"]`, nil, false},
		"settings":    {`, "AllowMissingRoles": ["` + daemon + `"]`, nil, true},
		"code":        {"", []string{daemon}, true},
		"code beside": {`, "AllowMissingRoles": ["` + daemon + `"]`, []string{otherID}, true},
	} {
		s := mustRead(t, map[string]string{"appsettings.json": `{"AzureAd": {` + file + tc.members + `}}`})
		v, err := s.Validator(&validator.Options{Transport: external.Transport(), AllowMissingRoles: tc.code})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := v.Validate(t.Context(), raw); (err == nil) != tc.good || err != nil && !errors.Is(err, validator.ErrNotAccessToken) {
			t.Errorf("%s: got %v, want accepted %v", name, err, tc.good)
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}
}
