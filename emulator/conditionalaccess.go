// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"
	"strings"
	"sync"

	"github.com/b2ckit/b2ckit/emulator/internal/aadsts"
	"github.com/b2ckit/b2ckit/emulator/internal/bounded"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/guid"
	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

// ConditionalAccess is what has to be before somebody gets tokens for an API on
// behalf of a user, or by a refresh token.
type ConditionalAccess int

const (
	// NoCondition asks for nothing.
	NoCondition ConditionalAccess = iota
	// RequireMFA asks for a second factor: the answer is AADSTS50076 with a
	// challenge ("claims"), until the user signs in for the API itself, or for any
	// with the challenge in the request. Whoever does so has met it; the emulator's
	// pages ask for no second factor.
	RequireMFA
	// BlockAccess gives nobody a token: the answer is AADSTS53003.
	BlockAccess
)

// String returns "none", "require-mfa" or "block".
func (c ConditionalAccess) String() string { return conditions.Name(int(c)) }

// MarshalText returns what String does.
func (c ConditionalAccess) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what String returns.
func (c *ConditionalAccess) UnmarshalText(text []byte) error {
	return wire.ReadWord(c, conditions, text)
}

var conditions = wire.Words{"none", "require-mfa", "block"}

// policyOf is the id of an API's policy, as challenges name it.
func policyOf(tenantID string, api *App) string { return guid.Of(tenantID, "policy", api.ID) }

// challenges are the conditions that users have met, for as long as the tenant
// lives or until they are revoked; the latest ones if there are very many.
type challenges struct {
	tenantID string

	mu  sync.Mutex
	met *bounded.Store[met]
}

// met says who has met a policy.
type met struct{ objectID string }

func newChallenges(tenantID string) *challenges {
	return &challenges{tenantID: tenantID, met: bounded.NewStore[met](10_000)}
}

// meet records that a user has signed in for an API (nil for none), with what the
// request asked for.
func (c *challenges) meet(objectID string, api *App, asked claimsRequest) {
	policies := slices.Clone(asked.policies)
	if api != nil {
		policies = append(policies, policyOf(c.tenantID, api))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, policy := range policies {
		c.met.Put(objectID+"/"+strings.ToLower(policy), &met{objectID})
	}
}

// forget takes back what a user has met; "" is every user.
func (c *challenges) forget(objectID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.met.DropFunc(func(m *met) bool { return objectID == "" || strings.EqualFold(m.objectID, objectID) })
}

// refusal is what stands in the way of a token for an API, or nil.
func (c *challenges) refusal(objectID string, api *App) *failure.Error {
	switch api.ConditionalAccess {
	case RequireMFA:
		policy := policyOf(c.tenantID, api)
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.met.Get(objectID+"/"+policy) != nil {
			return nil
		}
		return aadsts.MFARequired.With(api.ID).Challenging(challengeOf(policy), "basic_action")
	case BlockAccess:
		return aadsts.AccessBlocked.Challenging("", "message_only")
	}
	return nil
}
