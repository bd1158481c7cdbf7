// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"net/url"
	"strconv"
)

// password is the grant password (ROPC). B2C: it has flows of its own, is for
// local accounts and public clients, and doesn't look at a secret.
func (t *Tenant) password(p place, form url.Values, r *http.Request) (*tokenAnswer, *oauthError) {
	client, _, refusal := t.identify(form, r)
	switch {
	case refusal != nil:
		return nil, refusal
	case p.flow.Kind != ROPC || client.Kind != NativeApp:
		return nil, errROPC
	}
	for _, name := range []string{"username", "password", "scope"} {
		if one(form, name) == "" {
			return nil, errMissing.with(name)
		}
	}
	s, refusal := t.scopeOf(client, one(form, "scope"))
	if refusal != nil {
		return nil, refusal
	}
	if !s.openid && s.resource == nil {
		return nil, errCodeScope
	}
	user, _, ok := t.signedIn(one(form, "username"), one(form, "password"))
	if !ok {
		return nil, errCredentials
	}
	now := t.now()
	answer, refusal := t.issue(p, &grant{flow: p.flow, client: client, user: user.User, scope: s, authTime: now, began: now, listed: true}, form)
	if refusal == nil && answer.ExpiresIn != nil {
		// B2C: a string here, whatever the flow says.
		answer.ExpiresIn = strconv.FormatInt(int64(p.flow.Lifetime.Seconds()), 10)
	}
	return answer, refusal
}

// CheckPassword returns the user with a local account that signs in under a name
// with a password. It is false for a wrong password, and for a name nobody has.
func (t *Tenant) CheckPassword(name, password string) (User, bool) {
	a, _, ok := t.signedIn(name, password)
	if !ok {
		return User{}, false
	}
	return a.User, true
}

// signedIn returns the local account with a user name, and whether the password
// is its own. It takes as long for a name that nobody has.
func (t *Tenant) signedIn(name, password string) (a account, known, ok bool) {
	a, known = t.directory.local(name)
	hash := a.hash
	if hash == nil {
		hash = &passwordHash{}
	}
	return a, known, hash.matches(password) && a.hash != nil
}

// signInNames returns what a user may type as user name.
func (u *User) signInNames() []string {
	if u.Username == "" {
		return u.Emails
	}
	return append([]string{u.Username}, u.Emails...)
}
