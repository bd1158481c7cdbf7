// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// A sub is up to 255 ASCII characters (OpenID Connect Core section 2); a custom
// policy may put a user's name there. Each is an account of its own, in memory
// and in the shared cache, whatever it looks like.
func TestSubjects(t *testing.T) {
	const suffix = "-b2c_1_susi.775527ff-9a37-4307-8b3d-cc311f58d925"
	b2c := emulator.NewTenant(nil)
	w, cache := newWire(b2c), newMemory()
	w.altering(func(_ post, answer map[string]any) { delete(answer, "client_info") })
	options := &acquire.Options{Cache: cache}
	app := newWeb(t, w, "B2C_1_susi", options)
	tokens := map[string]string{}
	for _, sub := range []string{
		`CONTOSO\ada lovelace`, "ada", " ada", "ada ", "ada  lovelace", "ADA", `ada" tasks.read`, "ada" + suffix, "ada" + suffix + " ", ".", strings.Repeat("s", 255),
	} {
		everyoneIs(b2c, adaID, map[string]any{"sub": sub, "oid": emulator.Absent})
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		if got := in.Account; got.ID != sub+suffix || got.UserID != sub {
			t.Errorf("sub %q: got account %q of %q, want %q", sub, got.ID, got.UserID, sub+suffix)
		}
		tokens[in.Account.ID] = in.Token.AccessToken
	}
	if got := len(app.Accounts()); got != len(tokens) || len(cache.entries()) != len(tokens) {
		t.Errorf("got %d accounts and %d entries in the cache, want %d", got, len(cache.entries()), len(tokens))
	}
	other := newWeb(t, w, "B2C_1_susi", options)
	for id, want := range tokens {
		if got := userToken(t, other, acquire.Account{ID: id}, readScope); got != want {
			t.Errorf("%q: another process got another user's token", id)
		}
	}
}

func TestBadSubjects(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	w := newWire(b2c)
	w.altering(func(_ post, answer map[string]any) { delete(answer, "client_info") })
	app := newWeb(t, w, "B2C_1_susi", nil)
	for _, sub := range []string{"a\nb", "a\tb", "a\x7f", "adé", strings.Repeat("s", 256)} {
		everyoneIs(b2c, adaID, map[string]any{"sub": sub, "oid": emulator.Absent})
		pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
		_, err := app.Finish(t.Context(), pending, params)
		wantClass(t, sub, err, acquire.ErrIDToken)
		wantOneLine(t, err)
		wantNothingKept(t, sub, app)
	}
}
