// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package b2chttp guards net/http handlers:
//
//	g := guard.New(v, nil)
//	mux.Handle("GET /tasks", b2chttp.Require(g, validator.Scope("tasks.read"))(listTasks))
//	mux.HandleFunc("POST /tasks", b2chttp.RequireFunc(g, validator.Scope("tasks.write"))(addTask))
//
// [Require] has the shape that net/http routers and chains of middleware
// take; [RequireFunc] is for plain functions. Handlers find the token with
// guard.FromContext(r.Context()). What is answered to a request that may not
// pass is told by package guard; [Options] can hand that to the application.
//
// The ResponseWriter reaches the handler as it is: nothing is wrapped. A
// panic, be it of the handler or the validator, goes through.
package b2chttp
