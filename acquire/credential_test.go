// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/acquire"
)

// badSecrets are no client secrets, by RFC 6749 appendix A.2, or have something
// around them; and what is said of them.
var badSecrets = map[string]string{
	"":                     "is empty",
	"h7Q~x3cret\n":         "ends in a newline, which",
	"h7Q~x3cret\r\n":       "ends in a newline, which",
	"h7Q~x3cret\r":         "ends in a newline, which",
	"h7Q~x3cret ":          "ends in a space, which",
	"h7Q~x3cret\t":         "ends in a tab, which",
	"h7Q~x3cret\u00a0":     "ends in white space, which",
	"\nh7Q~x3cret":         "begins with a newline, which",
	" h7Q~x3cret":          "begins with a space, which",
	"\ufeffh7Q~x3cret":     "begins with a byte order mark, which",
	"\ufeffh7Q~x3cret\r\n": "begins with a byte order mark and ends in a newline, which",
	" ":                    "begins with a space and ends in a space, which",
	"h7Q~x3\ncret":         "holds a character that no client secret has",
	"h7Q~x3\x00cret":       "holds a character that no client secret has",
	"h7Q~x3cret\x7f":       "holds a character that no client secret has",
	"h7Q~x3crét":           "holds a character that no client secret has",
	"h7Q~x3cr\xe9t":        "holds a character that no client secret has",
}

func TestBadSecrets(t *testing.T) {
	for secret, want := range badSecrets {
		app, err := acquire.NewConfidential(contoso(t).Flow("B2C_1_susi"), clientID, acquire.Secret(secret), nil)
		if app != nil {
			t.Errorf("%q: got an App, want none", secret)
		}
		wantClass(t, secret, err, acquire.ErrConfiguration)
		if !strings.Contains(err.Error(), "the client secret "+want) || strings.Contains(err.Error(), "h7Q") {
			t.Errorf("%q: got %v, want %q and nothing of the secret", secret, err, want)
		}
		wantOneLine(t, err)
	}
}

// A function may return what Secret would not take; then no request is made.
func TestBadSecretsOfFunction(t *testing.T) {
	for secret, want := range badSecrets {
		bubble(t, func(t *testing.T) {
			logger, logged := newLogs()
			credential := acquire.SecretFunc(func(context.Context) (string, error) { return secret, nil })
			app := newDaemonAt(t, contoso(t).Flow("B2C_1_susi"), credential, noRequests(t), &acquire.Options{Logger: logger})
			_, err := app.Token(t.Context(), tasksScope)
			e := wantClass(t, secret, err, acquire.ErrConfiguration)
			if !strings.Contains(err.Error(), "the function for the client secret returned one that "+want) || e.During != "client_credentials" || e.Flow != "B2C_1_susi" {
				t.Errorf("%q: got %v, want %q", secret, err, want)
			}
			if strings.Contains(err.Error()+logged.String(), "h7Q") {
				t.Errorf("%q: error or log tell of the secret", secret)
			}
		})
	}
}

func TestGoodSecrets(t *testing.T) {
	for _, secret := range []string{"x", "two words", "!\"#~ }", strings.Repeat("s", 1000)} {
		var e endpoint
		mustToken(t, newDaemonAt(t, contoso(t).Flow("B2C_1_susi"), acquire.Secret(secret), &e, nil), tasksScope)
		if got := e.since(0)[0].form.Get("client_secret"); got != secret {
			t.Errorf("got secret %q, want %q", got, secret)
		}
	}
}

// The portal shows a secret's value once, and its ID, a GUID, for ever. Secrets
// that are GUIDs exist, so one is no error.
func TestSecretThatIsGUID(t *testing.T) {
	const guid = "0Dbb4C4e-7b5c-4b7e-9a3e-1c5b7c1f2a11"
	const hint = "it may be the secret's ID instead of its value (older tools made GUIDs as secrets, too)"
	function := acquire.SecretFunc(func(context.Context) (string, error) { return guid, nil })
	for name, tc := range map[string]struct {
		credential acquire.Credential
		atOnce     int // lines, before there is a request
		lines      int
		advice     bool
	}{
		"secret":   {acquire.Secret(guid), 1, 1, true},
		"function": {function, 0, 1, true},
		"other":    {acquire.Secret(clientSecret), 0, 0, false},
		"longer":   {acquire.Secret(guid + "x"), 0, 0, false},
	} {
		bubble(t, func(t *testing.T) {
			logger, logged := newLogs()
			var e endpoint
			app := newDaemonAt(t, contoso(t).Flow("B2C_1_susi"), tc.credential, &e, &acquire.Options{Logger: logger})
			if got := logged.lines(hint); got != tc.atOnce {
				t.Errorf("%s: got %d warnings at construction, want %d", name, got, tc.atOnce)
			}
			mustToken(t, app, tasksScope)
			mustToken(t, app, stockScope)
			for _, r := range []reply{invalidClient(), refusing(http.StatusUnauthorized, "invalid_client", "No code here.")} {
				e.always(r)
				_, err := newDaemonAt(t, contoso(t).Flow("B2C_1_susi"), tc.credential, &e, nil).Token(t.Context(), tasksScope)
				w := wantClass(t, name, err, acquire.ErrConfiguration)
				if got := strings.Contains(w.Advice, "it is a GUID, so "+hint); got != tc.advice || !strings.Contains(w.Advice, "current client secret") {
					t.Errorf("%s: got advice %q, want a word of its ID: %v", name, w.Advice, tc.advice)
				}
			}
			if got := logged.lines(hint); got != tc.lines {
				t.Errorf("%s: got %d warnings, want %d", name, got, tc.lines)
			}
			if strings.Contains(strings.ToLower(logged.String()), strings.ToLower(guid)) {
				t.Errorf("%s: the log tells the secret", name)
			}
		})
	}
	if _, err := acquire.NewConfidential(contoso(t).Flow("B2C_1_susi"), clientID, acquire.Secret(guid), &acquire.Options{Logger: newPanickyLogger()}); err != nil {
		t.Errorf("a logger that panics: got %v, want an App", err)
	}
}
