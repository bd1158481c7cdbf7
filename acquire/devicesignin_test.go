// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
)

const (
	deviceGrant    = "urn:ietf:params:oauth:grant-type:device_code"
	externalDevice = "https://contoso.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/oauth2/v2.0/devicecode"

	deviceCode = "GMMhmHCXhWEzkobqIHGG_EnNYYsAkukHspeYUk9E8"
)

// newDeviceApp returns an App without a secret, whose requests go to rt.
func newDeviceApp(tb testing.TB, id string, rt http.RoundTripper, opts *acquire.Options) *acquire.App {
	tb.Helper()
	o := acquire.Options{}
	if opts != nil {
		o = *opts
	}
	o.Transport = rt
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	app, err := acquire.NewPublic(external(tb), id, &o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = app.Close() })
	return app
}

// device is a good answer to the first request, by
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code.
func device(pairs ...any) reply {
	members := map[string]any{
		"device_code": deviceCode, "user_code": "EWNKS4CGY", "verification_uri": "https://microsoft.com/devicelogin",
		"expires_in": 900, "interval": 5, "message": "To sign in, use a web browser to open the page https://microsoft.com/devicelogin and enter the code EWNKS4CGY to authenticate.",
	}
	for i := 0; i < len(pairs); i += 2 {
		if members[pairs[i].(string)] = pairs[i+1]; pairs[i+1] == nil {
			delete(members, pairs[i].(string))
		}
	}
	body, _ := json.Marshal(members)
	return reply{body: string(body)}
}

func pending() reply { return stsRefusing("authorization_pending", "70016", "") }

// From the code that is shown to the account that is kept.
func TestDeviceSignIn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		tenant := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID})
		app := newDeviceApp(t, tenant.Native().ID, tenant.Transport(), nil)
		read := tenant.API().URI + "/tasks.read"
		d, err := app.BeginDeviceSignIn(t.Context(), read)
		if err != nil {
			t.Fatal(err)
		}
		if d.Message == "" || !strings.Contains(d.Message, d.UserCode) || !strings.Contains(d.Message, d.VerificationURI) || !d.ExpiresAt.Equal(time.Now().Add(15*time.Minute)) {
			t.Errorf("got %q until %v", d.Message, d.ExpiresAt)
		}
		user := tenant.Users()[0]
		go func() {
			time.Sleep(12 * time.Second)
			b := emulatortest.NewBrowser(t, tenant)
			b.Open(d.VerificationURI)
			b.Fill("code", d.UserCode)
			b.Submit("")
			b.Submit("Continue")
		}()
		start := time.Now()
		in, err := d.Wait(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 15*time.Second {
			t.Errorf("it took %v, want until the third time it is asked", took)
		}
		if in.Account.UserID != user.ObjectID || in.IDToken == nil || in.Token == nil || in.RefreshToken == "" || !slices.Contains(in.Scopes, read) {
			t.Errorf("got %+v of %+v", in.Account, in)
		}
		token, err := app.User(in.Account).Token(t.Context(), read)
		if err != nil || token.AccessToken != in.Token.AccessToken {
			t.Errorf("afterwards: got %v, %v", token, err)
		}
		time.Sleep(2 * time.Hour)
		if _, err := app.User(in.Account).Token(t.Context(), read); err != nil {
			t.Errorf("when that has ended: got %v", err)
		}
	})
}

// The endpoint is asked no more often than it allows, and less often the less it answers
// (RFC 8628 section 3.5).
func TestDeviceSignInPace(t *testing.T) {
	declined := stsRefusing("authorization_declined", "65004", "")
	for name, tc := range map[string]struct {
		device  reply
		answers []reply
		want    []int // seconds between the requests
		class   acquire.Class
	}{
		"as told":             {device(), []reply{pending(), pending(), declined}, []int{5, 5, 5}, acquire.ErrCancelled},
		"longer":              {device("interval", "9"), []reply{pending(), declined}, []int{9, 9}, acquire.ErrCancelled},
		"not told":            {device("interval", nil), []reply{pending(), declined}, []int{5, 5}, acquire.ErrCancelled},
		"nonsense":            {device("interval", 0.001), []reply{pending(), declined}, []int{1, 1}, acquire.ErrCancelled},
		"for ever":            {device("interval", 1e9), []reply{pending(), declined}, []int{60, 60}, acquire.ErrCancelled},
		"slow down":           {device(), []reply{pending(), refusing(400, "slow_down", ""), pending(), refusing(400, "slow_down", ""), declined}, []int{5, 5, 10, 10, 15}, acquire.ErrCancelled},
		"away":                {device(), []reply{down(), {status: 503, body: "<html>"}, pending(), declined}, []int{5, 10, 20, 20}, acquire.ErrCancelled},
		"away for long":       {device(), []reply{down(), down(), down(), down(), down(), down(), declined}, []int{5, 10, 20, 40, 60, 60, 60}, acquire.ErrCancelled},
		"too many":            {device(), []reply{{status: 429, header: map[string]string{"Retry-After": "30"}, body: "{}"}, pending(), declined}, []int{5, 30, 5}, acquire.ErrCancelled},
		"access denied":       {device(), []reply{refusing(400, "access_denied", "")}, []int{5}, acquire.ErrCancelled},
		"expired there":       {device(), []reply{stsRefusing("expired_token", "70019", "")}, []int{5}, acquire.ErrReauthenticate},
		"not known":           {device(), []reply{stsRefusing("bad_verification_code", "70018", "")}, []int{5}, acquire.ErrReauthenticate},
		"no public client":    {device(), []reply{stsRefusing("invalid_client", "7000218", "")}, []int{5}, acquire.ErrConfiguration},
		"not a sign-in":       {device(), []reply{{}}, []int{5}, acquire.ErrUnexpected},
		"expired here":        {device("expires_in", 12), []reply{pending(), pending()}, []int{5, 5}, acquire.ErrReauthenticate},
		"expired at the time": {device("expires_in", 10), []reply{pending()}, []int{5}, acquire.ErrReauthenticate},
	} {
		bubble(t, func(t *testing.T) {
			var sts endpoint
			sts.play(func(p post) reply {
				if p.n == 1 {
					return tc.device
				}
				return tc.answers[min(p.n-2, len(tc.answers)-1)]
			})
			app := newDeviceApp(t, clientID, &sts, nil)
			d, err := app.BeginDeviceSignIn(t.Context(), stockRead)
			if err != nil {
				t.Fatal(err)
			}
			_, err = d.Wait(t.Context())
			wantClass(t, name, err, tc.class)
			posts := sts.since(0)
			wantForm(t, name, posts[0], externalDevice, form("client_id", clientID, "scope", "openid profile offline_access "+stockRead))
			var got []int
			for i, p := range posts[1:] {
				wantForm(t, name, p, externalToken, form("client_id", clientID, "grant_type", deviceGrant, "device_code", deviceCode))
				got = append(got, int(p.at.Sub(posts[i].at).Round(time.Second)/time.Second))
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("%s: asked after %v seconds, want %v", name, got, tc.want)
			}
			if until := time.Since(posts[0].at); name == "expired here" && until != 12*time.Second {
				t.Errorf("%s: ended after %v, want 12s", name, until)
			}
		})
	}
}

// What can't be shown to a user, or is no answer, begins nothing.
func TestDeviceSignInAnswers(t *testing.T) {
	for name, tc := range map[string]struct {
		answer reply
		class  acquire.Class
		text   string
	}{
		"no JSON":            {reply{body: "<html>"}, acquire.ErrUnexpected, "not JSON"},
		"no device code":     {device("device_code", nil), acquire.ErrUnexpected, "lacks device_code"},
		"device code empty":  {device("device_code", ""), acquire.ErrUnexpected, "lacks device_code"},
		"no user code":       {device("user_code", nil), acquire.ErrUnexpected, "user_code"},
		"user code, a page":  {device("user_code", strings.Repeat("A", 65)), acquire.ErrUnexpected, "user_code"},
		"user code, control": {device("user_code", "A\x1b[2J"), acquire.ErrUnexpected, "user_code"},
		"no page":            {device("verification_uri", nil), acquire.ErrUnexpected, "verification_uri"},
		"page by http":       {device("verification_uri", "http://microsoft.com/devicelogin"), acquire.ErrUnexpected, "no https address"},
		"page by script":     {device("verification_uri", "javascript:alert(1)"), acquire.ErrUnexpected, "no https address"},
		"page of a user":     {device("verification_uri", "https://microsoft.com@example.org/"), acquire.ErrUnexpected, "no https address"},
		"page, two words":    {device("verification_uri", "https://microsoft.com/ devicelogin"), acquire.ErrUnexpected, "verification_uri"},
		"refused":            {stsRefusing("invalid_client", "7000218", ""), acquire.ErrConfiguration, "allow public client flows"},
		"too many":           {reply{status: 429, body: "{}"}, acquire.ErrRetry, "too many requests"},
		"away":               {down(), acquire.ErrRetry, "can't be reached"},
	} {
		bubble(t, func(t *testing.T) {
			var sts endpoint
			sts.always(tc.answer)
			_, err := newDeviceApp(t, clientID, &sts, nil).BeginDeviceSignIn(t.Context(), stockRead)
			if e := wantClass(t, name, err, tc.class); !strings.Contains(e.Error(), tc.text) || e.During != deviceGrant {
				t.Errorf("%s: got %v, want %q", name, err, tc.text)
			}
		})
	}
	bubble(t, func(t *testing.T) {
		var sts endpoint
		sts.always(device("message", "To sign in\x1b[2J\nnow", "verification_uri", "http://127.0.0.1:8400/device", "expires_in", nil))
		app := newDeviceApp(t, clientID, &sts, &acquire.Options{ClientCapabilities: []string{"cp1"}})
		d, err := app.BeginDeviceSignIn(t.Context())
		if err != nil || d.Message != `To sign in\x1b[2J\nnow` || d.VerificationURI != "http://127.0.0.1:8400/device" || time.Until(d.ExpiresAt) != 15*time.Minute {
			t.Errorf("got %+v, %v", d, err)
		}
		wantForm(t, "capability", sts.since(0)[0], externalDevice, form("client_id", clientID, "scope", "openid profile offline_access", "claims", `{"access_token":{"xms_cc":{"values":["cp1"]}}}`))
		sts.always(device("message", nil))
		if d, err = app.BeginDeviceSignIn(t.Context()); err != nil || d.Message != "To sign in, open https://microsoft.com/devicelogin in a browser and enter the code EWNKS4CGY." {
			t.Errorf("got %q, %v", d.Message, err)
		}
	})
}

func TestDeviceSignInUnsupported(t *testing.T) {
	none := noRequests(t)
	b2c, err := acquire.NewPublic(contoso(t).Flow("B2C_1_susi"), clientID, &acquire.Options{Transport: none})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b2c.Close() }()
	closed := newDeviceApp(t, clientID, none, nil)
	_ = closed.Close()
	for name, tc := range map[string]struct {
		app    *acquire.App
		scopes []string
		class  acquire.Class
	}{
		"B2C":          {b2c, nil, acquire.ErrUnsupported},
		"confidential": {newMiddleTier(t, none, nil), nil, acquire.ErrUnsupported},
		"closed":       {closed, nil, acquire.ErrClosed},
		"no scope":     {newDeviceApp(t, clientID, none, nil), []string{`a"b`}, acquire.ErrConfiguration},
	} {
		_, err := tc.app.BeginDeviceSignIn(t.Context(), tc.scopes...)
		wantClass(t, name, err, tc.class)
	}
	_, err = new(acquire.DeviceSignIn).Wait(t.Context())
	wantClass(t, "empty", err, acquire.ErrConfiguration)
}

// Whoever gives up, or closes the App, is not held up.
func TestDeviceSignInEnds(t *testing.T) {
	for name, want := range map[string]error{"canceled": context.Canceled, "closed": acquire.ErrClosed} {
		for when, hangs := range map[string]bool{"between two requests": false, "during one": true} {
			bubble(t, func(t *testing.T) {
				var sts endpoint
				sts.always(device())
				app := newDeviceApp(t, clientID, &sts, nil)
				d, err := app.BeginDeviceSignIn(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if sts.always(pending()); hangs {
					sts.always(hanging())
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				go func() {
					time.Sleep(7 * time.Second)
					if name == "closed" {
						_ = app.Close()
						return
					}
					cancel()
				}()
				start := time.Now()
				if _, err = d.Wait(ctx); !errors.Is(err, want) || time.Since(start) != 7*time.Second {
					t.Errorf("%s %s: got %v after %v, want %v", name, when, err, time.Since(start), want)
				}
			})
		}
	}
}

// The device's code is in no text.
func TestDeviceSignInTellsNoCode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var sts endpoint
		logger, lines := newLogs()
		sts.always(device())
		app := newDeviceApp(t, clientID, &sts, &acquire.Options{Logger: logger, OnAcquisition: func(_ context.Context, a acquire.Acquisition) { logger.Info("hook", "acquisition", a) }})
		d, err := app.BeginDeviceSignIn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		secrets := newSecrets(t, "device code", deviceCode)
		inJSON, _ := json.Marshal(d)
		logger.Info("printed", "d", d, "value", *d, "json", string(inJSON), "text", fmt.Sprintf("%v %+v %#v %s %v %+v %#v", d, d, d, d, *d, *d, *d))
		sts.play(func(p post) reply {
			if p.n == 2 {
				return reply{err: errors.New("proxy: " + p.form.Encode())}
			}
			return refusing(400, "invalid_grant", "AADSTS70000: "+p.form.Get("device_code"))
		})
		_, err = d.Wait(t.Context())
		wantNoSecrets(t, "refused", textsOf(err), secrets)
		wantNoSecrets(t, "the log", lines.String(), secrets)
		if !strings.Contains(string(inJSON), d.UserCode) || !strings.Contains(lines.String(), "https://microsoft.com/devicelogin") {
			t.Errorf("got %s and log %s", inJSON, lines)
		}
	})
}
