// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

// tokenKind is one of the two kinds of token, as the constructors know it.
type tokenKind struct {
	rules   rules
	wording *wording
	forApp  bool // the audience is the only client

	// Names, for errors.
	options  string // of the type of the options
	audience string // of the argument for the audience
	owner    string // whose application (client) id that is
}

// accessToken is the kind of an API: [Validator].
func accessToken() tokenKind {
	return tokenKind{rules: accessTokenRules(), wording: &accessTokenWording, options: "Options", audience: "audience", owner: "the API's"}
}

// idToken is the kind of an app that signs users in: [IDTokens].
func idToken() tokenKind {
	return tokenKind{rules: idTokenRules(), wording: &idTokenWording, forApp: true, options: "IDTokenOptions", audience: "clientID", owner: "the app's own"}
}
