// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package guardtest gives handlers a made-up token in their own unit tests,
// where no guard stands in front of them:
//
//	token := guardtest.Token(t, map[string]any{"oid": "…", "scp": "tasks.read"})
//	req := httptest.NewRequestWithContext(guardtest.Context(t.Context(), token), "GET", "/tasks", nil)
//	listTasks(rec, req)
//
// On Echo, hand the request to e.NewContext; on Gin, set c.Request.
//
// A handler that passes the token on, by way of a guard.Forwarder, sends [Raw]
// in its place.
//
// A made-up token belongs to no guard. A request that carries one is treated
// by every guard as if it carried none, so this package opens nothing. To
// test a route together with its guard, use package emulator.
package guardtest
