// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/internal/goroutines"
)

var crowdRows = []*row{{
	test:    "users_over_days",
	fault:   "10,000 users (500 in an ordinary run) sign in over 10 days, have calls for hours, and are signed out or forgotten; 100 fit in memory, alone and with a shared cache; the app has tokens of ever new scopes",
	promise: "memory and goroutines back to where they were after the first day; 0 errors",
	by:      virtualTime,
	cases: []testCase{
		{name: "alone", run: usersOverDays(false)},
		{name: "in a fleet", run: usersOverDays(true)},
	},
}}

// crowd is B2C for any number of people: the name that one signs in with is the
// object id. It has access tokens that nobody reads, and ID tokens.
type crowd struct{ *emulator.Tenant }

// RoundTrip implements http.RoundTripper.
func (c crowd) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost {
		return c.Transport().RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	_ = r.Body.Close()
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	answer := map[string]any{
		"access_token": "of." + form.Get("username") + form.Get("refresh_token") + "." + fmt.Sprint(time.Now().UnixNano()), "token_type": "Bearer",
		"expires_in": 3600, "scope": form.Get("scope"),
	}
	if id := form.Get("username") + form.Get("refresh_token"); id != "" {
		answer["refresh_token"], answer["refresh_token_expires_in"] = id, 14*24*3600
		who := fmt.Sprintf(`{"uid":"%s-b2c_1_ropc","utid":"%s"}`, id, tenantID)
		answer["client_info"] = base64.RawURLEncoding.EncodeToString([]byte(who))
	}
	if id := form.Get("username"); id != "" {
		answer["id_token"] = c.MustMint(emulator.Spec{
			Kind: emulator.IDToken, Flow: ropc, ClientID: c.Native().ID, User: &emulator.User{ObjectID: id, Name: "One of many"},
		})
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	return answering(http.StatusOK, func() io.Reader { return strings.NewReader(string(text)) })(r)
}

// memory is a shared cache.
type memory struct {
	mu      sync.Mutex
	entries map[string][]byte
}

func (m *memory) Get(_ context.Context, key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.entries[key], nil
}

func (m *memory) Set(_ context.Context, key string, value []byte, _ time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries[key] = append([]byte(nil), value...)
	return nil
}

func (m *memory) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.entries, key)
	return nil
}

// forget is what would expire one day.
func (m *memory) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries = map[string][]byte{}
}

func usersOverDays(fleet bool) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		const days = 10
		perDay := 50
		if *write {
			perDay = 1000
		}
		b2c, cache := crowd{emulator.NewTenant(nil)}, new(memory)
		opts := acquire.Options{Transport: b2c, MaxAccounts: 100}
		if cache.forget(); fleet {
			opts.Cache = cache
		}
		native, daemon := newNative(t, b2c.Tenant, opts), newDaemon(t, b2c.Tenant, opts)
		n, errs := 0, 0
		note := func(err error) {
			if err != nil {
				if errs++; errs < 3 {
					t.Error(err)
				}
			}
		}
		day := func() {
			for range perDay / 50 {
				var accounts []acquire.Account
				for range 50 {
					n++
					in, err := native.SignInWithPassword(t.Context(), fmt.Sprintf("%08d-0000-4000-8000-000000000000", n), "x", userScope)
					if note(err); err != nil {
						return
					}
					accounts = append(accounts, in.Account)
				}
				for range 3 {
					time.Sleep(50 * time.Minute)
					for _, a := range accounts {
						_, err := native.User(a).Token(t.Context(), userScope)
						note(err)
					}
					synctest.Wait()
				}
				for i, a := range accounts {
					if i%2 == 0 {
						note(native.Remove(t.Context(), a))
					}
					_, err := daemon.Token(t.Context(), fmt.Sprintf("https://contoso.onmicrosoft.com/api-%d/.default", n-i))
					note(err)
				}
			}
			cache.forget()
			synctest.Wait()
			time.Sleep(time.Until(time.Now().Truncate(24 * time.Hour).Add(24 * time.Hour)))
		}
		for i := range 1_000 { // so that what is bounded is full, at B2C too
			resp, err := b2c.Client().Get(b2c.JWKSURL(ropc))
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			_, err = daemon.Token(t.Context(), fmt.Sprintf("https://contoso.onmicrosoft.com/first-%d/.default", i))
			note(err)
		}
		for range max(1, 200/perDay) {
			day()
		}
		heap, before := inUse(), goroutines.InBubble()
		for range days {
			day()
		}
		f.counted("KiB grown", max(0, int(inUse()-heap)>>10), 100)
		f.counted("goroutines grown", max(0, goroutines.InBubble()-before), 0)
		f.counted("errors", errs, 0)
	}
}

// inUse returns the bytes of the heap in use.
func inUse() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what was put aside in pools goes with the second
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
