// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// maxClaims bounds a claims request, which in a sign-in goes into an address.
const maxClaims = 4 << 10

// isClaimsRequest reports whether a text is one (OpenID Connect Core section 5.5): a
// JSON object of no great length.
func isClaimsRequest(text string) bool {
	_, err := strictjson.Members(text)
	return len(text) <= maxClaims && err == nil
}

// capabilities are what the client says that it understands: the values of xms_cc.
type capabilities []string

// check returns what is wrong with the capabilities of a client at an authority.
func (c capabilities) check(at authority.Authority) error {
	if len(c) == 0 {
		return nil
	}
	var errs []error
	if at.Err() == nil && at.Kind() == authority.AzureADB2C {
		errs = append(errs, errors.New("acquire: Options.ClientCapabilities: Azure AD B2C has no claims challenges; leave it empty"))
	}
	for _, name := range c {
		if name == "" || len(name) > 32 || strings.ContainsFunc(name, func(r rune) bool { return !isAlphanumeric(r) }) {
			errs = append(errs, fmt.Errorf("acquire: Options.ClientCapabilities: %s is none; want letters and digits, as in cp1", foreign.Name(name)))
		}
	}
	return errors.Join(errs...)
}

func isAlphanumeric(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// with returns a claims request, or "" for none, with the capabilities added to it, as
// https://learn.microsoft.com/entra/identity-platform/claims-challenge has it. A request
// that has an xms_cc of its own keeps that.
func (c capabilities) with(request string) string {
	if len(c) == 0 {
		return request
	}
	var all map[string]json.RawMessage
	var access map[string]json.RawMessage
	if request != "" && json.Unmarshal([]byte(request), &all) != nil {
		return request // it was checked
	}
	if raw, there := all["access_token"]; there && json.Unmarshal(raw, &access) != nil {
		return request // access_token is no object: for the endpoint to refuse
	}
	if _, there := access["xms_cc"]; there {
		return request
	}
	if all == nil {
		all = map[string]json.RawMessage{}
	}
	if access == nil {
		access = map[string]json.RawMessage{}
	}
	access["xms_cc"], _ = json.Marshal(map[string][]string{"values": c}) // letters and digits
	all["access_token"], _ = json.Marshal(access)
	merged, _ := json.Marshal(all)
	return string(merged)
}

func errNoClaims(during string) *Error {
	return fail(ErrUnsupported, during, "Azure AD B2C takes no claims requests")
}

func errBadClaims(during string) *Error {
	return fail(ErrConfiguration, during, "the claims request is not a JSON object of at most 4 KiB; if it came from a header, decode its base64, as ClaimsChallenge does")
}
