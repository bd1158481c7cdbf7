// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package retry says when a failed request to an identity provider may be
// made again.
package retry
