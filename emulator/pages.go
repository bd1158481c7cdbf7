// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

// pages are those of journeys, by their names in URLs.
var pages = map[string]journeyPage{
	signInName:   signInPage{},
	providerName: providerPage{},
	signUpName:   signUpPage{},
	forgotName:   forgotPage{},
	codeName:     codePage{},
	passwordName: passwordPage{},
	profileName:  profilePage{},
}
