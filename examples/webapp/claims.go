// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/validator"
)

// claims are those of an ID token, as they stood there.
type claims map[string]json.RawMessage

// Claims that tell about the sign-in rather than the user. The unshown ones
// have done their work when the token has been verified, or are a secret: the
// identity provider's own access token, which some flows pass on.
var (
	ofSignIn = []string{"acr", "aud", "auth_time", "exp", "iat", "iss", "nbf", "tfp", "ver"}
	unshown  = []string{"at_hash", "c_hash", "nonce", "idp_access_token"}
	times    = []string{"auth_time", "exp", "iat", "nbf"}
)

func claimsOf(token *validator.IDToken) (claims, error) {
	c := claims{}
	if err := token.Claims(&c); err != nil {
		return nil, err
	}
	maps.DeleteFunc(c, func(name string, _ json.RawMessage) bool { return slices.Contains(unshown, name) })
	return c, nil
}

// update takes over what another token says about the same user. A claim that
// it lacks stays: flows needn't all send the same ones.
func (c claims) update(newer claims) {
	for name, value := range newer {
		if !slices.Contains(ofSignIn, name) {
			c[name] = value
		}
	}
}

// within returns as many as fit into so many bytes of JSON, the shortest first.
func (c claims) within(size int) claims {
	length := func(name string) int {
		text, err := json.Marshal(claims{name: c[name]})
		if err != nil {
			return size + 1
		}
		return len(text) - len("{}") + len(",")
	}
	kept := claims{}
	for _, name := range slices.SortedFunc(maps.Keys(c), func(a, b string) int {
		return cmp.Or(length(a)-length(b), strings.Compare(a, b))
	}) {
		if size -= length(name); size < 0 {
			break
		}
		kept[name] = c[name]
	}
	return kept
}

// claim is one as it is shown.
type claim struct{ Name, Value string }

// shown returns the claims about the user and about the sign-in, by name.
func (c claims) shown() (user, signIn []claim) {
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if shown := (claim{name, c.text(name)}); slices.Contains(ofSignIn, name) {
			signIn = append(signIn, shown)
		} else {
			user = append(user, shown)
		}
	}
	return user, signIn
}

func (c claims) text(name string) string {
	var word string
	var list []string
	var seconds float64
	switch raw := c[name]; {
	case json.Unmarshal(raw, &word) == nil:
		return word
	case json.Unmarshal(raw, &list) == nil:
		return strings.Join(list, ", ")
	case slices.Contains(times, name) && json.Unmarshal(raw, &seconds) == nil:
		return time.Unix(int64(seconds), 0).UTC().Format("2 January 2006, 15:04:05 MST")
	default:
		return string(raw)
	}
}
