// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard_test

import (
	"encoding/base64"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/dashboard"
)

// scriptTag is what no pasted token may bring into a page.
var scriptTag = regexp.MustCompile(`(?i)<script(?: src="/emulator/live\.js")?`)

// FuzzDecode pastes tokens. Whatever is in one, there is a page, it is no larger
// than a few tokens, and nothing of the token is markup in it.
func FuzzDecode(f *testing.F) {
	tenant := emulator.NewTenant(nil)
	h := dashboard.New(tenant)
	for _, text := range []string{
		`{}`, `{"iss":"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/","exp":1e99,"nbf":-1,"iat":"x"}`,
		`{"scp":["a"],"aud":{"b":null},"tfp":"<script>"}`, `{"a":1,"a":2}`, `[[[[[[[[]]]]]]]]`, `{"name":"\u202e\ud800<b>"}`, "\xff", `null`,
	} {
		f.Add([]byte(`{"alg":"RS256","kid":"x","typ":"JWT"}`), []byte(text), []byte("s"))
		f.Add([]byte(text), []byte(`{}`), []byte(""))
	}
	f.Fuzz(func(t *testing.T, header, payload, signature []byte) {
		if len(header)+len(payload)+len(signature) > 8<<10 {
			return
		}
		var parts []string
		for _, part := range [][]byte{header, payload, signature} {
			parts = append(parts, base64.RawURLEncoding.EncodeToString(part))
		}
		form := url.Values{"tenant": {"contoso"}, "token": {strings.Join(parts, ".")}}
		r := httptest.NewRequest("POST", "http://127.0.0.1/emulator/forms/decode", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = "127.0.0.1:1"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		body := w.Body.String()
		if w.Code != 200 && w.Code != 400 || !strings.Contains(body, "</html>") {
			t.Fatalf("got status %d: %s", w.Code, body)
		}
		if len(body) > 1<<20 {
			t.Errorf("got a page of %d bytes", len(body))
		}
		for _, tag := range scriptTag.FindAllString(body, -1) {
			if tag != `<script src="/emulator/live.js"` {
				t.Errorf("got %s in the page", tag)
			}
		}
	})
}
