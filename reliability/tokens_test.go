// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
)

var tokensTable = &table{name: "tokens", test: "TestTokens", rows: slices.Concat(
	supplyRows, tokenEndpointRows, answerRows, sharingRows, budgetRows, poisonRows, crowdRows,
)}

// Tokens of an application and of users: what callers of acquire get.
func TestTokens(t *testing.T) { tokensTable.run(t) }

// Scopes of the emulator's API.
const (
	daemonScope = "https://contoso.onmicrosoft.com/tasks/.default"
	userScope   = "https://contoso.onmicrosoft.com/tasks/tasks.read"
	ropc        = "B2C_1_ropc"
)

var quietLog = slog.New(slog.DiscardHandler)

// newDaemon returns an App with tokens of its own, at the tenant's first flow.
func newDaemon(t *testing.T, b2c *emulator.Tenant, opts acquire.Options) *acquire.App {
	t.Helper()
	d := b2c.Daemon()
	return opened(t)(acquire.NewConfidential(flowOf(t, b2c, b2c.Flows()[0].Name), d.ID, acquire.Secret(d.Secret), defaults(b2c, opts)))
}

// newNative returns an App that people sign in to with their passwords.
func newNative(t *testing.T, b2c *emulator.Tenant, opts acquire.Options) *acquire.App {
	t.Helper()
	return opened(t)(acquire.NewPublic(flowOf(t, b2c, ropc), b2c.Native().ID, defaults(b2c, opts)))
}

func defaults(b2c *emulator.Tenant, opts acquire.Options) *acquire.Options {
	if opts.Transport == nil {
		opts.Transport = b2c.Transport()
	}
	opts.Logger = quietLog
	return &opts
}

func opened(t *testing.T) func(*acquire.App, error) *acquire.App {
	t.Helper()
	return func(app *acquire.App, err error) *acquire.App {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := app.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
		return app
	}
}

func flowOf(t *testing.T, b2c *emulator.Tenant, flow string) authority.Authority {
	t.Helper()
	tenant, err := authority.B2C(b2c.Name(), b2c.ID())
	if err != nil {
		t.Fatal(err)
	}
	return tenant.Flow(flow)
}

// lin signs Lin in, for these scopes or else the usual one.
func lin(t *testing.T, app *acquire.App, scopes ...string) acquire.Account {
	t.Helper()
	if len(scopes) == 0 {
		scopes = []string{userScope}
	}
	in, err := app.SignInWithPassword(t.Context(), "lin@example.org", emulator.DefaultPassword, scopes...)
	if err != nil {
		t.Fatal(err)
	}
	return in.Account
}

// ofApp asks for an App's own token, ofUser for a user's.
func ofApp(t *testing.T, app *acquire.App) func() (*oauth2.Token, error) {
	t.Helper()
	return func() (*oauth2.Token, error) { return app.Token(t.Context(), daemonScope) }
}

func ofUser(t *testing.T, app *acquire.App, a acquire.Account) func() (*oauth2.Token, error) {
	t.Helper()
	return func() (*oauth2.Token, error) { return app.User(a).Token(t.Context(), userScope) }
}

// call is what one caller got.
type call struct {
	token *oauth2.Token
	err   error
	asked time.Time
	took  time.Duration
}

// calls are those of many callers at once.
type calls struct {
	mu  sync.Mutex
	all []call
	wg  sync.WaitGroup
}

// do calls in a goroutine of its own.
func (c *calls) do(get func() (*oauth2.Token, error)) {
	c.wg.Go(func() {
		one := call{asked: time.Now()}
		one.token, one.err = get()
		one.took = time.Since(one.asked)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.all = append(c.all, one)
	})
}

// wait waits for all callers and returns what they got.
func (c *calls) wait() []call {
	c.wg.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all
}

// herd has so many callers at once.
func herd(n int, get func() (*oauth2.Token, error)) []call {
	var c calls
	for range n {
		c.do(get)
	}
	return c.wait()
}

// load has so many callers a second, for so long.
func load(perSecond int, d time.Duration, get func() (*oauth2.Token, error)) []call {
	var c calls
	tick := time.NewTicker(time.Second / time.Duration(perSecond))
	defer tick.Stop()
	for end := time.Now().Add(d); time.Now().Before(end); <-tick.C {
		c.do(get)
	}
	return c.wait()
}

// slowestCall is how long the slowest one took.
func slowestCall(all []call) (d time.Duration) {
	for _, c := range all {
		d = max(d, c.took)
	}
	return d
}

// p99Call is how long all but one of a hundred took at most.
func p99Call(all []call) time.Duration {
	var took []time.Duration
	for _, c := range all {
		took = append(took, c.took)
	}
	slices.Sort(took)
	return took[len(took)*99/100]
}

// failed counts the calls without a token, and shows the first error.
func failed(t *testing.T, all []call) (n int) {
	t.Helper()
	for _, c := range all {
		if c.err != nil {
			if n++; n == 1 {
				t.Log(c.err)
			}
		}
	}
	return n
}

// expired counts the tokens that were past their end, by their claims or by what
// the caller was told, before they were asked for.
func expired(t *testing.T, all []call) (n int) {
	t.Helper()
	ends := map[string]time.Time{}
	for _, c := range all {
		if c.err != nil {
			continue
		}
		end, known := ends[c.token.AccessToken]
		if !known {
			exp, _ := emulatortest.Claims(t, c.token.AccessToken)["exp"].(float64)
			end = time.Unix(int64(exp), 0)
			ends[c.token.AccessToken] = end
		}
		if !c.asked.Before(end) || !c.asked.Before(c.token.Expiry) {
			n++
		}
	}
	return n
}

// wantClasses fails unless each caller got an error of this class that names no
// secret.
func wantClasses(t *testing.T, all []call, want acquire.Class) {
	t.Helper()
	for _, c := range all {
		if e, ok := errors.AsType[*acquire.Error](c.err); !ok || e.Class != want {
			t.Errorf("got %v, want class %s", c.err, want)
			return
		}
	}
}

// posts counts token requests.
func posts(b2c *emulator.Tenant) int { return b2c.Counts().Token }

// tripper is a transport.
type tripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
