// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"strings"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/bounded"
	"github.com/b2ckit/b2ckit/emulator/internal/secret"
)

// grants are the codes and refresh tokens of a tenant, bounded.
type grants struct {
	mu      sync.Mutex
	codes   *bounded.Store[authorizationCode]
	refresh *bounded.Store[refreshToken]
}

func newGrants() *grants {
	return &grants{codes: bounded.NewStore[authorizationCode](4096), refresh: bounded.NewStore[refreshToken](10_000)}
}

// addCode keeps a code by its text.
func (g *grants) addCode(code string, c *authorizationCode) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.codes.Put(code, c)
}

// addRefresh keeps a refresh token, whose text it returns. It stands as what it
// was got for does by now.
func (g *grants) addRefresh(r *refreshToken, from *standing) string {
	token := secret.Token()
	g.mu.Lock()
	defer g.mu.Unlock()
	r.standing = *from
	g.refresh.Put(token, r)
	return token
}

// redemption is a code as a client redeems it.
type redemption struct{ code, redirectURI, verifier string }

// taken is a grant that someone gets tokens for now.
type taken struct {
	*grant
	from *standing // only grants read it
}

// takeCode returns a code's grant, for once.
func (g *grants) takeCode(now time.Time, flow *Flow, client *App, r redemption) (taken, *aadb2c.Error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.codes.Get(r.code)
	if c == nil {
		return taken{}, aadb2c.UnknownGrant
	}
	if refusal := c.redeemable(flow, client); refusal != nil {
		return taken{}, refusal
	}
	switch expires := c.issued.Add(codeLifetime); {
	case c.gone:
		return taken{}, aadb2c.AccountGone
	case r.redirectURI != c.redirectURI:
		return taken{}, aadb2c.GrantRedirectURI.With(r.redirectURI)
	case c.used: // what B2C says to this is not known, beyond OAuth's invalid_grant
		return taken{}, aadb2c.UsedGrant
	case c.revoked:
		return taken{}, aadb2c.UnknownGrant
	case !now.Before(expires):
		return taken{}, expired(now, c.issued, expires)
	}
	if refusal := c.verify(r.verifier); refusal != nil {
		return taken{}, refusal
	}
	c.used = true
	return taken{c.grant, &c.standing}, nil
}

// takeRefresh returns a refresh token's grant.
func (g *grants) takeRefresh(now time.Time, flow *Flow, client *App, token string) (taken, *aadb2c.Error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	r := g.refresh.Get(token)
	if r == nil {
		return taken{}, aadb2c.UnknownGrant
	}
	if refusal := r.redeemable(flow, client); refusal != nil {
		return taken{}, refusal
	}
	switch {
	case r.gone:
		return taken{}, aadb2c.AccountGone
	case r.used || r.revoked:
		return taken{}, aadb2c.GrantRevoked
	case !now.Before(r.expires):
		return taken{}, expired(now, r.issued, r.expires)
	}
	r.used = flow.RefreshOnce
	return taken{r.grant, &r.standing}, nil
}

// have reports whether a code or a refresh token was handed out here.
func (g *grants) have(code, refresh string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.codes.Get(code) != nil || g.refresh.Get(refresh) != nil
}

// revoke makes all codes and refresh tokens of a user invalid; "" is every user.
func (g *grants) revoke(objectID string) { g.end(objectID, false) }

// remove is revoke for an account that is gone.
func (g *grants) remove(objectID string) { g.end(objectID, true) }

func (g *grants) end(objectID string, gone bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.codes.All() {
		if c.of(objectID) {
			c.standing = standing{true, c.gone || gone}
		}
	}
	for r := range g.refresh.All() {
		if r.of(objectID) {
			r.standing = standing{true, r.gone || gone}
		}
	}
}

// settle ends what someone has just got who was removed meanwhile: either the
// removal found it, or the account is gone by now.
func (g *grants) settle(d *directory, of *grant) {
	if of.listed && !d.lists(of.user.ObjectID) {
		g.remove(of.user.ObjectID)
	}
}

// of reports whether a grant is a user's; "" is every user.
func (g *grant) of(objectID string) bool {
	return objectID == "" || strings.EqualFold(g.user.ObjectID, objectID)
}
