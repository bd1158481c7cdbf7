// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package exchange notes what goes over the wire when others make requests: how
// long it took, over which protocol, what the certificate was, what the answer
// said. So whoever judges the answers is the one who asked, and the facts cost no
// request of their own.
package exchange
