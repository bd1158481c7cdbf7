// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

func rawIDToken(t *testing.T, app *acquire.App, account acquire.Account) string {
	t.Helper()
	raw, err := app.User(account).RawIDToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestRawIDToken: the ID token of the sign-in for as long as it is good, then
// the one that came beside an access token, then one of its own.
func TestRawIDToken(t *testing.T) {
	for name, cache := range map[string]acquire.Cache{"alone": nil, "fleet": newMemory()} {
		bubble(t, func(t *testing.T) {
			b2c := strictTenant()
			fleet, w := newWebs(t, b2c, 2, cache)
			if cache == nil {
				fleet[1] = fleet[0]
			}
			in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
			for i, app := range fleet {
				if got := rawIDToken(t, app, in.Account); got != in.RawIDToken {
					t.Errorf("%s, App %d, at first: got another ID token than the sign-in's", name, i)
				}
			}
			time.Sleep(61 * time.Minute)
			userToken(t, fleet[0], in.Account, readScope)
			n := w.count()
			second := rawIDToken(t, fleet[0], in.Account)
			if second == in.RawIDToken || rawIDToken(t, fleet[1], in.Account) != second {
				t.Errorf("%s: got not the ID token that came with the access token", name)
			}
			w.wantCount(t, name+", once that has come", n)
			time.Sleep(61 * time.Minute)
			third := rawIDToken(t, fleet[0], in.Account)
			if rawIDToken(t, fleet[1], in.Account) != third {
				t.Errorf("%s: got two ID tokens", name)
			}
			w.wantCount(t, name+", on its own", n+1)
			wantForm(t, name, w.last(t), w.last(t).url, form(
				"grant_type", "refresh_token", "client_id", webID, "client_secret", webSecret, "client_info", "1",
				"refresh_token", w.last(t).form.Get("refresh_token"), "scope", "openid offline_access"))
			if exp := time.Unix(int64(claimsOf(t, third)["exp"].(float64)), 0); !exp.After(time.Now()) {
				t.Errorf("%s: got an ID token that expired at %v", name, exp)
			}
			userToken(t, fleet[0], in.Account, readScope) // the refresh token is the latest
		})
	}
}

// TestSignOutAfterAnHour: where a hint is required, B2C takes the one that
// RawIDToken gives, and refuses that of the sign-in.
func TestSignOutAfterAnHour(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_susi", RequireLogoutHint: true}}})
		app, b := newWeb(t, newWire(b2c), "B2C_1_susi", nil), newBrowser(t, b2c)
		in := signedIn(t, app, b, readScope)
		time.Sleep(61 * time.Minute)
		for name, c := range map[string]struct{ hint, want string }{
			"of the sign-in": {in.RawIDToken, ""},
			"fresh":          {rawIDToken(t, app, in.Account), returnURI},
		} {
			resp, err := b.client.Get(app.SignOutURL(acquire.SignOut{PostLogoutRedirectURI: returnURI, IDTokenHint: c.hint}))
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if at, _ := url.Parse(resp.Header.Get("Location")); at.String() != c.want {
				t.Errorf("%s: got sent to %q, want %q", name, at, c.want)
			}
		}
	})
}

// TestIDToken: verified claims, and new ones after a refresh.
func TestIDToken(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		user := app.User(in.Account)
		want := func(name string) {
			t.Helper()
			id, err := user.IDToken(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := id.UserID(); id.Name != name || got != in.Account.UserID {
				t.Errorf("got %s, %s, want %s, %s", id.Name, got, name, in.Account.UserID)
			}
		}
		want("Ada Example")
		w.altering(func(_ post, answer map[string]any) {
			answer["id_token"] = b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, ClientID: webID, Claims: map[string]any{"name": "Countess"}})
		})
		want("Ada Example")
		time.Sleep(time.Second)
		if _, err := user.Replace(t.Context(), in.Token, readScope); err != nil {
			t.Fatal(err)
		}
		want("Countess")
	})
}

// TestIDTokenErrors: as for access tokens.
func TestIDTokenErrors(t *testing.T) {
	for name, c := range map[string]struct {
		change func(b2c *emulator.Tenant, w *wire)
		want   acquire.Class
	}{
		"revoked": {func(b2c *emulator.Tenant, _ *wire) { b2c.Revoke(adaID) }, acquire.ErrReauthenticate},
		"B2C is away": {func(_ *emulator.Tenant, w *wire) {
			w.cutting(func(post, *http.Request) (*http.Response, error) { return nil, errors.New("no route") })
		}, acquire.ErrRetry},
		"no keys": {func(b2c *emulator.Tenant, _ *wire) {
			b2c.Rotate(emulator.UserFlowKeys, false)
			withoutKeys(b2c, true)
		}, acquire.ErrRetry},
		"none came": {func(_ *emulator.Tenant, w *wire) {
			w.altering(func(_ post, answer map[string]any) { delete(answer, "id_token") })
		}, acquire.ErrUnexpected},
		"of another client": {func(b2c *emulator.Tenant, w *wire) {
			w.altering(func(_ post, answer map[string]any) {
				answer["id_token"] = b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, ClientID: nativeID})
			})
		}, acquire.ErrIDToken},
		"of another user": {func(b2c *emulator.Tenant, w *wire) {
			w.altering(func(_ post, answer map[string]any) {
				answer["id_token"] = b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, ClientID: webID, User: &b2c.Users()[1]})
			})
		}, acquire.ErrIDToken},
	} {
		bubble(t, func(t *testing.T) {
			b2c := emulator.NewTenant(nil)
			w := newWire(b2c)
			app := newWeb(t, w, "B2C_1_susi", nil)
			user := app.User(signedIn(t, app, newBrowser(t, b2c), readScope).Account)
			time.Sleep(61 * time.Minute)
			c.change(b2c, w)
			raw, err := user.RawIDToken(t.Context())
			if wantClass(t, name, err, c.want); raw != "" {
				t.Errorf("%s: got an ID token beside the error", name)
			}
			id, err := user.IDToken(t.Context())
			if err == nil || id != nil {
				t.Errorf("%s: IDToken: got %v, %v, want an error", name, id, err)
			}
		})
	}
	bubble(t, func(t *testing.T) {
		_, err := newWeb(t, newWire(emulator.NewTenant(nil)), "B2C_1_susi", nil).User(acquire.Account{ID: adaAccount}).RawIDToken(t.Context())
		wantClass(t, "nobody", err, acquire.ErrInteractionRequired)
	})
}

// TestIDTokenIsVerified: what a cache holds is not believed.
func TestIDTokenIsVerified(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c, cache := emulator.NewTenant(nil), newMemory()
		fleet, _ := newWebs(t, b2c, 2, cache)
		in := signedIn(t, fleet[0], newBrowser(t, b2c), readScope)
		for key, e := range cache.entries() {
			forged := strings.ReplaceAll(string(e.value), in.RawIDToken, in.RawIDToken[:len(in.RawIDToken)-8]+"AAAAAAAA")
			_ = cache.Set(t.Context(), key, []byte(forged), time.Hour)
		}
		_, err := fleet[1].User(in.Account).IDToken(t.Context())
		wantClass(t, "forged", err, acquire.ErrIDToken)
		wantReason(t, "forged", err, validator.ErrSignature)
	})
}
