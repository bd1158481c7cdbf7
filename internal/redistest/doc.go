// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package redistest starts a real Redis for a test, and makes it fail.
//
//	server := redistest.Start(t)
//	client := redis.NewClient(&redis.Options{Addr: server.Addr})
//	server.Kill() // a crash
//	server.Restart()
//	server.Pause() // a hang
//	server.Resume()
//
// There are servers with TLS, replicas and Sentinels, too; nodes of a cluster
// are made of the arguments of redis-server.
//
// It needs the program redis-server, built with TLS, as Debian's package
// redis-server installs it. Tests are skipped where there is none, and fail
// instead if B2CKIT_REQUIRE_REDIS is set.
package redistest
