// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/guid"
)

// User is a person who signs in.
//
// The tags of its fields are their names in a configuration file, the control API
// and a tenant's state. The password is only ever read.
type User struct {
	// ObjectID is the user's GUID: "oid" and "sub". If empty, a GUID that
	// depends on the tenant and Name alone.
	ObjectID string `json:"id"`

	// Name, GivenName and FamilyName become the claims name, given_name and
	// family_name. Name is required; an empty one of the others is left out.
	Name       string `json:"name"`
	GivenName  string `json:"givenName,omitempty"`
	FamilyName string `json:"familyName,omitempty"`

	// Emails are the user's addresses: all in "emails" from a user flow, the
	// first in "email" from a custom policy. If empty, there is no such claim.
	Emails []string `json:"emails,omitempty"`

	// IDP is the federated identity provider, such as "google.com". If empty,
	// the account is a local one, whose tokens have no "idp".
	IDP string `json:"identityProvider,omitempty"`

	// Username signs in with Password, on pages and at an ROPC flow, as every one
	// of Emails does. Case doesn't count. It becomes no claim.
	Username string `json:"username,omitempty"`

	// Password is that of a local account. If empty, the user has none to sign in
	// with. A tenant keeps only a hash of it: [Tenant.User] and [Tenant.Users]
	// return it empty.
	Password string `json:"-" secret:"password"`

	// Roles are the app roles the user was given, each an API's URI, a slash and the
	// name of one of its roles. Tokens for that API have them in "roles". B2C has no
	// roles of users.
	Roles []string `json:"roles,omitempty"`

	// ToBeMigrated is for somebody who has come over from another system, which
	// alone knows the password: [Options.OnPasswordSubmit] is asked about one that
	// isn't the account's own. It ends with the first one that is right.
	ToBeMigrated bool `json:"toBeMigrated,omitempty"`

	// Groups are the object ids of those the user is in, for apps that ask for
	// them ([Groups]). B2C has no such claim.
	Groups []string `json:"groups,omitempty"`

	// Claims are further claims of the user's ID and access tokens, such as
	// extension_LoyaltyTier. They override others as [Spec.Claims] does, which
	// override them in turn, and must be JSON. Maps and slices made of any, and
	// []string, are copied with all that is in them.
	Claims map[string]any `json:"claims,omitempty"`
}

// identified returns u with its object id filled in and in lower case.
func (u User) identified(tenantID string) User {
	if u.ObjectID == "" {
		u.ObjectID = guid.Of(tenantID, "user", u.Name)
	}
	u.ObjectID = strings.ToLower(u.ObjectID)
	return u
}

// signInNames returns what a user may type as user name.
func (u *User) signInNames() []string {
	if u.Username == "" {
		return u.Emails
	}
	return append([]string{u.Username}, u.Emails...)
}

func (u User) clone() User {
	u.Emails = append([]string(nil), u.Emails...)
	u.Roles = append([]string(nil), u.Roles...)
	u.Groups = append([]string(nil), u.Groups...)
	u.Claims = cloneClaims(u.Claims)
	return u
}

// cloneClaims copies claims as User.Claims says.
func cloneClaims(claims map[string]any) map[string]any {
	if claims == nil {
		return nil
	}
	c := make(map[string]any, len(claims))
	for name, v := range claims {
		c[name] = cloneValue(v)
	}
	return c
}

func cloneValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return cloneClaims(v)
	case []any:
		c := make([]any, len(v))
		for i := range v {
			c[i] = cloneValue(v[i])
		}
		return c
	case []string:
		return slices.Clone(v)
	default:
		return v
	}
}
