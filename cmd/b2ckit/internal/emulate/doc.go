// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package emulate is b2ckit emulate: an Azure AD B2C tenant on this machine, and a
// check that says when its clients may begin.
package emulate
