// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Measurements beside other libraries: see doc.go. Nobody imports this.
module github.com/b2ckit/b2ckit/benchmarks

go 1.26.0

replace github.com/b2ckit/b2ckit => ..

require (
	github.com/MicahParks/keyfunc/v3 v3.9.2
	github.com/b2ckit/b2ckit v0.0.0
	github.com/golang-jwt/jwt/v5 v5.3.1
)

require (
	github.com/lestrrat-go/jwx/v2 v2.1.7 // indirect
	github.com/stretchr/testify v1.12.1 // indirect
)

require (
	github.com/MicahParks/jwkset v0.11.4 // indirect
	github.com/decred/dcrd/dcrec/secp256k1/v4 v4.4.1 // indirect
	github.com/go-json-experiment/json v0.0.0-20260820222146-c27c302e5fc3 // indirect
	github.com/goccy/go-json v0.11.2 // indirect
	github.com/lestrrat-go/blackmagic v1.0.4 // indirect
	github.com/lestrrat-go/httpcc v1.0.1 // indirect
	github.com/lestrrat-go/httprc v1.0.6 // indirect
	github.com/lestrrat-go/iter v1.0.2 // indirect
	github.com/lestrrat-go/option v1.0.1 // indirect
	github.com/segmentio/asm v1.2.1 // indirect
	golang.org/x/crypto v0.56.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
	golang.org/x/time v0.15.0 // indirect
)
