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
)

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
	case NoCondition:
	}
	return nil
}
