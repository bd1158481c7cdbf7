// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import "time"

// Acquisition is one token that an [App] has got, from wherever, or could not get:
// for metrics and traces. It tells of no user and holds no token.
//
// Each call for a token that need not wait is one, from [SourceMemory] or
// [SourceNone]. Each request to the token endpoint is one, whether or not a token
// came of it, and so is each renewal that needed none, since another process had the
// token or no request could be made. Of the callers that wait for a renewal there is
// none: many wait for one.
type Acquisition struct {
	// Authority is the ID of the App's authority, the one whose host is asked.
	Authority string
	// Grant is how the token is got from B2C, if it has to be.
	Grant Grant
	// Source is where it came from.
	Source Source

	// Start is when the call or request began, and Duration how long it took.
	Start    time.Time
	Duration time.Duration

	// Renewal reports whether it was to replace a token that is kept.
	Renewal bool

	// Err is why there is no token, an *Error or the context's; nil if there is one.
	// Its Class is fit for a label.
	Err error
}

// Grant is a grant type (RFC 6749 section 1.3). The list is closed: these constants
// are all there are.
type Grant string

// The grants that there are, of which B2C has the first four.
const (
	GrantClientCredentials Grant = "client_credentials"
	GrantAuthorizationCode Grant = "authorization_code"
	GrantRefreshToken      Grant = "refresh_token"
	GrantPassword          Grant = "password"
	GrantOnBehalfOf        Grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	GrantDeviceCode        Grant = "urn:ietf:params:oauth:grant-type:device_code"
)

// Source is where a token comes from. The list is closed: these constants are all
// there are.
type Source string

// Where tokens come from.
const (
	// SourceMemory is a token that this process had. There is no error then.
	SourceMemory Source = "memory"
	// SourceCache is Options.Cache: another process had got it. There is no error
	// then, since the token endpoint is asked where the Cache fails.
	SourceCache Source = "cache"
	// SourceEndpoint is a request to the token endpoint.
	SourceEndpoint Source = "endpoint"
	// SourceNone is that there is no token, and none could be asked for: the last
	// failure or HTTP 429 holds requests back, there is no good refresh token, the
	// credential can't be had, the context has ended or the App is closed. There is always
	// an error.
	SourceNone Source = "none"
)
