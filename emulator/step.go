// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"net/url"
)

// journeyPage is one kind of page of a journey.
type journeyPage interface {
	// open reports whether the journey has come to this page.
	open(js *journeys, r *http.Request, j *journey) bool
	// show answers with the page.
	show(js *journeys, x *step)
	// take answers to the page's form; a cancelled one doesn't come here.
	take(js *journeys, x *step)
	// cancelled is how the journey ends with a click on Cancel.
	cancelled() error
}

// step is one request of a journey.
type step struct {
	w    http.ResponseWriter
	r    *http.Request
	j    *journey
	form url.Values // nil for a GET
}

// pageNamed returns the page of a name in a URL; nil if there is none.
func pageNamed(name string) journeyPage {
	switch name {
	case signInName:
		return signInPage{}
	case providerName:
		return providerPage{}
	case signUpName:
		return signUpPage{}
	case forgotName:
		return forgotPage{}
	case codeName:
		return codePage{}
	case passwordName:
		return passwordPage{}
	case profileName:
		return profilePage{}
	}
	return nil
}

// Names of the pages in URLs.
const (
	signInName   = "signin"
	providerName = "provider"
	signUpName   = "signup"
	forgotName   = "forgot"
	codeName     = "code"
	passwordName = "password"
	profileName  = "profile"
)
