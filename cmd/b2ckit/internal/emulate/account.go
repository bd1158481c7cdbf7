// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"slices"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/config"
)

// mostUsers bounds what is printed, and how many passwords are tried.
const mostUsers = 20

// localAccount returns the first user who can sign in with a password, and it.
func localAccount(t *emulator.Tenant, configured *config.Tenant) (name, password string) {
	users := t.Users()
	for _, u := range users[:min(len(users), mostUsers)] {
		if name, password := passwordOf(t, configured, u); password != "" {
			return name, password
		}
	}
	return "", ""
}

// passwordOf returns a user's name for signing in and password, which a tenant
// itself doesn't know, if it is still the configured or the default one.
func passwordOf(t *emulator.Tenant, configured *config.Tenant, u emulator.User) (name, password string) {
	candidates := []string{emulator.DefaultPassword}
	if configured.Options.Users != nil {
		candidates = nil
	}
	for _, c := range configured.Options.Users {
		if c.Name == u.Name && c.Password != "" {
			candidates = append(candidates, c.Password)
		}
	}
	for _, name := range slices.Concat(some(u.Username), u.Emails) {
		for _, password := range candidates {
			if found, ok := t.CheckPassword(name, password); ok && found.ObjectID == u.ObjectID {
				return name, password
			}
		}
	}
	return "", ""
}

func some(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}
