// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// newWebs returns n Apps of the web app that share a cache, as n processes
// would, and the one wire that they all use.
func newWebs(t *testing.T, b2c *emulator.Tenant, n int, cache acquire.Cache) ([]*acquire.App, *wire) {
	t.Helper()
	w := newWire(b2c)
	fleet := make([]*acquire.App, n)
	for i := range fleet {
		fleet[i] = newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: cache})
	}
	return fleet, w
}

// TestFleetUser: what one process got, the others use, also those that have
// never seen the user.
func TestFleetUser(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		fleet, w := newWebs(t, b2c, 3, newMemory())
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		time.Sleep(10 * time.Minute)
		for i, app := range fleet {
			if got := len(app.Accounts()); i > 0 && got != 0 {
				t.Errorf("App %d: got %d accounts in memory at first, want none", i, got)
			}
			if got, err := app.Account(t.Context(), in.Account.ID); err != nil || !reflect.DeepEqual(got, in.Account) {
				t.Errorf("App %d: got account %+v, want %+v", i, got, in.Account)
			}
			token, err := app.User(acquire.Account{ID: in.Account.ID}).Token(t.Context(), readScope)
			if err != nil || token.AccessToken != in.Token.AccessToken || !token.Expiry.Equal(in.Token.Expiry) {
				t.Errorf("App %d: got %v, %v, want the token of the sign-in", i, token, err)
			}
			if got := app.Accounts("ADA@example.org"); len(got) != 1 {
				t.Errorf("App %d: got accounts %v, want Ada", i, got)
			}
		}
		w.wantCount(t, "all", 1)
	})
}

// TestFleetUserRotation: days of use in several processes, with refresh tokens
// that die when used, and an endpoint that takes its time. No caller learns
// that another process was faster.
func TestFleetUserRotation(t *testing.T) {
	for name, newCache := range map[string]func() acquire.Cache{
		"with leases":    func() acquire.Cache { return newMemory() },
		"without leases": func() acquire.Cache { return plain{newMemory()} },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b2c := strictTenant()
				fleet, w := newWebs(t, b2c, 3, newCache())
				w.cutting(func(p post, _ *http.Request) (*http.Response, error) {
					time.Sleep(time.Duration(100+37*(p.n%5)) * time.Millisecond)
					return nil, nil
				})
				var failed atomic.Pointer[error]
				in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope, writeScope)
				for round := range 40 {
					time.Sleep(time.Duration(50+round) * time.Minute)
					var wg sync.WaitGroup
					for _, app := range fleet {
						for _, scopes := range [][]string{{readScope}, {writeScope}} {
							for range 4 {
								wg.Go(func() {
									if _, err := app.User(in.Account).Token(t.Context(), scopes...); err != nil {
										failed.Store(&err)
									}
								})
							}
						}
					}
					wg.Wait()
				}
				if err := failed.Load(); err != nil {
					t.Errorf("got %v, want no error for anybody", *err)
				}
				used := map[string]int{}
				for _, p := range w.since(0) {
					if refresh := p.form.Get("refresh_token"); refresh != "" {
						used[refresh]++
					}
				}
				if name != "with leases" {
					return // then two may try at once, and one of them has to look again
				}
				for _, n := range used {
					if n > 1 {
						t.Errorf("got a refresh token redeemed %d times, want once", n)
					}
				}
				if n := w.count(); n > 1+40*2 {
					t.Errorf("got %d requests, want at most one per round and scope", n)
				}
			})
		})
	}
}

// TestFleetUserOneRequest: at the end of a token, all processes and all callers
// cause one request.
func TestFleetUserOneRequest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		fleet, w := newWebs(t, b2c, 3, newMemory())
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		for _, app := range fleet {
			userToken(t, app, in.Account, readScope)
		}
		time.Sleep(2 * time.Hour)
		w.cutting(func(post, *http.Request) (*http.Response, error) { time.Sleep(time.Second); return nil, nil })
		var mu sync.Mutex
		got := map[string]bool{}
		var wg sync.WaitGroup
		for _, app := range fleet {
			for range 20 {
				wg.Go(func() {
					token, err := app.User(in.Account).Token(t.Context(), readScope)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					defer mu.Unlock()
					got[token.AccessToken] = true
				})
			}
		}
		wg.Wait()
		if len(got) != 1 || got[in.Token.AccessToken] {
			t.Errorf("got %d different tokens, want one, and a new one", len(got))
		}
		w.wantCount(t, "all", 2)
	})
}

// TestFleetUserOldRefreshToken: a process that still has the refresh token that
// another one has used takes the newer one from the shared cache, whatever its
// clock says.
func TestFleetUserOldRefreshToken(t *testing.T) {
	for name, skew := range map[string]time.Duration{"same clock": 0, "the other is behind": -40 * time.Second, "the other is ahead": 40 * time.Second} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b2c := strictTenant()
				w, store := newWire(b2c), newMemory()
				one := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: store})
				other := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: store, Now: func() time.Time { return time.Now().Add(skew) }})
				in := signedIn(t, one, newBrowser(t, b2c), readScope, writeScope)
				for i := range 4 {
					// The other process gets a token for one scope and so a new
					// refresh token; this one then needs one for another scope.
					time.Sleep(time.Second)
					if _, err := other.User(in.Account).Replace(t.Context(), nil, readScope); err != nil {
						t.Fatalf("round %d, the other: %v", i, err)
					}
					if _, err := one.User(in.Account).Token(t.Context(), writeScope); err != nil {
						t.Fatalf("round %d, this one: %v", i, err)
					}
					time.Sleep(2 * time.Hour)
				}
				w.wantCount(t, "all", 1+4*2)
			})
		})
	}
}

// TestFleetUserScopeNotAsked: a refresh that brought no access token did bring
// a new refresh token, which the others need.
func TestFleetUserScopeNotAsked(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		fleet, _ := newWebs(t, b2c, 2, newMemory())
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		userToken(t, fleet[1], in.Account, readScope)
		time.Sleep(time.Second)
		_, err := fleet[0].User(in.Account).Token(t.Context(), writeScope)
		wantClass(t, "not asked", err, acquire.ErrNoAccessToken)
		time.Sleep(2 * time.Hour)
		userToken(t, fleet[1], in.Account, readScope)
	})
}

// TestFleetUserRevoked: the others learn of a new sign-in from the cache.
func TestFleetUserRevoked(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		fleet, w := newWebs(t, b2c, 2, newMemory())
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		userToken(t, fleet[1], in.Account, readScope)
		b2c.Revoke(adaID)
		time.Sleep(2 * time.Hour)
		for i, app := range fleet {
			_, err := app.User(in.Account).Token(t.Context(), readScope)
			wantClass(t, fmt.Sprintf("App %d", i), err, acquire.ErrReauthenticate)
		}
		w.wantCount(t, "revoked", 3)
		again := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		time.Sleep(15 * time.Second)
		for i, app := range fleet {
			if got := userToken(t, app, in.Account, readScope); got != again.Token.AccessToken {
				t.Errorf("App %d: got not the token of the new sign-in", i)
			}
		}
		w.wantCount(t, "signed in again", 4)
	})
}

// TestFleetUserRevokedScopes: a newer refresh token ends the back-off of all
// scopes, also where it came by the cache.
func TestFleetUserRevokedScopes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		fleet, _ := newWebs(t, b2c, 2, newMemory())
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope, writeScope)
		user := fleet[1].User(in.Account)
		b2c.Revoke(adaID)
		for name, scopes := range map[string][]string{"read": {readScope}, "write": {writeScope}} {
			if _, err := user.Token(t.Context(), scopes...); err == nil {
				t.Errorf("%s: got a token, want none", name)
			}
		}
		time.Sleep(1500 * time.Millisecond)
		_, err := user.Token(t.Context(), writeScope) // has to wait twice as long now
		wantClass(t, "revoked", err, acquire.ErrInteractionRequired)
		signedIn(t, fleet[0], newBrowser(t, b2c), readScope, writeScope)
		if want := userToken(t, fleet[0], in.Account, readScope); userToken(t, fleet[1], in.Account, readScope) != want {
			t.Error("got another token than that in the cache")
		}
		userToken(t, fleet[1], in.Account, writeScope)
	})
}

// TestFleetUserFasterElsewhere: whose refresh token was used up by another
// process meanwhile takes what that one has got.
func TestFleetUserFasterElsewhere(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		fleet, w := newWebs(t, b2c, 2, plain{newMemory()})
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		userToken(t, fleet[1], in.Account, readScope)
		time.Sleep(2 * time.Hour)
		gate := make(chan struct{})
		w.cutting(func(p post, _ *http.Request) (*http.Response, error) {
			if p.n == 2 {
				<-gate
			}
			return nil, nil
		})
		got := make(chan *oauth2.Token, 1)
		go func() {
			token, err := fleet[1].User(in.Account).Token(t.Context(), readScope)
			if err != nil {
				t.Error(err)
			}
			got <- token
		}()
		synctest.Wait()
		want := userToken(t, fleet[0], in.Account, readScope)
		close(gate)
		if token := <-got; token == nil || token.AccessToken != want {
			t.Error("got another token than the faster process")
		}
		w.wantCount(t, "all", 3)
	})
}

// TestFleetUserWithoutRefreshToken: the account and its token are shared too.
func TestFleetUserWithoutRefreshToken(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		fleet, w := newWebs(t, b2c, 2, newMemory())
		w.altering(func(_ post, answer map[string]any) { delete(answer, "refresh_token") })
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		if got, err := fleet[1].Account(t.Context(), in.Account.ID); err != nil || !reflect.DeepEqual(got, in.Account) {
			t.Errorf("got account %+v, %v, want %+v", got, err, in.Account)
		}
		if got := userToken(t, fleet[1], in.Account, readScope); got != in.Token.AccessToken {
			t.Error("got another token")
		}
		w.wantCount(t, "all", 1)
	})
}

// TestFleetUserRemoved: an App that doesn't have the account in memory no longer
// finds it.
func TestFleetUserRemoved(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	store := newMemory()
	fleet, w := newWebs(t, b2c, 3, store)
	in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
	if err := fleet[1].Remove(t.Context(), in.Account); err != nil { // by one that has not seen it either
		t.Fatal(err)
	}
	wantNoTokens(t, store.entries())
	wantNothingKept(t, "the others", fleet[1])
	wantNothingKept(t, "the others", fleet[2])
	w.wantCount(t, "all", 1)
}

// TestFleetUserCacheAway: a cache that fails costs nothing but its service.
func TestFleetUserCacheAway(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		away := errors.New("connection refused")
		cache := awayCache{away}
		fleet, w := newWebs(t, b2c, 2, cache)
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		for range 3 {
			time.Sleep(2 * time.Hour)
			userToken(t, fleet[0], in.Account, readScope)
		}
		_, err := fleet[1].User(in.Account).Token(t.Context(), readScope)
		if e := wantClass(t, "the other", err, acquire.ErrRetry); !strings.Contains(e.Advice, "the shared cache") || !strings.Contains(e.Advice, "can't be read") {
			t.Errorf("the other: got advice %q, want it to tell of the cache", e.Advice)
		}
		if err := fleet[0].Remove(t.Context(), in.Account); !errors.Is(err, away) {
			t.Errorf("Remove: got %v, want the cache's error", err)
		}
		w.wantCount(t, "all", 4)
	})
}

// awayCache is a Leaser that can't be reached.
type awayCache struct{ err error }

func (c awayCache) Get(context.Context, string) ([]byte, error) { return nil, c.err }

func (c awayCache) Set(context.Context, string, []byte, time.Duration) error { return c.err }

func (c awayCache) Delete(context.Context, string) error { return c.err }

func (c awayCache) Lease(context.Context, string, time.Duration) (func(), bool, error) {
	return nil, false, c.err
}

// TestFleetUserPoisoned: a store that mixes entries up, or whose entries were
// moved or spoilt, yields nobody another's token. Whoever writes to it as the
// App does could do anything; for that, entries are sealed.
func TestFleetUserPoisoned(t *testing.T) {
	bubble(t, func(t *testing.T) {
		edit := func(f func(record map[string]any)) func(ada, lin []byte) []byte {
			return func(ada, _ []byte) []byte {
				var record map[string]any
				if err := json.Unmarshal(ada, &record); err != nil {
					t.Fatal(err)
				}
				f(record)
				text, err := json.Marshal(record)
				if err != nil {
					t.Fatal(err)
				}
				return text
			}
		}
		tokens := func(record map[string]any) map[string]any { return record["tokens"].(map[string]any) }
		for name, poison := range map[string]func(ada, lin []byte) []byte{
			"Lin's entry":    func(_, lin []byte) []byte { return lin },
			"Lin's by name":  func(_, lin []byte) []byte { return []byte(strings.ReplaceAll(string(lin), linID, adaID)) },
			"cut":            func(ada, _ []byte) []byte { return ada[:len(ada)-1] },
			"not JSON":       func(_, _ []byte) []byte { return []byte("poison") },
			"null":           func(_, _ []byte) []byte { return []byte("null") },
			"empty object":   func(_, _ []byte) []byte { return []byte("{}") },
			"doubled member": func(ada, _ []byte) []byte { return append([]byte(`{"key":"x",`), ada[1:]...) },
			"no key":         edit(func(r map[string]any) { delete(r, "key") }),
			"another key":    edit(func(r map[string]any) { r["key"] = "1:account:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }),
			"another id": edit(func(r map[string]any) {
				r["account"].(map[string]any)["id"], r["since"] = linAccount, r["since"].(float64)+1000 // the later one is believed
			}),
			"no account": edit(func(r map[string]any) { delete(r, "account") }),
			"token of another scope": edit(func(r map[string]any) {
				all := tokens(r)
				all[readScope], all[writeScope] = all[writeScope], all[readScope]
			}),
			"token without key": edit(func(r map[string]any) { delete(tokens(r)[readScope].(map[string]any), "key") }),
			"token with break": edit(func(r map[string]any) {
				tokens(r)[readScope].(map[string]any)["access_token"] = "a\r\nX-Injected: b"
			}),
			"endless token":        edit(func(r map[string]any) { tokens(r)[readScope].(map[string]any)["until"] = 1 << 52 }),
			"token from never":     edit(func(r map[string]any) { tokens(r)[readScope].(map[string]any)["from"] = -1 << 52 }),
			"refresh token breaks": edit(func(r map[string]any) { r["refresh_token"] = "a\r\nb" }),
			"expired token": edit(func(r map[string]any) {
				token := tokens(r)[readScope].(map[string]any)
				for _, end := range []string{"from", "until"} {
					token[end] = token[end].(float64) - 2*3600*1000
				}
			}),
		} {
			b2c := emulator.NewTenant(nil)
			store := newMemory()
			fleet, w := newWebs(t, b2c, 3, store)
			in := map[string]*acquire.SignIn{}
			before := map[string]bool{}
			keys := map[string]string{}
			for _, id := range []string{adaID, linID} {
				everyoneIs(b2c, id, nil)
				in[id] = signedIn(t, fleet[0], newBrowser(t, b2c), readScope, writeScope)
				userToken(t, fleet[0], in[id].Account, readScope)
				userToken(t, fleet[0], in[id].Account, writeScope)
				for key := range store.entries() {
					if !before[key] {
						before[key], keys[id] = true, key
					}
				}
			}
			userToken(t, fleet[2], in[adaID].Account, readScope) // has Ada in memory
			for _, good := range []bool{true, false} {           // while that token is good, and afterwards
				if !good {
					time.Sleep(2 * time.Hour)
					userToken(t, fleet[0], in[linID].Account, readScope)
					userToken(t, fleet[0], in[linID].Account, writeScope)
					userToken(t, fleet[0], in[adaID].Account, readScope)
					userToken(t, fleet[0], in[adaID].Account, writeScope)
				}
				all := store.entries()
				entry := all[keys[adaID]]
				if err := store.Set(t.Context(), keys[adaID], poison(entry.value, all[keys[linID]].value), time.Hour); err != nil {
					t.Fatal(err)
				}
				fresh := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: store})
				for i, app := range []*acquire.App{fleet[0], fleet[1], fleet[2], fresh} {
					token, err := app.User(in[adaID].Account).Token(t.Context(), readScope)
					switch {
					case err == nil:
						wantClaims(t, fmt.Sprintf("%s, App %d", name, i), token.AccessToken, map[string]any{"oid": adaID, "scp": "tasks.read"})
						if !token.Valid() || time.Until(token.Expiry) > time.Hour {
							t.Errorf("%s, App %d: got a token until %v", name, i, token.Expiry)
						}
					case i == 0 || i == 2:
						t.Errorf("%s, App %d, which has Ada in memory: %v", name, i, err)
					default:
						wantClass(t, fmt.Sprintf("%s, App %d", name, i), err, acquire.ErrInteractionRequired)
					}
					if account, err := app.Account(t.Context(), adaAccount); err == nil && (account.ID != adaAccount || account.Username != "ada@example.org") {
						t.Errorf("%s, App %d: got account %+v for Ada's id", name, i, account)
					}
				}
			}
		}
	})
}

// TestFleetUserAndApp: tokens of users and of the application itself don't mix
// in one store, nor do flows, nor clients, even if the scopes are the same text.
func TestFleetUserAndApp(t *testing.T) {
	const uri = "https://contoso.onmicrosoft.com/tasks"
	b2c := emulator.NewTenant(&emulator.Options{
		Flows: []emulator.Flow{{Name: "B2C_1_susi"}, {Name: "B2C_1_other"}},
		Apps: []emulator.App{
			{Name: "tasks-api", ID: apiID, URI: uri, Scopes: []string{".default"}, Roles: []string{"jobs.run"}},
			{Name: "tasks-web", ID: webID, Secret: webSecret, RedirectURIs: []string{returnURI}, Granted: []string{uri + "/.default", uri + "/jobs.run"}},
			{Name: "tasks-native", ID: nativeID, RedirectURIs: []string{returnURI}, Granted: []string{uri + "/.default"}},
		},
	})
	store, b := newMemory(), newBrowser(t, b2c)
	const scope = uri + "/.default"
	susi := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Cache: store})
	other := newWeb(t, newWire(b2c), "B2C_1_other", &acquire.Options{Cache: store})
	native := newNative(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Cache: store})
	bySusi, byOther, byNative := signedIn(t, susi, b, scope), signedIn(t, other, b, scope), signedIn(t, native, b, scope)
	mustToken(t, susi, scope)
	mustToken(t, other, scope)
	if n := len(store.entries()); n != 5 {
		t.Errorf("got %d entries in the cache, want 5", n)
	}
	// Others of each kind, with nothing in memory, read from the store.
	wires := []*wire{newWire(b2c), newWire(b2c), newWire(b2c)}
	susi = newWeb(t, wires[0], "B2C_1_susi", &acquire.Options{Cache: store})
	other = newWeb(t, wires[1], "B2C_1_other", &acquire.Options{Cache: store})
	native = newNative(t, wires[2], "B2C_1_susi", &acquire.Options{Cache: store})
	for name, c := range map[string]struct {
		token string
		want  map[string]any
	}{
		"user at susi":       {userToken(t, susi, bySusi.Account, scope), map[string]any{"tfp": "B2C_1_susi", "azp": webID, "oid": adaID}},
		"user at other":      {userToken(t, other, byOther.Account, scope), map[string]any{"tfp": "B2C_1_other", "azp": webID, "oid": adaID}},
		"user of native":     {userToken(t, native, byNative.Account, scope), map[string]any{"tfp": "B2C_1_susi", "azp": nativeID, "oid": adaID}},
		"application itself": {mustToken(t, susi, scope).AccessToken, map[string]any{"oid": nil, "azp": webID, "scp": "jobs.run"}},
		"application, other": {mustToken(t, other, scope).AccessToken, map[string]any{"oid": nil, "azp": webID, "scp": "jobs.run"}},
	} {
		wantClaims(t, name, c.token, c.want)
	}
	for i, w := range wires {
		w.wantCount(t, fmt.Sprintf("App %d", i), 0)
	}
	for name, app := range map[string]*acquire.App{"other's at susi": susi, "other's of native": native} {
		_, err := app.User(byOther.Account).Token(t.Context(), scope)
		wantClass(t, name, err, acquire.ErrInteractionRequired)
	}
}

// TestFleetHosts: the same tenant at another host issues as somebody else, so
// its entries are others.
func TestFleetHosts(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Hosts: []string{"contoso.b2clogin.com", "login.contoso.com"}})
	store := newMemory()
	at := func(address string) *acquire.App {
		app, err := acquire.NewConfidential(parsed(t, address), webID, acquire.Secret(webSecret), over(newWire(b2c), &acquire.Options{Cache: store}))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = app.Close() })
		return app
	}
	in := signedIn(t, at("https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi"), newBrowser(t, b2c), readScope)
	_, err := at("https://login.contoso.com/contoso.onmicrosoft.com/B2C_1_susi").User(in.Account).Token(t.Context(), readScope)
	wantClass(t, "another host", err, acquire.ErrInteractionRequired)
	// Another way to write the same authority is the same.
	for _, address := range []string{"https://contoso.b2clogin.com/" + contosoID + "/B2C_1_SUSI", "https://contoso.b2clogin.com/contoso.onmicrosoft.com?p=b2c_1_susi"} {
		if got := userToken(t, at(address), in.Account, readScope); got != in.Token.AccessToken {
			t.Errorf("%s: got another token", address)
		}
	}
}

// TestFleetEntriesTellNothing: keys are for logs and monitors too.
func TestFleetEntriesTellNothing(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	store := newMemory()
	fleet, _ := newWebs(t, b2c, 1, store)
	signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
	keys := slices.Collect(maps.Keys(store.entries()))
	if len(keys) != 1 {
		t.Fatalf("got keys %q, want one", keys)
	}
	for _, secret := range []string{adaID, "ada", "example.org", webID, "tasks"} {
		if strings.Contains(strings.ToLower(keys[0]), secret) {
			t.Errorf("key %q tells %s", keys[0], secret)
		}
	}
}

// TestFleetUserRemovedElsewhere: a process that has the account in memory hands
// out the token it has until that has to be renewed, and then forgets all. It
// never brings the account back.
func TestFleetUserRemovedElsewhere(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		store := newMemory()
		fleet, w := newWebs(t, b2c, 2, store)
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		userToken(t, fleet[1], in.Account, readScope)
		if err := fleet[0].Remove(t.Context(), in.Account); err != nil {
			t.Fatal(err)
		}
		if got := userToken(t, fleet[1], in.Account, readScope); got != in.Token.AccessToken {
			t.Error("at once: got another token")
		}
		for range 20 {
			time.Sleep(24 * time.Hour)
			_, err := fleet[1].User(in.Account).Token(t.Context(), readScope) // finds out
			wantClass(t, "the other", err, acquire.ErrInteractionRequired)
			wantNothingKept(t, "the other", fleet[1])
			wantNothingKept(t, "who removed it", fleet[0])
			wantNoTokens(t, store.entries())
		}
		w.wantCount(t, "all", 1)
	})
}

// TestFleetUserRemovedDuringRefresh: nor does a refresh that another process,
// whose clock is ahead, has under way.
func TestFleetUserRemovedDuringRefresh(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		store, w := newMemory(), newWire(b2c)
		right := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: store})
		ahead := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: store, Now: func() time.Time { return time.Now().Add(40 * time.Second) }})
		in := signedIn(t, right, newBrowser(t, b2c), readScope)
		time.Sleep(2 * time.Hour)
		gate := make(chan struct{})
		w.cutting(func(post, *http.Request) (*http.Response, error) { <-gate; return nil, nil })
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = ahead.User(in.Account).Token(t.Context(), readScope) // good or gone: it was asked for before
		}()
		synctest.Wait()
		if err := right.Remove(t.Context(), in.Account); err != nil {
			t.Fatal(err)
		}
		close(gate)
		<-done
		wantNoTokens(t, store.entries())
		wantNothingKept(t, "who removed it", right)
		time.Sleep(2 * time.Hour)
		wantNothingKept(t, "the other", ahead)
		again := signedIn(t, right, newBrowser(t, b2c), readScope)
		if got := userToken(t, ahead, in.Account, readScope); got != again.Token.AccessToken {
			t.Error("after a new sign-in: got another token than its own")
		}
	})
}

// TestFleetUserSignsInAfterRemoval: signing in anew, at any process, ends the
// removal for all of them, whatever their clocks say.
func TestFleetUserSignsInAfterRemoval(t *testing.T) {
	for name, behind := range map[string]time.Duration{"same time": 0, "clock behind": 40 * time.Second} {
		bubble(t, func(t *testing.T) {
			b2c := strictTenant()
			store, w := newMemory(), newWire(b2c)
			remover := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: store})
			other := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: store, Now: func() time.Time { return time.Now().Add(-behind) }})
			b := newBrowser(t, b2c)
			in := signedIn(t, remover, b, readScope)
			if err := remover.Remove(t.Context(), in.Account); err != nil {
				t.Fatal(err)
			}
			wantNothingKept(t, name+": removed", other)
			again := signedIn(t, other, b, readScope)
			for _, e := range store.entries() {
				if isNote(e.value) {
					t.Errorf("%s: the note is still there", name)
				}
			}
			for range 3 {
				if got, there := userToken(t, remover, in.Account, readScope), userToken(t, other, in.Account, readScope); got != there {
					t.Errorf("%s: got two tokens, want one for both", name)
				}
				time.Sleep(2 * time.Hour)
			}
			if got := userToken(t, other, in.Account, readScope); got == again.Token.AccessToken {
				t.Errorf("%s: not renewed", name)
			}
		})
	}
}

// TestFleetUserSignsInElsewhere: a sign-in at one process counts at once at
// another one that has been refused before, however often: else users go round
// in circles.
func TestFleetUserSignsInElsewhere(t *testing.T) {
	for _, calls := range []int{1, 40} {
		bubble(t, func(t *testing.T) {
			b2c := strictTenant()
			fleet, _ := newWebs(t, b2c, 2, newMemory())
			b := newBrowser(t, b2c)
			in := signedIn(t, fleet[0], b, readScope)
			userToken(t, fleet[1], in.Account, readScope)
			time.Sleep(2 * time.Hour)
			b2c.Revoke(adaID)
			for i := range calls { // an open page polls
				_, err := fleet[1].User(in.Account).Token(t.Context(), readScope)
				if err == nil {
					t.Errorf("call %d: got a token, want to sign in", i+1)
				}
				time.Sleep(time.Second)
			}
			again := signedIn(t, fleet[0], b, readScope)
			token, err := fleet[1].User(in.Account).Token(t.Context(), readScope)
			if err != nil || token.AccessToken != again.Token.AccessToken {
				t.Errorf("after %d calls: got %v, want the token of the new sign-in", calls, err)
			}
		})
	}
}

// TestFleetUserSignsInWithClockBehind: what came later by order, not by clock,
// is the newer session.
func TestFleetUserSignsInWithClockBehind(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		store, w := newMemory(), newWire(b2c)
		ahead := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: store, Now: func() time.Time { return time.Now().Add(40 * time.Second) }})
		right := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: store})
		b := newBrowser(t, b2c)
		in := signedIn(t, ahead, b, readScope)
		b2c.Revoke(adaID)
		time.Sleep(20 * time.Second)
		signedIn(t, right, b, readScope)
		for range 5 {
			time.Sleep(2 * time.Minute)
			userToken(t, ahead, in.Account, readScope, writeScope)
		}
	})
}

// small is a cache that takes no large entries.
type small struct {
	*memory
	limit int
}

func (c small) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if len(value) > c.limit {
		return fmt.Errorf("too large: %w", acquire.ErrEntry)
	}
	return c.memory.Set(ctx, key, value, ttl)
}

// TestFleetUserTooLarge: of what doesn't fit, the refresh token goes to the
// others still. The one there before may have been used up.
func TestFleetUserTooLarge(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		w.altering(func(p post, answer map[string]any) {
			if s, ok := answer["access_token"].(string); ok && p.form.Get("grant_type") == "refresh_token" {
				answer["access_token"] = s + strings.Repeat("A", 32<<10)
				delete(answer, "id_token")
			}
		})
		store := small{newMemory(), 64 << 10}
		before := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: store})
		in := signedIn(t, before, newBrowser(t, b2c), readScope, writeScope)
		userToken(t, before, in.Account, readScope)
		userToken(t, before, in.Account, writeScope)
		userToken(t, newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: store}), in.Account, writeScope) // deployed anew
	})
}

// TestFleetUserClose: a process that ends while a refresh token is being
// redeemed waits for B2C's answer, for the others.
func TestFleetUserClose(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		fleet, w := newWebs(t, b2c, 2, newMemory())
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		time.Sleep(2 * time.Hour)
		w.cutting(func(_ post, r *http.Request) (*http.Response, error) {
			resp, err := b2c.Transport().RoundTrip(r) // redeemed, and the answer is on its way
			select {
			case <-time.After(300 * time.Millisecond):
				return resp, err
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
		})
		go func() { _, _ = fleet[0].User(in.Account).Token(t.Context(), readScope) }()
		synctest.Wait()
		start := time.Now()
		if err := fleet[0].Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("Close took %v", took)
		}
		w.cutting(nil)
		time.Sleep(20 * time.Second)
		userToken(t, fleet[1], in.Account, readScope)
	})
}

// heeding is a cache that does nothing for those who have no time left.
type heeding struct{ *memory }

func (c heeding) Get(ctx context.Context, key string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return c.memory.Get(ctx, key)
}

func (c heeding) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return c.memory.Set(ctx, key, value, ttl)
}

// TestFleetUserLateAnswer: an answer that comes when time is nearly up, and
// whose ID token can't be verified any more, is still shared.
func TestFleetUserLateAnswer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		fleet, w := newWebs(t, b2c, 2, heeding{newMemory()})
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		userToken(t, fleet[1], in.Account, readScope)
		time.Sleep(2 * time.Hour)
		b2c.Rotate(emulator.UserFlowKeys, true)
		w.cutting(func(post, *http.Request) (*http.Response, error) { time.Sleep(6 * time.Second); return nil, nil })
		b2c.Intercept(func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method == http.MethodGet {
				<-r.Context().Done()
				return
			}
			next.ServeHTTP(rw, r)
		})
		_, _ = fleet[0].User(in.Account).Token(t.Context(), readScope) // in time or not
		w.cutting(nil)
		b2c.Intercept(nil)
		time.Sleep(20 * time.Second)
		userToken(t, fleet[1], in.Account, readScope)
	})
}

// panicking is a cache none of whose parts work.
type panicking struct{}

func (panicking) Get(context.Context, string) ([]byte, error)              { panic("no cache") }
func (panicking) Set(context.Context, string, []byte, time.Duration) error { panic("no cache") }
func (panicking) Delete(context.Context, string) error                     { panic("no cache") }
func (panicking) Lease(context.Context, string, time.Duration) (func(), bool, error) {
	panic("no cache")
}

// TestFleetUserCachePanics: on the goroutines of callers, too, that is no more
// than a failure of the cache.
func TestFleetUserCachePanics(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		app := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Cache: panicking{}})
		_, err := app.User(acquire.Account{ID: adaAccount}).Token(t.Context(), readScope)
		wantClass(t, "before", err, acquire.ErrRetry)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		time.Sleep(2 * time.Hour)
		userToken(t, app, in.Account, readScope)
		if err := app.Remove(t.Context(), in.Account); err == nil {
			t.Error("Remove: got no error, want the cache's")
		}
	})
}

// TestFleetUserStepsUp: whoever signs in anew at one process, because an API
// asked for it, has the new token at the others too, whose old one is still
// good.
func TestFleetUserStepsUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		fleet, w := newWebs(t, b2c, 2, newMemory())
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		before := userToken(t, fleet[1], in.Account, readScope)
		time.Sleep(10 * time.Minute)
		again := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		n := w.count()
		if got := userToken(t, fleet[1], in.Account, readScope); got != before {
			t.Error("a session from before the new sign-in: got another token, want the one that is still good")
		}
		if got := userToken(t, fleet[1], again.Account, readScope); got != again.Token.AccessToken {
			t.Errorf("got a token of %v, want that of the new sign-in", claimsOf(t, got)["auth_time"])
		}
		w.wantCount(t, "all that", n)
	})
}

// TestFleetUserUnusableEntry: an entry that the cache can't open, after a change
// of keys for instance, is none: the user has to sign in.
func TestFleetUserUnusableEntry(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		app := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Cache: awayCache{fmt.Errorf("store: %w", acquire.ErrEntry)}})
		_, err := app.User(acquire.Account{ID: adaAccount}).Token(t.Context(), readScope)
		wantClass(t, "unusable", err, acquire.ErrInteractionRequired)
	})
}

// TestFleetUserRemovedAndBack: a process that learns of a removal when a session
// from elsewhere comes by finds the next sign-in all the same.
func TestFleetUserRemovedAndBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		fleet, _ := newWebs(t, b2c, 2, newMemory())
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		userToken(t, fleet[1], in.Account, readScope) // has it in memory
		time.Sleep(time.Minute)
		again := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		if err := fleet[0].Remove(t.Context(), again.Account); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			_, err := fleet[1].User(again.Account).Token(t.Context(), readScope)
			wantClass(t, "removed", err, acquire.ErrInteractionRequired)
		}
		time.Sleep(time.Minute)
		back := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		if got := userToken(t, fleet[1], back.Account, readScope); got != back.Token.AccessToken {
			t.Error("got another token than that of the sign-in since")
		}
	})
}
