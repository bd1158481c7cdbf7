// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"net/url"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// document is what metadata says, as far as it is shown. Package jwks judges it.
type document struct {
	issuer, jwksURI, authorization, token, endSession string
}

// readDocument reads metadata; what is no string counts as not there.
func readDocument(body string) (document, bool) {
	values, err := strictjson.Members(body, "issuer", "jwks_uri", "authorization_endpoint", "token_endpoint", "end_session_endpoint")
	if err != nil {
		return document{}, false
	}
	text := make([]string, len(values))
	for i, v := range values {
		text[i], _ = v.String()
	}
	return document{text[0], text[1], text[2], text[3], text[4]}, true
}

type endpoint struct{ name, url string }

// endpoints are those that the kit, or a client, sends users and secrets to. That
// of the key set may be elsewhere if it is allowed, which jwks knows.
func (d *document) endpoints() []endpoint {
	return []endpoint{
		{"authorization_endpoint", d.authorization}, {"token_endpoint", d.token}, {"end_session_endpoint", d.endSession},
	}
}

// hostOf returns a URL's host as package authority writes it, without the default
// port; "" if it has none.
func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	host := authority.FoldFlow(u.Host)
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	}
	return host
}
