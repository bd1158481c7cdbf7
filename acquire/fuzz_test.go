// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"testing"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/keyring"
)

// FuzzPendingCookie: whatever cookies and state a browser sends, what Take
// returns is an attempt that Set has written, under its own name, and only for
// its own state; all else is ErrState.
func FuzzPendingCookie(f *testing.F) {
	ring, err := keyring.New(key(1))
	if err != nil {
		f.Fatal(err)
	}
	cookies, err := acquire.NewPendingCookies(ring)
	if err != nil {
		f.Fatal(err)
	}
	want := &acquire.Pending{State: "st4te", Nonce: "n", Verifier: "v", Flow: "B2C_1_susi", RedirectURI: callback, ResponseMode: acquire.Query}
	w := httptest.NewRecorder()
	if err := cookies.Set(w, httptest.NewRequest(http.MethodGet, "/login", nil), want); err != nil {
		f.Fatal(err)
	}
	good := w.Result().Cookies()[0]
	for _, name := range []string{good.Name, good.Name + "x", "x"} {
		for _, value := range []string{good.Value, good.Value[1:], good.Value[:len(good.Value)-1], good.Value + "A", "", "AAAA"} {
			f.Add(name, value, "st4te", name, "")
			f.Add(name, "", "st4te", name, value)
			f.Add(name, value, "", "", "")
		}
	}
	for n := range byte(6) {
		f.Add(good.Name[:len(good.Name)-1]+string('0'+n), good.Value, "st4te", good.Name, "AAAA")
	}
	f.Fuzz(func(t *testing.T, name, value, state, name2, value2 string) {
		r := httptest.NewRequest(http.MethodGet, "/callback?"+url.Values{"state": {state}}.Encode(), nil)
		r.Header.Set("Cookie", name+"="+value+"; "+name2+"="+value2)
		w := httptest.NewRecorder()
		got, err := cookies.Take(w, r)
		if err != nil {
			wantClass(t, "a return", err, acquire.ErrState)
			if got != nil {
				t.Fatalf("got %v with %v", got, err)
			}
			return
		}
		if state != want.State || !reflect.DeepEqual(got, want) {
			t.Fatalf("state %q: got %#v", state, got)
		}
		// Another process of this fuzzer has other cookies under the same key.
		opened := ""
		for _, c := range r.Cookies() {
			if sealed, err := base64.RawURLEncoding.DecodeString(c.Value); err == nil {
				if plain, err := ring.Open(sealed, []byte(c.Name)); err == nil && json.Valid(plain) {
					opened = c.Name
				}
			}
		}
		if left := w.Result().Cookies(); opened == "" || len(left) != 1 || left[0].Name != opened || left[0].MaxAge >= 0 {
			t.Fatalf("cookie %q opened, and there is left %v", opened, left)
		}
	})
}
