// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// device is one that waits for somebody to sign in.
type device struct {
	UserCode        string `json:"user_code"`
	DeviceCode      string `json:"device_code"`
	VerificationURI string `json:"verification_uri"`
	ExpiresIn       int    `json:"expires_in"`
	Interval        int    `json:"interval"`
	Message         string `json:"message"`
}

func newDevice(t *testing.T, tenant *emulator.Tenant, pairs ...string) device {
	t.Helper()
	r := post(t, tenant.Client(), tenant.AuthorityURL("")+"/oauth2/v2.0/devicecode",
		changed(form("client_id", tenant.Native().ID, "scope", "openid profile offline_access "+tenant.API().URI+"/tasks.read"), pairs...))
	if r.status != http.StatusOK {
		t.Fatalf("got %d %s", r.status, r.body)
	}
	return decode[device](t, r.body)
}

// polls asks whether somebody has signed in.
func (d device) polls(t *testing.T, tenant *emulator.Tenant) reply {
	t.Helper()
	return post(t, tenant.Client(), tenant.TokenURL(""),
		form("grant_type", "urn:ietf:params:oauth:grant-type:device_code", "client_id", tenant.Native().ID, "device_code", d.DeviceCode))
}

func devices(pages bool) *emulator.Tenant {
	return emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, Pages: pages})
}

func TestDeviceCode(t *testing.T) {
	tenant := devices(true)
	d := newDevice(t, tenant)
	equal(t, "user code", regexp.MustCompile(`^[A-HJ-NP-Z2-9]{9}$`).MatchString(d.UserCode), true)
	equal(t, "page", d.VerificationURI, ciamURL+"/oauth2/deviceauth")
	equal(t, "lifetime", d.ExpiresIn, 900)
	equal(t, "interval", d.Interval, 5)
	equal(t, "message", d.Message, "To sign in, use a web browser to open the page "+d.VerificationURI+" and enter the code "+d.UserCode+" to authenticate.")
	wantFailure(t, "at first", d.polls(t, tenant), 400, "authorization_pending", 70016)

	c := browser(t, tenant.Transport())
	enter := read(t, get(t, c, d.VerificationURI))
	equal(t, "title", enter.title(), "Enter code")
	equal(t, "wrong", read(t, enter.send(t, c, "code", "AAAAAAAAA")).problems(), "That code didn't work. Check the code and try again.")
	equal(t, "nothing", read(t, enter.send(t, c, "code", "")).problems(), "This information is required.")
	signIn := read(t, enter.send(t, c, "code", " "+strings.ToLower(d.UserCode[:4])+"-"+d.UserCode[4:]))
	equal(t, "title", signIn.title(), "Sign in")
	wantFailure(t, "before the sign-in", d.polls(t, tenant), 400, "authorization_pending", 70016)
	confirm := read(t, linSignsIn(t, c, signIn))
	equal(t, "title", confirm.title(), "Are you trying to sign in to tasks-native?")
	wantFailure(t, "before it is confirmed", d.polls(t, tenant), 400, "authorization_pending", 70016)
	done := read(t, confirm.send(t, c, "do", "continue"))
	equal(t, "title", done.title(), "All done")
	equal(t, "sent twice", post(t, c, confirm.action, changed(confirm.fields, "do", "continue")).status, http.StatusBadRequest)
	equal(t, "code at last", read(t, enter.send(t, c, "code", d.UserCode)).problems(), "That code didn't work. Check the code and try again.")

	got := decode[tokens](t, d.polls(t, tenant).body)
	claims := claimsOf(t, got.AccessToken)
	for name, want := range map[string]any{"aud": tenant.API().ID, "azp": tenant.Native().ID, "azpacr": "0", "oid": tenant.Users()[1].ObjectID, "scp": "tasks.read"} {
		equal(t, name, claims[name], want)
	}
	equal(t, "ID token", claimsOf(t, got.IDToken)["aud"], any(tenant.Native().ID))
	older := post(t, tenant.Client(), tenant.TokenURL(""), form("grant_type", "device_code", "client_id", tenant.Native().ID, "device_code", newDevice(t, tenant).DeviceCode))
	wantFailure(t, "by the older name of the grant", older, 400, "authorization_pending", 70016)
	equal(t, "has a refresh token", got.RefreshToken != "", true)
	counts := tenant.Counts()
	equal(t, "device requests", counts.Device, 9)
	equal(t, "not found", counts.NotFound, 0)
	wantFailure(t, "asked twice", d.polls(t, tenant), 400, "bad_verification_code", 70018)

	second := newDevice(t, tenant)
	confirm = read(t, read(t, get(t, c, second.VerificationURI)).send(t, c, "code", second.UserCode))
	equal(t, "signed in already", confirm.title(), "Are you trying to sign in to tasks-native?")
	equal(t, "another browser", post(t, browser(t, tenant.Transport()), confirm.action, changed(confirm.fields, "do", "continue")).status, http.StatusBadRequest)
	wantFailure(t, "another browser has confirmed", second.polls(t, tenant), 400, "authorization_pending", 70016)
}

// TestDeviceDeclined: somebody who cancels anywhere tells the device.
func TestDeviceDeclined(t *testing.T) {
	tenant := devices(true)
	c := browser(t, tenant.Transport())
	d := newDevice(t, tenant)
	confirm := read(t, linSignsIn(t, c, read(t, read(t, get(t, c, d.VerificationURI)).send(t, c, "code", d.UserCode))))
	read(t, confirm.send(t, c, "do", "cancel"))
	wantFailure(t, "at the confirmation", d.polls(t, tenant), 400, "authorization_declined", 65004)

	d = newDevice(t, tenant)
	c = browser(t, tenant.Transport())
	signIn := read(t, read(t, get(t, c, d.VerificationURI)).send(t, c, "code", d.UserCode))
	read(t, signIn.send(t, c, "do", "cancel"))
	wantFailure(t, "at the sign-in", d.polls(t, tenant), 400, "authorization_declined", 65004)

	tenant = devices(false)
	tenant.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) { return emulator.SignIn{}, emulator.ErrCancelled })
	d = newDevice(t, tenant)
	read(t, read(t, get(t, tenant.Client(), d.VerificationURI)).send(t, tenant.Client(), "code", d.UserCode))
	wantFailure(t, "by the test", d.polls(t, tenant), 400, "authorization_declined", 65004)
}

// TestDeviceDecided: without pages a test says who signs in, and has to confirm.
func TestDeviceDecided(t *testing.T) {
	tenant := devices(false)
	tenant.OnSignIn(func(r emulator.SignInRequest) (emulator.SignIn, error) {
		equal(t, "client", r.Client.ID, tenant.Native().ID)
		return emulator.SignIn{User: &emulator.User{Name: "Kim"}, Claims: map[string]any{"plan": "gold"}}, nil
	})
	d := newDevice(t, tenant)
	c := browser(t, tenant.Transport())
	read(t, read(t, read(t, get(t, c, d.VerificationURI)).send(t, c, "code", d.UserCode)).send(t, c, "do", "continue"))
	claims := claimsOf(t, decode[tokens](t, d.polls(t, tenant).body).AccessToken)
	equal(t, "name", claims["name"], any("Kim"))
	equal(t, "plan", claims["plan"], any("gold"))
}

// TestDeviceTimes: a code lives a quarter of an hour, for either side.
func TestDeviceTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tenant := devices(true)
		d := newDevice(t, tenant)
		c := browser(t, tenant.Transport())
		enter := read(t, get(t, c, d.VerificationURI))
		signIn := read(t, enter.send(t, c, "code", d.UserCode))
		time.Sleep(15*time.Minute - time.Second)
		wantFailure(t, "just in time", d.polls(t, tenant), 400, "authorization_pending", 70016)
		confirm := read(t, linSignsIn(t, c, signIn))
		time.Sleep(time.Second)
		wantFailure(t, "too late", d.polls(t, tenant), 400, "expired_token", 70020)
		equal(t, "too late to confirm", read(t, confirm.send(t, c, "do", "continue")).title(), "That code is no longer good")
		equal(t, "too late to type", read(t, enter.send(t, c, "code", d.UserCode)).problems(), "That code didn't work. Check the code and try again.")
		wantFailure(t, "confirmed too late", d.polls(t, tenant), 400, "expired_token", 70020)
	})
}

// TestDeviceGone: what a user was signed in for ends with the account, and when it
// is revoked.
func TestDeviceGone(t *testing.T) {
	tenant := devices(false)
	confirmed := func() device {
		t.Helper()
		d, c := newDevice(t, tenant), browser(t, tenant.Transport())
		read(t, read(t, read(t, get(t, c, d.VerificationURI)).send(t, c, "code", d.UserCode)).send(t, c, "do", "continue"))
		return d
	}
	d := confirmed()
	tenant.Revoke("")
	wantFailure(t, "revoked", d.polls(t, tenant), 400, "authorization_declined", 65004)
	d = confirmed()
	if err := tenant.RemoveUser(tenant.User().ObjectID); err != nil {
		t.Fatal(err)
	}
	wantFailure(t, "gone", d.polls(t, tenant), 400, "invalid_grant", 50034)
}

func TestDeviceMistakes(t *testing.T) {
	tenant := devices(false)
	start := tenant.AuthorityURL("") + "/oauth2/v2.0/devicecode"
	good := form("client_id", tenant.Native().ID, "scope", "openid")
	for _, c := range []struct {
		name  string
		form  url.Values
		oauth string
		code  int
	}{
		{"no client", changed(good, "client_id", ""), "invalid_request", 900144},
		{"no scope", changed(good, "scope", ""), "invalid_request", 900144},
		{"another client", changed(good, "client_id", stockID), "unauthorized_client", 700016},
		{"a scope that is none", changed(good, "scope", tenant.API().URI+"/nothing"), "invalid_scope", 70011},
		{"claims that are none", changed(good, "claims", "x"), "invalid_request", 90023},
	} {
		wantFailure(t, c.name, post(t, tenant.Client(), start, c.form), 400, c.oauth, c.code)
	}
	d := newDevice(t, tenant)
	poll := form("grant_type", "urn:ietf:params:oauth:grant-type:device_code", "client_id", tenant.Native().ID, "device_code", d.DeviceCode)
	wantFailure(t, "no code", post(t, tenant.Client(), tenant.TokenURL(""), changed(poll, "device_code", "")), 400, "invalid_request", 900144)
	wantFailure(t, "another code", post(t, tenant.Client(), tenant.TokenURL(""), changed(poll, "device_code", "x")), 400, "bad_verification_code", 70018)
	wantFailure(t, "another client's", post(t, tenant.Client(), tenant.TokenURL(""), changed(poll, "client_id", tenant.SPA().ID)), 400, "bad_verification_code", 70018)
	equal(t, "method", get(t, tenant.Client(), start).status, http.StatusMethodNotAllowed)
	for _, r := range tenant.Requests() {
		for _, name := range []string{"device_code", "code"} {
			if got := r.Parameters.Get(name); got != "" && got != "…" {
				t.Errorf("a request is recorded with %s=%q", name, got)
			}
		}
	}
}
