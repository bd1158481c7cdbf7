// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package b2cecho guards the routes and groups of Echo v4:
//
//	api := b2cecho.New(guard.New(v, nil), nil)
//	e.GET("/tasks", listTasks, api.Require(validator.Scope("tasks.read")))
//
//	admin := e.Group("/admin", api.Require(validator.Scope("admin")))
//
// For Echo v5 there is b2cecho5. Handlers find the token with [Token]. What is answered to a request that
// may not pass is told by package guard; [Options] can leave that to Echo's
// HTTPErrorHandler.
//
// Install it with Use, Group or on a route, not with Pre: the log names the
// route, which is not known before. A panic, be it of the handler or the
// validator, goes through to Echo's Recover, if it is there.
package b2cecho
