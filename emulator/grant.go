// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/rand"
	"encoding/base64"
	"strings"
	"time"
)

const (
	codeLifetime  = 10 * time.Minute
	refreshWindow = 90 * 24 * time.Hour // from the sign-in on
	spaLifetime   = 24 * time.Hour      // of a single-page app's refresh tokens, from the sign-in on
)

// grant is what a sign-in gave a client at a flow. Codes and refresh tokens
// share it; it is never written once made.
type grant struct {
	flow     *Flow
	client   *App
	user     User
	claims   map[string]any // over those of the user, as in Spec.Claims
	nonce    string
	scope    scope
	authTime time.Time
	began    time.Time
	listed   bool // the user was one of the directory's
}

type authorizationCode struct {
	*grant
	redirectURI string
	challenge   string // "" for no PKCE
	hashed      bool   // the challenge is S256
	issued      time.Time
	used, gone  bool // gone with the account
}

type refreshToken struct {
	*grant
	issued, expires time.Time
	revoked, gone   bool // gone with the account
}

// opaque returns a new code or refresh token. B2C's look like this: a JWE in
// compact form that only B2C can read.
func opaque() string {
	b64 := base64.RawURLEncoding
	parts := []string{b64.EncodeToString([]byte(`{"kid":"cpimcore_09252015","ver":"1.0","zip":"Deflate","ser":"1.0"}`))}
	for _, length := range []int{256, 12, 180, 16} { // wrapped key, nonce, ciphertext, tag
		part := make([]byte, length)
		_, _ = rand.Read(part) // never fails since Go 1.24
		parts = append(parts, b64.EncodeToString(part))
	}
	return strings.Join(parts, ".")
}

// Revoke makes all codes and refresh tokens of a user invalid and ends the
// user's sessions, as an administrator can; "" is every user. Tokens that are
// out stay valid until they expire: B2C can't take them back.
func (t *Tenant) Revoke(objectID string) { t.end(objectID, false) }

// settle ends what someone has just got who was removed meanwhile: either end
// found it, or the account is gone by now.
func (t *Tenant) settle(objectID string, listed bool) {
	if _, still := t.directory.byID(objectID); listed && !still {
		t.end(objectID, true)
	}
}

// end is [Tenant.Revoke], also for an account that is gone.
func (t *Tenant) end(objectID string, gone bool) {
	t.memory.mu.Lock()
	defer t.memory.mu.Unlock()
	hit := func(u *User) bool { return objectID == "" || strings.EqualFold(u.ObjectID, objectID) }
	for _, c := range t.memory.codes.items {
		if hit(&c.user) {
			c.used, c.gone = true, c.gone || gone
		}
	}
	for _, r := range t.memory.refresh.items {
		if hit(&r.user) {
			r.revoked, r.gone = true, r.gone || gone
		}
	}
	for name, s := range t.memory.sessions.items {
		if hit(&s.user) {
			delete(t.memory.sessions.items, name)
		}
	}
}
