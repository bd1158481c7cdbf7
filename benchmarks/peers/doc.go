// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package peers sets up the libraries that are compared, each as its documentation
// says for RS256 access tokens with a kid, an issuer, an audience and an expiry. Nobody
// is configured to lose: parsers and key sets are made once, keys are in memory before
// anything is measured, and what a library need not do it is not asked for.
//
// B2C's keys name no algorithm. Where a library wants one it is given RS256, which is
// faster than having it try what fits an RSA key.
package peers
