// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
)

// refreshTokensInState bounds what a restart keeps, and so what is written each
// time something changes. More than a thousand are those of a load test.
const refreshTokensInState = 1000

// grantState is what a sign-in gave a client at a flow, in a tenant's state.
type grantState struct {
	Flow     string         `json:"flow"`
	Client   string         `json:"client"` // its id
	User     userState      `json:"user"`   // as the tokens say, whatever the directory says by now
	Listed   bool           `json:"listed"`
	Claims   map[string]any `json:"claims,omitempty"`
	Without  []string       `json:"withoutClaims,omitempty"` // those that are Absent
	Nonce    string         `json:"nonce,omitempty"`
	Scope    string         `json:"scope"` // all that was granted
	AuthTime time.Time      `json:"authTime"`
	Began    time.Time      `json:"began"`
	Capable  bool           `json:"capable,omitempty"`
}

// refreshState is a refresh token in a tenant's state. It can't be redeemed: of
// the token, which is as long as a key, there is the hash alone.
type refreshState struct {
	SHA256  []byte    `json:"sha256"`
	Grant   int       `json:"grant"` // which one
	Issued  time.Time `json:"issued"`
	Expires time.Time `json:"expires"`
	Revoked bool      `json:"revoked,omitempty"` // used up, or taken back
	Gone    bool      `json:"gone,omitempty"`
}

// state returns the latest refresh tokens and their grants.
func (g *grants) state() (grants []grantState, tokens []refreshState) {
	g.mu.Lock()
	defer g.mu.Unlock()
	known := map[*grant]int{}
	for hash, r := range g.refresh.Latest(refreshTokensInState) {
		i, ok := known[r.grant]
		if !ok {
			i = len(grants)
			known[r.grant] = i
			grants = append(grants, r.grant.state())
		}
		tokens = append(tokens, refreshState{hash[:], i, r.issued.UTC(), r.expires.UTC(), r.used || r.revoked, r.gone})
	}
	return grants, tokens
}

func (g *grant) state() grantState {
	s := grantState{
		Flow: g.flow.Name, Client: g.client.ID, User: g.user.state(nil), Listed: g.listed, Nonce: g.nonce,
		Scope: g.scope.String(), AuthTime: g.authTime.UTC(), Began: g.began.UTC(), Capable: g.capable,
	}
	s.Claims, s.Without = claimsState(g.claims)
	return s
}

// grant returns what the state says, by the flows and apps of this tenant; nil
// if there is no such flow or app any more, or the app wouldn't get this now.
func (s *grantState) grant(m *model, scopeOf readScope) *grant {
	flow, client := m.flow(s.Flow), m.app(s.Client)
	if flow == nil || client == nil {
		return nil
	}
	scope, refusal := scopeOf(m, client, s.Scope)
	if refusal != nil {
		return nil
	}
	return &grant{
		flow: flow, client: client, user: s.User.user(), claims: restoredClaims(s.Claims, s.Without), nonce: s.Nonce,
		scope: scope, authTime: s.AuthTime, began: s.Began, listed: s.Listed, capable: s.Capable,
	}
}

// readScope reads the scope of a client's request.
type readScope func(m *model, client *App, text string) (scope, *aadb2c.Error)

// restoredTokens are the refresh tokens of a state by the hashes of their names,
// the oldest first.
type restoredTokens struct {
	hashes [][sha256.Size]byte
	tokens []*refreshToken
}

func restoredFrom(m *model, scopeOf readScope, kept []grantState, tokens []refreshState) (*restoredTokens, error) {
	grants := make([]*grant, len(kept))
	for i := range kept {
		grants[i] = kept[i].grant(m, scopeOf)
	}
	all := &restoredTokens{}
	for i, r := range tokens {
		switch {
		case len(r.SHA256) != sha256.Size:
			return nil, fmt.Errorf("refreshTokens[%d]: the hash is of %d bytes and not %d", i, len(r.SHA256), sha256.Size)
		case r.Grant < 0 || r.Grant >= len(grants):
			return nil, fmt.Errorf("refreshTokens[%d]: there is no grant %d", i, r.Grant)
		case grants[r.Grant] == nil:
			continue
		}
		all.hashes = append(all.hashes, [sha256.Size]byte(r.SHA256))
		all.tokens = append(all.tokens, &refreshToken{grant: grants[r.Grant], issued: r.Issued, expires: r.Expires, standing: standing{r.Revoked, r.Gone}})
	}
	return all, nil
}

// restore makes them the tenant's. Those of a user who is in the directory no
// longer end, as they would have.
func (g *grants) restore(all *restoredTokens, d *directory) {
	g.mu.Lock()
	for i, r := range all.tokens {
		g.refresh.PutHash(all.hashes[i], r)
	}
	g.mu.Unlock()
	for _, r := range all.tokens {
		g.settle(d, r.grant)
	}
}
