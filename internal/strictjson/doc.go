// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package strictjson is the only room of the kit that parses JSON from
// outside: token headers and claims, metadata, key sets.
//
// It takes exactly one JSON object (RFC 8259) of valid UTF-8 without
// byte-order mark and refuses duplicate names at every level (escaped
// spellings of the same name included), lone surrogates, trailing bytes and
// nesting deeper than [MaxDepth]. Names are compared byte for byte: "ALG" is
// not "alg". RFC 8725 section 2.4 tells what goes wrong otherwise.
package strictjson
