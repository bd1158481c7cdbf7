// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"net/http"

	"github.com/b2ckit/b2ckit/emulator"
)

// routeAPI adds the routes of the API.
func routeAPI(mux *http.ServeMux, all tenants, faults *faultSetter) {
	for name, routes := range map[string]methods{
		"tenants":  {http.MethodGet: func(r *http.Request) (any, error) { return describeAll(r, all) }},
		"requests": {http.MethodGet: askAfter(all, requestsOf)},
		"tokens":   {http.MethodGet: askAfter(all, issuedBy)},
		"mint":     {http.MethodPost: func(r *http.Request) (any, error) { return mintFor(r, all) }},
		"rotate": {http.MethodPost: change(all, func(t *emulator.Tenant, b rotateBody) (any, error) {
			return keysOf(rotate(t, b.Container, b.Overlap))
		})},
		"retire": {http.MethodPost: change(all, func(t *emulator.Tenant, b retireBody) (any, error) {
			return keysOf(retire(t, b.Container))
		})},
		"clock": {
			http.MethodGet:  ask(all, func(t *emulator.Tenant) (any, error) { return clock(t), nil }),
			http.MethodPost: change(all, moveClock),
		},
		"faults": {
			http.MethodGet: ask(all, func(t *emulator.Tenant) (any, error) { return listFaults(t), nil }),
			http.MethodPut: change(all, faults.put),
		},
		"revoke": {http.MethodPost: change(all, func(t *emulator.Tenant, b revokeBody) (any, error) { return nil, revoke(t, b.User) })},
		"users": {
			http.MethodGet:    ask(all, func(t *emulator.Tenant) (any, error) { return listUsers(t), nil }),
			http.MethodPost:   change(all, func(t *emulator.Tenant, b userBody) (any, error) { return postUser(t, b.User) }),
			http.MethodPut:    change(all, func(t *emulator.Tenant, b userBody) (any, error) { return putUser(t, b.User) }),
			http.MethodDelete: func(r *http.Request) (any, error) { return deleteUser(r, all) },
		},
	} {
		mux.HandleFunc(apiRoot+name, func(w http.ResponseWriter, r *http.Request) { serveAPI(w, r, routes) })
	}
	mux.HandleFunc(apiRoot, func(w http.ResponseWriter, r *http.Request) {
		writeError(w, r, http.StatusNotFound, "there is no such route")
	})
}
