// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/jose"
)

// userInfoHandler is the UserInfo endpoint of those custom policies that have one.
type userInfoHandler struct {
	model     *model
	clock     *clock
	keys      *keys
	directory *directory
}

// serve answers with what the directory says now of the user whose token it is. B2C:
// the policy asks for a good signature, its issuer and, if it likes, for some
// audiences; its documents present access and ID tokens alike. How it refuses
// others isn't documented: here by RFC 6750.
func (h *userInfoHandler) serve(w http.ResponseWriter, c *call) {
	answer.NoStore(w)
	user, ok := h.user(c)
	if !ok {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	info := jose.Object{}
	for _, name := range c.flow.UserInfo {
		if value := h.claim(user, name); value != nil {
			info = append(info, jose.Member{Name: name, Value: value})
		}
	}
	answer.JSON(w, http.StatusOK, info)
}

// user returns whom the bearer token names.
func (h *userInfoHandler) user(c *call) (*User, bool) {
	scheme, text, _ := strings.Cut(c.Header.Get("Authorization"), " ")
	token, ok := readPresented(text)
	if !ok || !strings.EqualFold(scheme, "Bearer") || !h.keys.of(c.flow).verify(token) ||
		token.Issuer != h.model.issuer(c.site, c.flow) || token.expired(h.clock.now()) {
		return nil, false
	}
	found, ok := h.directory.byID(token.Subject)
	return &found.User, ok
}

// claim returns what is told of a user under a name; nil for nothing.
func (h *userInfoHandler) claim(u *User, name string) any {
	if value, ok := u.Claims[name]; ok && value != Absent {
		return value
	}
	text := ""
	switch name {
	case "objectId", "sub", "oid":
		text = u.ObjectID
	case "displayName", "name":
		text = u.Name
	case "givenName", "given_name":
		text = u.GivenName
	case "surname", "family_name", "familyName":
		text = u.FamilyName
	case "signInNames.emailAddress", "email":
		if len(u.Emails) > 0 {
			text = u.Emails[0]
		}
	case "identityProvider", "idp":
		text = u.IDP
	case "tenantId", "tid":
		text = h.model.id
	}
	if text == "" {
		return nil
	}
	return text
}
