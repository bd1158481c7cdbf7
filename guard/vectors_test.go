// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// TestNaughtyStrings puts odd texts wherever a client can: nothing of them
// may reach an answer, or break a line of the log.
func TestNaughtyStrings(t *testing.T) {
	const file = "../../shared/vectors/strings/blns.json"
	texts := []string{"a\r\nSet-Cookie: x=1", "\x00", "\u2028\u2029", "\x1b[31m", strings.Repeat("é", 5000), "\xff\xfe"}
	if data, err := os.ReadFile(file); err != nil {
		if os.Getenv("B2CKIT_REQUIRE_VECTORS") != "" {
			t.Fatal(err)
		}
		t.Logf("no public strings in %s: only our own", file)
	} else {
		var public []string
		if err := json.Unmarshal(data, &public); err != nil || len(public) < 200 {
			t.Fatalf("%d strings, %v", len(public), err)
		}
		texts = append(texts, public...)
	}

	b2c := emulator.NewTenant(nil)
	tenant, err := authority.B2C("contoso", b2c.ID())
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	v, err := validator.New(tenant.Flows("B2C_1_susi"), b2c.API().ID, &validator.Options{Transport: b2c.Transport(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()

	for i, text := range texts {
		claims := map[string]any{"sub": text, "oid": text, "name": text, "emails": []string{text}}
		for place, authorization := range map[string]string{
			"scheme":      text,
			"credentials": "Bearer " + text,
			"kid":         bearer(b2c, emulator.Spec{Header: map[string]any{"kid": text}}),
			"typ":         bearer(b2c, emulator.Spec{Header: map[string]any{"typ": text}}),
			"alg":         bearer(b2c, emulator.Spec{Header: map[string]any{"alg": text}}),
			"issuer":      bearer(b2c, emulator.Spec{Claims: map[string]any{"iss": text}}),
			"audience":    bearer(b2c, emulator.Spec{Claims: map[string]any{"aud": text}}),
			"flow":        bearer(b2c, emulator.Spec{Claims: map[string]any{"tfp": text}}),
			"user":        bearer(b2c, emulator.Spec{Claims: claims, Scopes: []string{"other"}}),
			"scope":       bearer(b2c, emulator.Spec{Claims: map[string]any{"scp": text + " other"}}),
			"client":      bearer(b2c, emulator.Spec{Claims: map[string]any{"azp": text}, Scopes: []string{"other"}}),
		} {
			log.Reset()
			// A new guard each time: its log is rate-limited.
			rule := guard.New(v, &guard.Options{Logger: textLogger(&log)}).Rule(validator.Scope("tasks.read"))
			req := httptest.NewRequest(http.MethodGet, "/", nil)
			req.Header["Authorization"] = []string{authorization}
			rec := httptest.NewRecorder()
			_, err := rule.Check(req)
			if err == nil {
				t.Fatalf("%s %d %q: passes", place, i, text)
			}
			rule.Deny(rec, req, err)
			// A key id that nobody knows may be a new one, once no more are asked for.
			if unknown := place == "kid" && rec.Code == http.StatusServiceUnavailable; !unknown && rec.Code >= 500 || rec.Code < 400 {
				t.Errorf("%s %d %q: got status %d", place, i, text, rec.Code)
			}
			if want := answers[rec.Code]; rec.Header().Get("WWW-Authenticate") != want.challenge && !(rec.Code == 401 && place == "scheme") {
				t.Errorf("%s %d %q: got challenge %q", place, i, text, rec.Header().Get("WWW-Authenticate"))
			} else if rec.Body.String() != want.body && !(rec.Code == 401 && place == "scheme") {
				t.Errorf("%s %d %q: got body %q", place, i, text, rec.Body)
			}
			for line := range strings.Lines(log.String()) {
				if !strings.HasPrefix(line, "level=") || strings.ContainsFunc(strings.TrimSuffix(line, "\n"), isControl) {
					t.Errorf("%s %d %q: got log line %q", place, i, text, line)
				}
			}
		}
	}
}

// answers are all that a client may get to see.
var answers = map[int]struct{ challenge, body string }{
	400: {
		`Bearer realm="api", error="invalid_request", error_description="The request must carry exactly one well-formed access token."`,
		`{"type":"about:blank","title":"Bad Request","status":400,"detail":"The request must carry exactly one well-formed access token.","error":"invalid_request"}` + "\n",
	},
	401: {
		`Bearer realm="api", error="invalid_token", error_description="The access token is not valid for this resource."`,
		`{"type":"about:blank","title":"Unauthorized","status":401,"detail":"The access token is not valid for this resource.","error":"invalid_token"}` + "\n",
	},
	403: {
		`Bearer realm="api", error="insufficient_scope", error_description="The access token does not permit this request.", scope="tasks.read"`,
		`{"type":"about:blank","title":"Forbidden","status":403,"detail":"The access token does not permit this request.","error":"insufficient_scope"}` + "\n",
	},
	503: {
		"",
		`{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"The request could not be checked. Try again later."}` + "\n",
	},
}

func bearer(b2c *emulator.Tenant, spec emulator.Spec) string {
	return "Bearer " + b2c.MustMint(spec)
}

func isControl(r rune) bool {
	return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029'
}
