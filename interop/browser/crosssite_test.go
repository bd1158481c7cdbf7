// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// TestCrossSiteStarts: under form_post the cookies of pending sign-ins are
// SameSite=None, so another site's page could fill a browser with them. Its
// pictures and frames begin nothing, and its links do.
func TestCrossSiteStarts(t *testing.T) {
	b2c, app := webApp(t, &emulator.Options{}, "B2C_RESPONSE_MODE=form_post")
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<h1>Evil</h1>")
		for i := range 30 {
			fmt.Fprintf(w, `<img src="%s/signin?%d">`, app, i)
		}
		fmt.Fprintf(w, `<iframe src="%s/signin"></iframe><a href="%s/signin?return=/tasks">Free tasks</a>`, app, app)
	}))
	defer evil.Close()
	c := launch(t, options{b2c: b2c, third: true})
	c.open(evil.URL) // at 127.0.0.1, another site than localhost
	c.on("Evil")
	if got := cookies(c, app); len(got) > 0 {
		t.Errorf("got the cookies %v, want none", got)
	}
	c.click("Free tasks")
	c.on("Sign in")
	if got := cookies(c, app); !strings.Contains(strings.Join(got, " "), "__Host-b2c-pending-") {
		t.Errorf("got the cookies %v, want the sign-in to have begun", got)
	}
	c.signIn(lin, emulator.DefaultPassword)
	c.until("Your tasks")
}
