// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/guid"
)

// cacheKeys names the entries of the shared cache. A name holds all that tells
// tokens apart: host, tenant, flow, client, user and scopes.
type cacheKeys struct {
	flow     authority.Authority
	clientID string
}

// token names a token that is no account's.
func (k cacheKeys) token(of tokenOwner) string {
	if of.assertion != "" {
		return k.of("obo", of.assertion, of.scopes)
	}
	return k.of("app", "", of.scopes)
}

// fits reports whether an account may be of this authority: a list of tenants, which no
// name holds, may have been longer when the entry was written.
func (k cacheKeys) fits(id string) bool {
	return !usesSTS(k.flow) || k.flow.AllowsTenant(guid.Fold(id[strings.LastIndexByte(id, '.')+1:]))
}

func (k cacheKeys) account(id string) string { return k.accounts() + k.hash("account", id, "") }

// accounts returns what the names of this client's accounts at this flow begin with,
// and no others, so that they can be listed however many others there are.
func (k cacheKeys) accounts() string {
	return cachePrefix("account") + k.hash("accounts", "", "")[:16] + ":"
}

// AccountPrefix returns what the key of an account in the shared cache begins with: up
// to its last colon, the same for all accounts of a client at a flow and for no others.
// It returns false for other keys. A [Lister] that keeps an index has one for each.
func AccountPrefix(key string) (prefix string, ok bool) {
	of, ok := strings.CutPrefix(key, cachePrefix("account"))
	at := strings.LastIndexByte(of, ':')
	if !ok || at <= 0 {
		return "", false
	}
	return key[:len(key)-len(of)+at+1], true
}

// probe names an entry that tells nothing, for finding out whether one can be
// written.
func (k cacheKeys) probe() string { return k.of("probe", "", "") }

func (k cacheKeys) of(kind, user, scopes string) string {
	return cachePrefix(kind) + k.hash(kind, user, scopes)
}

func (k cacheKeys) hash(kind, user, scopes string) string {
	parts := []string{kind, k.flow.Host(), k.flow.TenantID(), k.flow.FlowKey(), k.clientID, user, scopes}
	if usesSTS(k.flow) { // organizations and common have no id
		parts = append(parts, k.flow.Kind().String(), k.flow.Tenant())
	}
	// A JSON array, so that no two lists of parts make one text.
	text, _ := json.Marshal(parts) // strings always marshal
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func cachePrefix(kind string) string { return "1:" + kind + ":" }
