// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// advance moves a tenant's clock. The bounds keep its time one that tokens can
// have and its offset one that a duration can hold.
func advance(t *emulator.Tenant, by string) error {
	d, err := duration("advance", by)
	if err != nil {
		return err
	}
	if year := t.Now().Add(d).UTC().Year(); d.Abs() > 100*365*24*time.Hour || year < 1971 || year > 2199 {
		return wrong("advance", "%s leads too far away", by)
	}
	t.Advance(d)
	return nil
}

// duration reads a duration of Go; "" is 0.
func duration(field, text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, wrong(field, "%q is no duration such as 30s or 1h30m", text)
	}
	return d, nil
}

// container returns the container of a name, a flow's too; "" is the one of the
// user flows.
func container(t *emulator.Tenant, name string) (containerView, error) {
	if name == "" {
		name = emulator.UserFlowKeys
	}
	all := containersOf(t)
	for _, c := range all {
		if sameName(c.Name, name) {
			return c, nil
		}
	}
	for _, c := range all {
		for _, f := range c.Flows {
			if sameName(f, name) {
				return c, nil
			}
		}
	}
	return containerView{}, wrong("container", "tenant %s has no key container %q", t.Name(), name)
}

// rotate adds a key to a container and returns how it is then.
func rotate(t *emulator.Tenant, name string, overlap bool) (containerView, error) {
	c, err := container(t, name)
	if err != nil {
		return c, err
	}
	t.Rotate(c.Name, overlap)
	return container(t, c.Name)
}

// retire removes the old keys of a container and returns how it is then.
func retire(t *emulator.Tenant, name string) (containerView, error) {
	c, err := container(t, name)
	if err != nil {
		return c, err
	}
	t.Retire(c.Name)
	return container(t, c.Name)
}

// revoke ends what was granted to a user; "" is everyone.
func revoke(t *emulator.Tenant, user string) error {
	if user == "" {
		t.Revoke("")
		return nil
	}
	u, err := findUser(t, user)
	if err == nil {
		t.Revoke(u.ObjectID)
	}
	return err
}
