// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
)

// Once Remove has returned nobody gets a token of the account, whoever asks at
// the same time and whoever else is removed.
func TestRemovedIsGoneForAllWhoRead(t *testing.T) {
	const users, rounds = 8, 200
	app := newWeb(t, &endpoint{}, "B2C_1_susi", nil)
	account := func(i int) acquire.Account {
		return acquire.Account{ID: fmt.Sprintf("user-%d", i), SignedInAt: time.Now()}
	}
	var all sync.WaitGroup
	for i := range users {
		all.Go(func() {
			a := account(i)
			user := app.User(a)
			for range rounds {
				app.Keep(a, "", map[string]string{readScope: a.ID})
				var removed atomic.Bool
				var readers sync.WaitGroup
				for range 3 {
					readers.Go(func() {
						for end := false; !end; {
							end = removed.Load()
							token, err := user.Token(t.Context(), readScope)
							if err == nil && end {
								t.Errorf("%s: got %s after Remove had returned", a.ID, token.AccessToken)
							} else if err == nil && token.AccessToken != a.ID {
								t.Errorf("%s: got the token of %s", a.ID, token.AccessToken)
							}
						}
					})
				}
				if err := app.Remove(t.Context(), a); err != nil {
					t.Errorf("Remove: %v", err)
				}
				removed.Store(true)
				readers.Wait()
			}
		})
	}
	all.Wait()
}
