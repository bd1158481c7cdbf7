// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package peers

import "github.com/b2ckit/b2ckit/benchmarks/compare"

// Libraries returns those that are called with a token.
func Libraries() []compare.Contender {
	return []compare.Contender{
		Ours(Before), Ours(First), Ours(NoMemory), GolangJWT(), Keyfunc(), GoJOSE(), JWX2(), JWX3(), GoOIDC(), Auth0(), Cap(),
	}
}

// Middleware returns those that are asked over HTTP, by framework.
func Middleware() (all []compare.Contender) {
	theirs := map[compare.Framework]compare.Contender{NetHTTP: Auth0Middleware(), Echo: EchoJWT(), Gin: GinJWT()}
	for _, f := range Frameworks {
		all = append(all, OurMiddleware(f, Before), OurMiddleware(f, First), theirs[f])
	}
	return all
}
