// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package b2chttp guards net/http handlers:
//
//	api := b2chttp.New(guard.New(v, nil), nil)
//	mux.Handle("GET /tasks", api.Require(validator.Scope("tasks.read"))(http.HandlerFunc(listTasks)))
//
// What [Middleware.Require] returns has the shape that net/http routers and
// chains of middleware take. Handlers find the token with
// guard.FromContext(r.Context()). What is answered to a request that may not
// pass is told by package guard; [Options] can hand that to the application.
//
// The ResponseWriter reaches the handler as it is: nothing is wrapped. A
// panic, be it of the handler or the validator, goes through.
package b2chttp
