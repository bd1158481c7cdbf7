// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package emulatortest helps tests that use package emulator. What goes wrong in
// a helper ends the test with a message, so that tests need no code for errors;
// and a test that fails logs what the tenant was asked and what it answered.
//
// It fits any validator and any client library, and a test of a service that
// takes tokens is short:
//
//	func TestGreetings(t *testing.T) {
//		b2c := emulatortest.New(t, nil)
//		api := newAPI(b2c.Client(), b2c.MetadataURL("B2C_1_susi"), b2c.API().ID, emulatortest.Logger(t)) // the service, behind its middleware
//		for _, row := range []struct {
//			name string
//			spec emulator.Spec
//			want int
//		}{
//			{"good", emulator.Spec{}, 200},
//			{"expired", emulator.Spec{Lifetime: -time.Hour}, 401},
//			{"for another API", emulator.Spec{Audience: "another"}, 401},
//			{"signed by a stranger", emulator.Spec{Key: emulator.NewKey()}, 401},
//		} {
//			r := httptest.NewRequest("GET", "/greeting", nil)
//			r.Header.Set("Authorization", "Bearer "+emulatortest.Mint(t, b2c, row.spec))
//			rec := httptest.NewRecorder()
//			api.ServeHTTP(rec, r)
//			if rec.Code != row.want {
//				t.Errorf("%s: got status %d, want %d", row.name, rec.Code, row.want)
//			}
//		}
//		emulatortest.WantCounts(t, b2c, emulator.Counts{Metadata: 1, Keys: 1})
//	}
//
// By [Logger] the service's own log is in that of the test, so that one that
// fails says why a token was refused, above what it complains of:
//
//	time=15:06:40.000 level=INFO msg="request refused" status=401 reason=audience …
//	greetings_test.go:25: good: got status 401, want 200
//	requests that tenant contoso has answered:
//		#1 15:06:39.998 GET metadata B2C_1_susi -> 200
//		#2 15:06:39.999 GET keys B2C_1_susi -> 200
//
// For this module's own middleware it is a line of the validator's options,
// whose guards log there too:
//
//	&validator.Options{Transport: b2c.Transport(), Logger: emulatortest.Logger(t)}
//
// A [Browser] is a person who signs in to an app, with or without pages of the
// tenant to sign in on:
//
//	b := emulatortest.NewBrowser(t, b2c)
//	b.Handle("http://localhost:8400", app)
//	b.Open("http://localhost:8400/login")
//	b.SignIn("lin@example.org", emulator.DefaultPassword) // on pages only
//	if got, want := b.Page().Text, "Hello, Lin Example!"; got != want {
//		t.Errorf("got %q, want %q", got, want)
//	}
//
// The fields and buttons of the tenant's pages, as [Browser.Fill] and
// [Browser.Submit] know them:
//
//	sign in           username, password; "Sign in", "Cancel"; links "Sign up now",
//	                  "Forgot your password?", "Continue with Google"
//	choose an account a button with the name of each; "Cancel"
//	sign up           email, newPassword, reenterPassword, displayName, givenName,
//	                  surname; "Create account", "Cancel"
//	edit a profile    displayName, givenName, surname; "Continue", "Cancel"
//	reset a password  email; "Send verification code"
//	                  code (the page shows it); "Verify code", "Send new code"
//	                  newPassword, reenterPassword; "Continue"
//
// Give every test a tenant of its own: it costs next to nothing, since the keys
// that tenants start with are made once a process, and such tests run in
// parallel. Within a testing/synctest bubble, make the tenant in the bubble and
// let clients use its Transport: everything here but the servers then works on
// the bubble's time. Helpers that can end a test are for the test's own
// goroutine, as [testing.TB.FailNow] is.
package emulatortest
