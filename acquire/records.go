// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
)

// clockSkew is by how much the clocks of a fleet may differ.
const clockSkew = time.Minute

// tokenRecord is a token in the shared cache. Times are Unix milliseconds.
type tokenRecord struct {
	Key    string `json:"key"` // its own, so that a store that mixes up answers is found out
	Access string `json:"access_token"`
	Scope  string `json:"scope"`
	From   int64  `json:"from"`
	Until  int64  `json:"until"`
}

func newTokenRecord(key string, t *tokencache.Token) tokenRecord {
	return tokenRecord{key, t.Text(), t.Scope(), t.Begins().UnixMilli(), t.Ends().UnixMilli()}
}

// token returns the token, or nil if it is not good any more or makes no sense.
func (r *tokenRecord) token(key string, at tokencache.Instant) *tokencache.Token {
	life, left := time.Duration(r.Until-r.From)*time.Millisecond, time.UnixMilli(r.Until).Sub(at.Wall())
	if r.Key != key || !tokenresponse.IsHeaderValue(r.Access) || life <= 0 || life > tokenresponse.MaxLife || left <= 0 || left-life > clockSkew {
		return nil // one from the future, too: by whose clock does it end?
	}
	return tokencache.NewToken(r.Access, r.Scope, at.Add(min(left, life)-life), life)
}

func (r tokenRecord) secrets() []string { return []string{r.Access} }

// accountRecord is an account in the shared cache, with all its tokens: one
// entry, so that removing it removes them all. Times are Unix milliseconds.
type accountRecord struct {
	Key          string                 `json:"key"`
	Removed      bool                   `json:"removed,omitempty"` // a tombstone
	Account      Account                `json:"account"`
	Typed        string                 `json:"typed,omitempty"`
	Refresh      string                 `json:"refresh_token,omitempty"`
	RefreshUntil int64                  `json:"refresh_until"`
	Since        version                `json:"since"`
	NoSecret     bool                   `json:"no_secret,omitempty"`
	Tokens       map[string]tokenRecord `json:"tokens,omitempty"` // by scopes
}

func newAccountRecord(key string, s accountState) accountRecord {
	return accountRecord{
		Key: key, Removed: s.removed, Account: s.account, Typed: s.typed, Refresh: s.refresh,
		RefreshUntil: s.refreshUntil.UnixMilli(), Since: s.version, NoSecret: s.noSecret,
		Tokens: map[string]tokenRecord{},
	}
}

// isOf reports whether the record is what was asked for, and makes sense.
func (r *accountRecord) isOf(key, id string) bool {
	return r.Key == key && (r.Account.ID == id || r.Removed) && (r.Refresh == "" || tokenresponse.IsHeaderValue(r.Refresh))
}

func (r *accountRecord) state() accountState {
	return accountState{
		grant: grant{
			account: r.Account, typed: r.Typed, refresh: r.Refresh,
			refreshUntil: time.UnixMilli(r.RefreshUntil), noSecret: r.NoSecret,
		},
		version: r.Since, removed: r.Removed,
	}
}

// put adds a token, in place of one for the same scopes.
func (r *accountRecord) put(scopes string, t *tokencache.Token) {
	r.Tokens[scopes] = newTokenRecord(r.Key+" "+scopes, t)
}

// tokens returns the tokens that are good.
func (r *accountRecord) tokens(at tokencache.Instant) map[string]*tokencache.Token {
	good := map[string]*tokencache.Token{}
	for scopes, record := range r.Tokens {
		if t := record.token(r.Key+" "+scopes, at); t != nil {
			good[scopes] = t
		}
	}
	return good
}

func (r accountRecord) secrets() []string {
	all := []string{r.Refresh}
	for _, t := range r.Tokens {
		all = append(all, t.Access)
	}
	return all
}
