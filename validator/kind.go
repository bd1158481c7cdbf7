// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

// tokenKind is which of the two kinds of token is asked for. Both are judged
// by one engine; wherever they differ, it looks here.
type tokenKind uint8

const (
	accessToken tokenKind = iota // for an API: Validator
	idToken                      // for an app that signs users in: IDTokens
)

// String is for errors.
func (k tokenKind) String() string {
	if k == idToken {
		return "ID token"
	}
	return "token"
}

// optionsName is the name of the options, for errors.
func (k tokenKind) optionsName() string {
	if k == idToken {
		return "IDTokenOptions"
	}
	return "Options"
}

// audienceName is the name of the argument for the audience, for errors.
func (k tokenKind) audienceName() string {
	if k == idToken {
		return "clientID"
	}
	return "audience"
}

// audienceOwner is whose application (client) id the audience is, for errors.
func (k tokenKind) audienceOwner() string {
	if k == idToken {
		return "the app's own"
	}
	return "the API's"
}
