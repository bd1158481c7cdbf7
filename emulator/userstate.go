// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/password"
)

// userState is a user in a tenant's state. Claims are as claimsState has them.
type userState struct {
	User
	Password *password.Hash `json:"passwordHash,omitempty"`
	Claims   map[string]any `json:"claims,omitempty"`
	Without  []string       `json:"withoutClaims,omitempty"` // those that are Absent
}

// state is how a user is kept; hash is the one of the password.
func (u User) state(hash *password.Hash) userState {
	claims, without := claimsState(u.Claims)
	return userState{u, hash, claims, without}
}

// user is the user that was kept.
func (s userState) user() User {
	u := s.User
	u.ObjectID, u.Claims = strings.ToLower(u.ObjectID), restoredClaims(s.Claims, s.Without)
	return u
}

// claimsState is how claims are kept: as JSON that makes the same tokens, with
// the names of those that are [Absent] beside it.
func claimsState(claims map[string]any) (kept map[string]any, without []string) {
	kept = maps.Clone(claims)
	for name, value := range claims {
		switch value := value.(type) {
		case time.Time:
			kept[name] = value.Unix()
		default:
			if value == Absent {
				delete(kept, name)
				without = append(without, name)
			}
		}
	}
	slices.Sort(without)
	return kept, without
}

// restoredClaims is the other way round.
func restoredClaims(kept map[string]any, without []string) map[string]any {
	for _, name := range without {
		if kept == nil {
			kept = map[string]any{}
		}
		kept[name] = Absent
	}
	return kept
}
