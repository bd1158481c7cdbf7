// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
)

type (
	containerView struct {
		Name  string   `json:"name"`
		Flows []string `json:"flows"`
		Keys  []string `json:"keys"` // ids; the last one signs
	}
	keyList struct {
		Container string   `json:"container"`
		Keys      []string `json:"keys"`
	}
	rotateBody struct {
		ofTenant
		Container string `json:"container"`
		Overlap   bool   `json:"overlap"`
	}
	retireBody struct {
		ofTenant
		Container string `json:"container"`
	}
)

// mainContainer names the container of user flows, or of a tenant without flows.
func mainContainer(t *emulator.Tenant) string {
	if t.Kind() == emulator.B2C {
		return emulator.UserFlowKeys
	}
	return emulator.TenantKeys
}

// containersOf returns the key containers of a tenant: the main one first, those of
// apps last.
func containersOf(t *emulator.Tenant) []containerView {
	all := []containerView{{Name: mainContainer(t), Flows: []string{}}}
	for _, f := range t.Flows() {
		i := slices.IndexFunc(all, func(c containerView) bool { return strings.EqualFold(c.Name, f.KeyContainer) })
		if i < 0 {
			i = len(all)
			all = append(all, containerView{Name: f.KeyContainer})
		}
		all[i].Flows = append(all[i].Flows, f.Name)
	}
	for _, a := range t.Apps() {
		if a.OwnSigningKey {
			all = append(all, containerView{Name: a.ID, Flows: []string{}})
		}
	}
	for i := range all {
		for _, k := range t.Keys(all[i].Name) {
			all[i].Keys = append(all[i].Keys, k.ID())
		}
	}
	return all
}

// container returns the container of a name, a flow's too; "" is the main one.
func container(t *emulator.Tenant, name string) (containerView, error) {
	if name == "" {
		name = mainContainer(t)
	}
	all := containersOf(t)
	for _, c := range all {
		if strings.EqualFold(c.Name, name) {
			return c, nil
		}
	}
	for _, c := range all {
		for _, f := range c.Flows {
			if strings.EqualFold(f, name) {
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

// keysOf is the answer with a container.
func keysOf(c containerView, err error) (any, error) { return keyList{c.Name, c.Keys}, err }
