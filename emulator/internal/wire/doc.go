// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package wire reads and writes the emulator's model in JSON. What a field is
// called there stands once, in its tag:
//
//	json:"name"            its name, with ",omitempty" where zero is left out
//	json:"-" secret:"name" one that is read and never written
//	least:"1s"             the shortest duration that is one
//
// Durations are Go's, such as "1h30m", times RFC 3339, values that count are
// [Words], and certificates and public keys PEM, or the base64 of their DER. A string and a list of strings under the same name are the first
// of a list and the others.
package wire
