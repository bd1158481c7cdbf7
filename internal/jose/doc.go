// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package jose is the only room of the kit that imports the JOSE library. It
// does two things with it: it turns one JWK into an RSA or EC public key, and it
// verifies one RS256, PS256 or ES256 signature with one key.
//
// Which keys and algorithms are allowed is decided here and in the callers,
// not by the library: jwx/v2 is no longer maintained, accepts much that RFC
// 8725 tells to refuse, and may be replaced by a change in this folder alone.
package jose
