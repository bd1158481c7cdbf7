// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package reconnect keeps a failed request to an identity provider from being
// repeated over the connection that failed it.
//
// Over HTTP/1.1 a request that times out takes its connection along. Over
// HTTP/2 only the stream ends (RFC 9113 section 5.4.2), and net/http goes on
// using the connection for as long as it is open. If it is stuck, because a
// front end behind it has died or a firewall has forgotten it, no attempt
// succeeds any more, although every other connection would do. Neither time nor
// http.Transport.CloseIdleConnections helps a client that always has another
// request under way: a connection with an open stream is not idle.
package reconnect
