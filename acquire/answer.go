// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

const (
	defaultLife        = time.Minute    // of a token of which nobody said
	maxLife            = 24 * time.Hour // B2C's longest
	defaultRefreshLife = 14 * 24 * time.Hour
	maxRefreshLife     = 365 * 24 * time.Hour
	maxToken           = 64 << 10
)

// answer is a good answer of the token endpoint (https://learn.microsoft.com/azure/active-directory-b2c/authorization-code-flow).
type answer struct {
	access      *tokencache.Token // nil if there was none
	idToken     string
	refresh     string
	refreshLife time.Duration
	clientInfo  string
}

// parseAnswer reads a good answer to a request made at the instant start. B2C's
// numbers may be strings.
func parseAnswer(body string, start tokencache.Instant) (*answer, error) {
	got := &answer{}
	var access, tokenType, scope string
	var hasAccess bool
	var expiresIn, notBefore, expiresOn, refreshIn float64
	odd := ""
	err := strictjson.Object(body, func(name string, v strictjson.Value) error {
		ok := true
		switch name {
		case "access_token":
			access, ok = v.String()
			hasAccess = v != "null"
		case "token_type":
			tokenType, ok = v.String()
		case "id_token":
			got.idToken, ok = v.String()
		case "refresh_token":
			got.refresh, ok = v.String()
		case "client_info":
			got.clientInfo, ok = v.String()
		case "scope":
			scope, _ = v.String()
		case "expires_in":
			expiresIn = number(v)
		case "not_before":
			notBefore = number(v)
		case "expires_on":
			expiresOn = number(v)
		case "refresh_token_expires_in":
			refreshIn = number(v)
		}
		if !ok && v != "null" {
			odd = name
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, fail(ErrUnexpected, "", "the token endpoint's answer is not JSON; is something between here and B2C?")
	case odd != "":
		return nil, fail(ErrUnexpected, "", "%s in the token endpoint's answer is not a string", odd)
	case hasAccess && !sendable(access):
		return nil, fail(ErrUnexpected, "", "the access token is empty, too long or can't be sent in a header")
	case hasAccess && tokenType != "" && !strings.EqualFold(tokenType, "bearer"):
		return nil, fail(ErrUnexpected, "", "the token's type is not Bearer")
	case len(got.idToken) > maxToken || len(got.refresh) > maxToken || len(got.clientInfo) > maxToken:
		return nil, fail(ErrUnexpected, "", "a token in the answer is longer than 64 KiB")
	case !hasAccess && got.idToken == "" && got.refresh == "":
		return nil, fail(ErrUnexpected, "", "the token endpoint's answer holds no token")
	}
	if !(expiresIn > 0) && notBefore != 0 { // also not a number
		expiresIn = expiresOn - notBefore
	}
	if hasAccess {
		got.access = tokencache.NewToken(access, scope, start, life(expiresIn, defaultLife, maxLife))
	}
	got.refreshLife = life(refreshIn, defaultRefreshLife, maxRefreshLife)
	return got, nil
}

// number reads a number, or a string that holds one; 0 if it is neither.
func number(v strictjson.Value) float64 {
	if f, ok := v.Number(); ok {
		return f
	}
	s, _ := v.String()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return f
}

// life returns so many seconds, if they are a sensible number.
func life(seconds float64, otherwise, limit time.Duration) time.Duration {
	switch {
	case !(seconds > 0): // also not a number
		return otherwise
	case seconds > limit.Seconds():
		return limit
	}
	return time.Duration(seconds * float64(time.Second))
}

// sendable tells whether a token can stand in a header: visible ASCII alone.
func sendable(token string) bool {
	for i := range len(token) {
		if token[i] <= ' ' || token[i] >= 0x7f {
			return false
		}
	}
	return token != "" && len(token) <= maxToken
}

// isSubject tells whether a text can name a user: at most 255 ASCII characters
// (OpenID Connect Core section 2), none of them a control character, which logs
// would suffer from. Spaces are fine: an account's ID ends in what has none, and
// the keys of entries keep their parts apart.
func isSubject(user string) bool {
	const longest = 255
	return user != "" && len(user) <= longest && isPrintableASCII(user)
}

func isPrintableASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// parseClientInfo returns the home account id that client_info tells, or "".
// uid is {oid}-{policy in lower case}, utid the tenant.
func parseClientInfo(raw, flowKey, tenantID string) string {
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(raw, "="))
	if err != nil {
		return ""
	}
	var uid, utid string
	err = strictjson.Object(string(text), func(name string, v strictjson.Value) error {
		switch name {
		case "uid":
			uid, _ = v.String()
		case "utid":
			utid, _ = v.String()
		}
		return nil
	})
	cut := max(0, len(uid)-len(flowKey)-1)
	user, ofThisFlow := uid[:cut], strings.EqualFold(uid[cut:], "-"+flowKey)
	if err != nil || !ofThisFlow || !isSubject(user) || !strings.EqualFold(utid, tenantID) {
		return ""
	}
	return homeAccountID(foldGUID(user), flowKey, tenantID)
}

// foldGUID lower-cases a GUID, which is how MSAL compares object ids. A sub of
// any other kind counts by case (OpenID Connect Core section 2).
func foldGUID(user string) string {
	if guidPattern.MatchString(user) {
		return strings.ToLower(user)
	}
	return user
}

func homeAccountID(user, flowKey, tenantID string) string {
	return user + "-" + flowKey + "." + tenantID
}
