// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// testEmulator: the whole way, from a tenant's keys to the handler.
func testEmulator(t *testing.T, adapter Adapter) {
	b2c := emulator.NewTenant(nil)
	stranger := emulator.NewTenant(&emulator.Options{Name: "fabrikam"})
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	v, err := validator.New(tenant.Flows("B2C_1_susi", "B2C_1A_partner"), "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",
		&validator.Options{Transport: b2c.Transport(), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	g := guard.New(v, &guard.Options{Logger: quiet})
	whose := func(w http.ResponseWriter, r *http.Request, token *validator.Token) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Content-Length", "2")
		if id, err := token.UserID(); err == nil && id == b2c.User().ObjectID {
			_, _ = w.Write([]byte("ok"))
			return
		}
		_, _ = w.Write([]byte("no"))
	}
	h := adapter.Router([]Route{
		{
			Method: "GET", Prefix: "/api", Group: []Rule{{Guard: g}}, Path: "/tasks", Handler: whose,
			Rules: []Rule{{Guard: g, Requirements: []validator.Requirement{validator.Scope("tasks.read")}}},
		},
		{
			Method: "GET", Path: "/write", Handler: whose,
			Rules: []Rule{{Guard: g, Requirements: []validator.Requirement{validator.Scope("tasks.write")}}},
		},
		{
			Method: "GET", Path: "/fresh", Handler: whose,
			Rules: []Rule{{Guard: g, Requirements: []validator.Requirement{validator.SignedInWithin(5 * time.Minute)}}},
		},
	})
	addr := listen(t, h)

	const pass = "200\nContent-Length: 2\nContent-Type: text/plain\n\nok"
	cut := func(token string) string { return token[:len(token)-3] }
	tokens := func(tenant *emulator.Tenant, spec emulator.Spec) []string { return bearer(tenant.MustMint(spec)) }
	long := -2 * time.Hour
	rows := []row{
		{"no token", "/api/tasks", nil, noCredential},
		{"user", "/api/tasks", tokens(b2c, emulator.Spec{}), pass},
		{"custom policy", "/api/tasks", tokens(b2c, emulator.Spec{Flow: "B2C_1A_partner"}), pass},
		{"expired", "/api/tasks", tokens(b2c, emulator.Spec{IssuedAt: time.Now().Add(long)}), invalidToken},
		{"another audience", "/api/tasks", tokens(b2c, emulator.Spec{Audience: "7d1f3c1e-51d2-4c51-a0b1-0f4d0f6b8a11"}), invalidToken},
		{"another tenant under the shared key", "/api/tasks", tokens(stranger, emulator.Spec{Audience: "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"}), invalidToken},
		{"another flow", "/api/tasks", tokens(b2c, emulator.Spec{Flow: "B2C_1_reset"}), invalidToken},
		{"ID token", "/api/tasks", tokens(b2c, emulator.Spec{Kind: emulator.IDToken}), invalidToken},
		{"cut", "/api/tasks", bearer(cut(b2c.MustMint(emulator.Spec{}))), invalidToken},
		{"scope is missing", "/write", tokens(b2c, emulator.Spec{Scopes: []string{"tasks.read"}}), forbiddenScope},
		{"old sign-in", "/fresh", tokens(b2c, emulator.Spec{AuthTime: time.Now().Add(long)}), signInTooOld},
		{"fresh sign-in", "/fresh", tokens(b2c, emulator.Spec{}), pass},
		{"too large", "/api/tasks", bearer(strings.Repeat("A", 32<<10)), invalidToken},
	}
	check := func(rows ...row) {
		for _, row := range rows {
			t.Run(row.name, func(t *testing.T) {
				if got := overSocket(t, addr, request{http.MethodGet, row.path, row.headers}); got != row.want {
					t.Errorf("got answer\n%s\nwant\n%s", got, row.want)
				}
			})
		}
	}
	check(rows...)
	old := tokens(b2c, emulator.Spec{})
	b2c.Rotate(emulator.UserFlowKeys, false)
	check(
		row{"key just rotated", "/api/tasks", tokens(b2c, emulator.Spec{}), pass},
		row{"key gone", "/api/tasks", old, invalidToken},
	)
}
