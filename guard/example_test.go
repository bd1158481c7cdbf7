// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// newValidator returns a validator for an emulated tenant, and that tenant.
func newValidator() (*validator.Validator, *emulator.Tenant) {
	b2c := emulator.NewTenant(nil)
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		panic(err)
	}
	v, err := validator.New(tenant.Flows("B2C_1_susi"), "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",
		&validator.Options{Transport: b2c.Transport()})
	if err != nil {
		panic(err)
	}
	return v, b2c
}

// An adapter to a framework needs little more than this. Those for net/http,
// Echo and Gin are in the folder middleware.
func Example() {
	v, b2c := newValidator()
	defer v.Close()

	// Once, at start.
	g := guard.New(v, &guard.Options{Logger: slog.New(slog.DiscardHandler)})
	rule := g.Rule(validator.Scope("tasks.read"))

	// For each request.
	handler := func(w http.ResponseWriter, r *http.Request) {
		ctx, err := rule.Check(r)
		if err != nil {
			rule.Deny(w, r, err)
			return
		}
		token, _ := guard.FromContext(ctx)
		fmt.Fprintln(w, "Hello,", token.Name)
	}

	for _, authorization := range []string{
		"Bearer " + b2c.MustMint(emulator.Spec{}),
		"Bearer " + b2c.MustMint(emulator.Spec{Scopes: []string{"tasks.write"}}),
		"Bearer me in mind",
	} {
		req := httptest.NewRequest("GET", "/tasks", nil)
		req.Header.Set("Authorization", authorization)
		rec := httptest.NewRecorder()
		handler(rec, req)
		fmt.Print(rec.Code, " ", rec.Body)
	}
	// Output:
	// 200 Hello, Ada Example
	// 403 {"type":"about:blank","title":"Forbidden","status":403,"detail":"The access token does not permit this request.","error":"insufficient_scope"}
	// 400 {"type":"about:blank","title":"Bad Request","status":400,"detail":"The request must carry exactly one well-formed access token.","error":"invalid_request"}
}

// Why a request was refused is for operators: in the log, and for metrics in
// a hook.
func ExampleOptions() {
	v, b2c := newValidator()
	defer v.Close()

	refused := map[string]int{}
	g := guard.New(v, &guard.Options{
		Realm: "tasks",
		Logger: slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
			ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == slog.TimeKey {
					return slog.Attr{}
				}
				return a
			},
		})),
		OnRefusal: func(_ *http.Request, r *guard.Refusal) { refused[r.Reason()]++ },
	})
	rule := g.Rule()

	req := httptest.NewRequest("GET", "/tasks", nil)
	req.Header.Set("Authorization", b2c.MustMint(emulator.Spec{})) // the word Bearer is missing
	_, err := rule.Check(req)
	rec := httptest.NewRecorder()
	rule.Deny(rec, req, err)

	fmt.Println(rec.Header().Get("WWW-Authenticate"))
	fmt.Println(refused, errors.Is(err, guard.ErrNoCredential))
	// Output:
	// level=INFO msg="request refused" status=401 reason=no_credential detail="the Authorization header has no scheme; write Bearer and a space before the token" method=GET
	// Bearer realm="tasks"
	// map[no_credential:1] true
}

// Where a platform in front of the API writes a token of its own into
// Authorization, the caller's comes in another header.
func ExampleOptions_header() {
	v, b2c := newValidator()
	defer v.Close()
	rule := guard.New(v, &guard.Options{Header: "X-Api-Authorization"}).Rule()

	req := httptest.NewRequest("GET", "/tasks", nil)
	req.Header.Set("Authorization", "Bearer the.platforms.own")
	req.Header.Set("X-Api-Authorization", "Bearer "+b2c.MustMint(emulator.Spec{}))
	ctx, err := rule.Check(req)
	token, _ := guard.FromContext(ctx)
	fmt.Println(token.Name, err)
	// Output: Ada Example <nil>
}

// A refusal tells operators who was refused, once the signature was verified.
func ExampleRefusal() {
	v, b2c := newValidator()
	defer v.Close()
	rule := guard.New(v, &guard.Options{
		Logger: slog.New(slog.DiscardHandler),
		OnRefusal: func(_ *http.Request, r *guard.Refusal) {
			if r.Holder != nil {
				fmt.Println(r.Reason(), "for a user of", r.Holder.Flow)
			}
		},
	}).Rule(validator.Scope("tasks.erase"))

	req := httptest.NewRequest("GET", "/tasks", nil)
	req.Header.Set("Authorization", "Bearer "+b2c.MustMint(emulator.Spec{}))
	if _, err := rule.Check(req); err != nil {
		rule.Deny(httptest.NewRecorder(), req, err)
	}
	// Output: scope_required for a user of B2C_1_susi
}

// Behind an optional guard, a handler decides for itself what it shows to
// whom. A bad token is still refused.
func ExampleGuard_Optional() {
	v, b2c := newValidator()
	defer v.Close()
	rule := guard.New(v, nil).Optional()

	req := httptest.NewRequest("GET", "/catalogue", nil)
	ctx, _ := rule.Check(req)
	_, ok := guard.FromContext(ctx)
	fmt.Println(ok)

	req.Header.Set("Authorization", "Bearer "+b2c.MustMint(emulator.Spec{}))
	ctx, _ = rule.Check(req)
	_, ok = guard.FromContext(ctx)
	fmt.Println(ok)
	// Output:
	// false
	// true
}
