// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"bytes"
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
	"github.com/b2ckit/b2ckit/internal/redistest"
)

var poisonRows = []*row{{
	test:    "redis_poisoned",
	fault:   "Redis has garbage, another tenant's entries, the user's in place of the app's, another version, or 64 MiB; two tenants share server and keys",
	promise: "as if there were nothing: 0 tokens of another tenant or user; 0 errors for the app's own; ≤ 256 KiB read of 64 MiB",
	by:      realSockets,
	cases:   one(redisPoisoned),
}, {
	test:    "redis_keeps_what_expired",
	fault:   "whoever holds Redis lifts the expiry of its entries, and puts old ones back",
	promise: "the end is sealed with the token: 0 expired tokens handed out; 1 request for a new one",
	by:      realSockets,
	cases:   one(redisKeepsWhatExpired),
}}

// vault is what stands in Redis, for someone who may read and write it.
type vault struct {
	t      *testing.T
	client *redis.Client
}

func newVault(t *testing.T, s *redistest.Server) *vault {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: s.Addr, ReadTimeout: longest, WriteTimeout: longest})
	t.Cleanup(func() { _ = c.Close() })
	return &vault{t, c}
}

// entries returns the values by their keys.
func (v *vault) entries() map[string]string {
	v.t.Helper()
	all := map[string]string{}
	for _, key := range v.client.Keys(v.t.Context(), "b2ckit:value:*").Val() {
		all[key] = v.client.Get(v.t.Context(), key).Val()
	}
	return all
}

func (v *vault) put(key, value string) {
	v.t.Helper()
	if err := v.client.Set(context.WithoutCancel(v.t.Context()), key, value, 0).Err(); err != nil {
		v.t.Fatal(err)
	}
}

// flows of one tenant: one for its daemon, one for passwords.
func newTenantWith(name, id string) *emulator.Tenant {
	return emulator.NewTenant(&emulator.Options{Name: name, ID: id})
}

func redisPoisoned(t *testing.T, f *figures) {
	server := redistest.Start(t)
	v := newVault(t, server)
	tenants := []*emulator.Tenant{
		newTenantWith("contoso", tenantID), newTenantWith("fabrikam", "0ee8a9a1-4b1c-4d7e-9d3a-6c1f5b7e2a10"),
	}
	var accounts []acquire.Account
	var keys [][]string // each tenant's in Redis, the app's own first
	known := map[string]string{}
	for i, b2c := range tenants {
		cache := func() acquire.Options { return acquire.Options{Cache: shared(t, at(server.Addr))} }
		until(t, "the app's entry", func() bool {
			if _, err := tokenOf(t, b2c, newDaemon(t, b2c, cache())); err != nil {
				t.Fatal(err)
			}
			return len(v.entries()) == 2*i+1
		})
		own := fresh(v.entries(), known)
		native := newNative(t, b2c, cache())
		accounts = append(accounts, linOf(t, native, b2c))
		until(t, "the user's entry", func() bool { return len(v.entries()) == 2*i+2 })
		keys = append(keys, []string{own, fresh(v.entries(), known)})
	}
	good, poison := v.entries(), poisons(v.entries(), keys)
	wrong, errs := 0, 0
	for _, name := range slices.Sorted(maps.Keys(poison)) {
		for key, value := range poison[name] {
			v.put(key, value)
		}
		b2c := tenants[0]
		token, err := tokenOf(t, b2c, newDaemon(t, b2c, acquire.Options{Cache: shared(t, at(server.Addr))}))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			errs++
		} else if !isOf(t, b2c, token, "") {
			t.Errorf("%s: got another's token", name)
			wrong++
		}
		// The user may have to sign in, but is nobody else.
		native := newNative(t, b2c, acquire.Options{Cache: shared(t, at(server.Addr))})
		token, err = native.User(accounts[0]).Token(t.Context(), scopeOf(b2c, "/tasks.read"))
		if err == nil && !isOf(t, b2c, token, accounts[0].UserID) {
			t.Errorf("%s: got another user's token", name)
			wrong++
		}
		for key, value := range good {
			v.put(key, value)
		}
	}
	f.counted("tokens of another", wrong, 0)
	f.counted("errors", errs, 0)
	for _, key := range keys[0] {
		v.put(key, strings.Repeat("x", 64<<20))
	}
	way := redistest.NewRelay(t, server.Addr, 0)
	b2c := tenants[0]
	token, err := tokenOf(t, b2c, newDaemon(t, b2c, acquire.Options{Cache: shared(t, at(way.Addr))}))
	if err != nil || !isOf(t, b2c, token, "") {
		t.Errorf("64 MiB: %v", err)
	}
	f.counted("KiB read of 64 MiB", int(way.Back()>>10), 256)
}

// poisons are what an attacker may put into Redis, by keys.
func poisons(good map[string]string, keys [][]string) map[string]map[string]string {
	mine, theirs := keys[0], keys[1]
	app, user := good[mine[0]], good[mine[1]]
	random := make([]byte, 1000)
	for i := range random {
		random[i] = byte(rand.Uint32())
	}
	changed := []byte(app)
	changed[len(changed)/2] ^= 1
	all := map[string]map[string]string{
		"another tenant's":           {mine[0]: good[theirs[0]], mine[1]: good[theirs[1]]},
		"the user's for the app's":   {mine[0]: user, mine[1]: app},
		"another tenant's, crossed":  {mine[0]: good[theirs[1]], mine[1]: good[theirs[0]]},
		"one bit is another":         {mine[0]: string(changed)},
		"half of it":                 {mine[0]: app[:len(app)/2], mine[1]: user[:len(user)/2]},
		"twice":                      {mine[0]: app + app, mine[1]: user + user},
		"another version":            {mine[0]: string([]byte{app[0] + 1}) + app[1:], mine[1]: string([]byte{user[0] + 1}) + user[1:]},
		"another's head, its own":    {mine[0]: good[theirs[0]][:20] + app[20:]},
		"another's, at the app's":    {mine[0]: good[theirs[0]][:len(app)/2] + app[len(app)/2:]},
		"a token nobody has sealed":  {mine[0]: `{"access_token":"x.y.z","from":0,"until":99999999999999}`},
		"what compresses to nothing": {mine[0]: string(bytes.Repeat([]byte{0}, 4096)), mine[1]: string(bytes.Repeat([]byte{0}, 4096))},
		"random":                     {mine[0]: string(random), mine[1]: string(random)},
		"one byte":                   {mine[0]: "\x01", mine[1]: "\x01"},
	}
	return all
}

// fresh returns the key that is not known yet.
func fresh(entries, known map[string]string) (found string) {
	for key := range entries {
		if _, ok := known[key]; !ok {
			known[key] = ""
			found = key
		}
	}
	return found
}

func scopeOf(b2c *emulator.Tenant, scope string) string { return b2c.API().URI + scope }

func tokenOf(t *testing.T, b2c *emulator.Tenant, app *acquire.App) (*oauth2.Token, error) {
	t.Helper()
	return app.Token(t.Context(), scopeOf(b2c, "/.default"))
}

func linOf(t *testing.T, native *acquire.App, b2c *emulator.Tenant) acquire.Account {
	t.Helper()
	return lin(t, native, scopeOf(b2c, "/tasks.read"))
}

// isOf reports whether a token is of the tenant, and of the user or of none.
func isOf(t *testing.T, b2c *emulator.Tenant, token *oauth2.Token, user string) bool {
	t.Helper()
	claims := emulatortest.Claims(t, token.AccessToken)
	oid, _ := claims["oid"].(string)
	sub, _ := claims["sub"].(string)
	return claims["iss"] == "https://"+b2c.Name()+".b2clogin.com/"+b2c.ID()+"/v2.0/" && (user == "" && claims["tfp"] == nil || user != "" && (oid == user || sub == user))
}

func redisKeepsWhatExpired(t *testing.T, f *figures) {
	const life = 2 * time.Second
	server := redistest.Start(t)
	v, b2c := newVault(t, server), living(life)
	process := func() *acquire.App { return newDaemon(t, b2c, acquire.Options{Cache: shared(t, at(server.Addr))}) }
	var first *oauth2.Token
	until(t, "an entry", func() (there bool) {
		var err error
		if first, err = tokenOf(t, b2c, process()); err != nil {
			t.Fatal(err)
		}
		return len(v.entries()) == 1
	})
	for key, value := range v.entries() {
		v.put(key, value) // which lifts the expiry
	}
	<-time.After(time.Until(first.Expiry))
	before := posts(b2c)
	var all calls
	one := process()
	all.do(ofApp(t, one))
	got := all.wait()
	f.counted("errors", failed(t, got), 0)
	f.counted("expired", expired(t, got), 0)
	f.counted("requests", posts(b2c)-before, 1)
	if got[0].err == nil && got[0].token.AccessToken == first.AccessToken {
		t.Error("got the token that expired")
	}
}
