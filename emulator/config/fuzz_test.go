// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator/config"
)

// FuzzParse: whatever a file holds, it is tenants or mistakes that name it, and
// never a panic, here or where the tenants are made.
func FuzzParse(f *testing.F) {
	f.Add(config.Example())
	for _, text := range []string{
		``, `{}`, `{"tenants": []}`, `{"tenants": [{"name": "fabrikam"}]}`, `{"tenants": [{}, {}]}`, `{"tenants": null}`,
		`{"tenants": [{"flows": [{"name": "B2C_1_a", "lifetime": "1h"}], "signInAs": "Ada Example"}]}`,
		`{"tenants": [{"users": [{"name": "\u0000", "claims": {"a": [1e999, {"b": null}]}}]}]}`,
		`{"tenants": [{"apps": [{"name": "a", "granted": ["x/y"]}]}]} x`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := config.Parse("b2c.json", data)
		if err == nil {
			if len(data) < 4<<10 { // passwords are hashed, so keep it short
				file.NewTenants()
			}
			return
		}
		if _, ok := errors.AsType[*config.Error](err); !ok || !strings.HasPrefix(err.Error(), "b2c.json:") {
			t.Errorf("got %v, want a mistake in b2c.json", err)
		}
		if strings.ContainsAny(strings.ReplaceAll(err.Error(), "\n", ""), "\x00\x1b\x7f\r") {
			t.Errorf("the error holds control characters: %q", err)
		}
	})
}
