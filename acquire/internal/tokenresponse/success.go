// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package tokenresponse reads what a token endpoint responds with
// (RFC 6749 section 5). It keeps nothing but what it has parsed.
package tokenresponse

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/internal/strictjson"
)

const (
	// MaxToken is the longest token that is taken.
	MaxToken = 64 << 10
	// MaxLife is the longest life of an access token that B2C gives.
	MaxLife        = 24 * time.Hour
	defaultLife    = time.Minute
	maxRefreshLife = 365 * 24 * time.Hour
)

// Success is a successful response (RFC 6749 section 5.1,
// https://learn.microsoft.com/azure/active-directory-b2c/authorization-code-flow).
type Success struct {
	AccessToken  string // "" if there was none; else it can stand in a header
	Scope        string
	Life         time.Duration
	IDToken      string
	RefreshToken string
	RefreshLife  time.Duration // 0 if nothing was said of it
	ClientInfo   string
}

// ParseSuccess reads a successful response. B2C's numbers may be strings. The
// errors say what is wrong with it and quote nothing.
func ParseSuccess(body string) (Success, error) {
	members, err := strictjson.Members(body,
		"access_token", "token_type", "id_token", "refresh_token", "client_info",
		"scope", "expires_in", "not_before", "expires_on", "refresh_token_expires_in")
	if err != nil {
		return Success{}, errors.New("the token endpoint's answer is not JSON; is a proxy in the way?")
	}
	var texts [5]string
	for i, name := range []string{"access_token", "token_type", "id_token", "refresh_token", "client_info"} {
		var ok bool
		if texts[i], ok = members[i].String(); !ok && members[i] != "" && members[i] != "null" {
			return Success{}, fmt.Errorf("%s in the token endpoint's answer is not a string", name)
		}
	}
	hasAccess := members[0] != "" && members[0] != "null"
	tokenType := texts[1]
	got := Success{AccessToken: texts[0], IDToken: texts[2], RefreshToken: texts[3], ClientInfo: texts[4]}
	got.Scope, _ = members[5].String()
	switch {
	case hasAccess && !IsHeaderValue(got.AccessToken):
		return Success{}, errors.New("the access token is empty, too long or can't be sent in a header")
	case hasAccess && tokenType != "" && !strings.EqualFold(tokenType, "bearer"):
		return Success{}, errors.New("the token's type is not Bearer")
	case len(got.IDToken) > MaxToken || len(got.RefreshToken) > MaxToken || len(got.ClientInfo) > MaxToken:
		return Success{}, errors.New("a token in the answer is longer than 64 KiB")
	case !hasAccess && got.IDToken == "" && got.RefreshToken == "":
		return Success{}, errors.New("the token endpoint's answer holds no token")
	}
	expiresIn, notBefore := number(members[6]), number(members[7])
	if !(expiresIn > 0) && notBefore != 0 { // also not a number
		expiresIn = number(members[8]) - notBefore
	}
	got.Life = life(expiresIn, defaultLife, MaxLife)
	got.RefreshLife = life(number(members[9]), 0, maxRefreshLife)
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

// IsHeaderValue reports whether a token can stand in a header: visible ASCII
// alone, and no more than [MaxToken].
func IsHeaderValue(token string) bool {
	for i := range len(token) {
		if token[i] <= ' ' || token[i] >= 0x7f {
			return false
		}
	}
	return token != "" && len(token) <= MaxToken
}

// ParseClientInfo returns the two parts of client_info, which tell who the user
// is; both are empty if it can't be read.
func ParseClientInfo(raw string) (uid, utid string) {
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(raw, "="))
	if err != nil {
		return "", ""
	}
	members, err := strictjson.Members(string(text), "uid", "utid")
	if err != nil {
		return "", ""
	}
	uid, _ = members[0].String()
	utid, _ = members[1].String()
	return uid, utid
}
