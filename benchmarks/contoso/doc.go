// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package contoso makes B2C tenants to measure with: user flows with an issuer and a
// key set each, good tokens of them, and tokens that have to be refused.
//
// All flows sign with one RSA key, as B2C's own do, but each under a kid of its own,
// so that the keys of one can't be taken for those of another by name. The issuer
// names the flow (the tfp form), since that is the one that other libraries can
// discover.
package contoso
