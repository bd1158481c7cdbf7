// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package oracle judges access tokens a second time, so that two opinions can
// be compared: that of the kit, and this one.
//
// It was written from the kit's laws, the published token vectors and the RFCs
// (7515, 7517, 7518, 7519, 8017, 8259, 8725), not from the kit's code, and it
// imports nothing but the standard library: crypto/rsa, encoding/json with a
// strict check of its own in front, encoding/base64. It is slow, holds no cache,
// and gives no advice.
//
// A refusal names every fault of the step at which it came to a halt. A right
// validator stops at the same step and names one of them.
package oracle
