// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"net/http"
	"slices"
)

// credentials are the places where a request may carry its one token.
type credentials struct {
	header     header
	extractors []Extractor
}

func newCredentials(o *Options) credentials {
	return credentials{o.header(), slices.Clone(o.Extractors)}
}

// token returns the one token of the request. The problem is ErrNoCredential
// if there is none.
func (c credentials) token(req *http.Request) (string, *problem) {
	token, none := c.header.token(req.Header[c.header.name])
	if none != nil && none.reason != ErrNoCredential {
		return "", none
	}
	for _, extract := range c.extractors {
		t, err := extract(req)
		switch {
		case err != nil:
			return "", &problem{ErrMalformedCredential, "an extractor failed", err}
		case t == "":
			continue
		case token != "":
			// RFC 6750 section 3.1 calls more than one method invalid_request.
			return "", several("the request carries a token in two places")
		}
		token = t
	}
	if token == "" {
		return "", none
	}
	if len(token) <= maxScan && !isToken68(token) {
		return "", malformed(whyNotToken68(token))
	}
	return token, nil
}
