// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package token is b2ckit token: a token of a tenant, by client credentials, by name
// and password, or through the browser. It is package acquire with a command line.
package token
