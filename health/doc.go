// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package health answers two questions about a service that runs: whether it may
// get requests, and how its parts are doing.
//
//	mux.Handle("/readyz", health.Ready(v))                        // for the platform
//	internal.Handle("/debug/b2ckit", health.Debug(health.Of("api", v))) // for people
//
// Both are plain handlers of net/http. Echo takes them by echo.WrapHandler, Gin by
// gin.WrapH.
//
// There is no handler for liveness: a process that answers is alive, and to restart
// one whose identity provider is away would lose the keys that still serve.
package health
