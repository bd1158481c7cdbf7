// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"github.com/b2ckit/b2ckit/authority"
)

// cacheKeys names the entries of the shared cache. A name holds all that tells
// tokens apart: host, tenant, flow, client, user and scopes.
type cacheKeys struct {
	flow     authority.Authority
	clientID string
}

func (k cacheKeys) app(scopes string) string { return k.of("app", "", scopes) }

func (k cacheKeys) account(id string) string { return k.of("account", id, "") }

// accounts returns what the names of all accounts begin with.
func (k cacheKeys) accounts() string { return cachePrefix("account") }

// probe names an entry that tells nothing, for finding out whether one can be
// written.
func (k cacheKeys) probe() string { return k.of("probe", "", "") }

func (k cacheKeys) of(kind, user, scopes string) string {
	// A JSON array, so that no two lists of parts make one text.
	parts, _ := json.Marshal([]string{kind, k.flow.Host(), k.flow.TenantID(), k.flow.FlowKey(), k.clientID, user, scopes}) // strings always marshal
	sum := sha256.Sum256(parts)
	return cachePrefix(kind) + base64.RawURLEncoding.EncodeToString(sum[:])
}

func cachePrefix(kind string) string { return "1:" + kind + ":" }
