// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package b2cgin guards the routes and groups of Gin:
//
//	api := b2cgin.New(guard.New(v, nil), nil)
//	r.GET("/tasks", api.Require(validator.Scope("tasks.read")), listTasks)
//
//	admin := r.Group("/admin", api.Require(validator.Scope("admin")))
//
// Handlers find the token with [Token]. Don't look for it with
// guard.FromContext(c): a *gin.Context does not show the values of the
// request's context unless the engine's ContextWithFallback is set.
//
// What is answered to a request that may not pass is told by package guard;
// [Options] can leave that to a middleware of the application that handles
// errors. A panic, be it of the handler or the validator, goes through to
// gin.Recovery, if it is there.
package b2cgin
