// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"net/http"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
)

// LookUp does what RoundTrip does to get a token.
func (t *Transport) LookUp(r *http.Request) error {
	_, _, err := t.get(r)
	return err
}

// Keep keeps a user as if they had signed in, with tokens by scopes for an hour.
func (a *App) Keep(account Account, refresh string, tokens map[string]string) {
	now := a.clock.Now()
	c := a.accounts.signedIn(grant{account: account, refresh: refresh, refreshUntil: now.Wall().Add(24 * time.Hour)}, now.Wall())
	kept := map[string]*tokencache.Token{}
	for scopes, text := range tokens {
		kept[scopes] = tokencache.NewToken(text, scopes, now, time.Hour)
	}
	c.put(kept)
}
