// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// Between a group's rule and a route's a handler may do to its token what it
// likes. These tests do, and look at what the route says.

// tamperings are the ways in which a token can be written to. Each tries to give
// it the scope admin.
var tamperings = map[string]func(*validator.Token){
	"every field": func(t *validator.Token) {
		for f, field := range reflect.ValueOf(t).Elem().Fields() {
			switch {
			case !f.IsExported():
			case field.Kind() == reflect.Slice:
				for i := range field.Len() {
					field.Index(i).SetString("admin")
				}
				field.Set(reflect.ValueOf([]string{"admin"}))
			case field.Kind() == reflect.String:
				field.SetString("admin")
			default:
				field.SetZero()
			}
		}
	},
	"appending": func(t *validator.Token) {
		for _, list := range []*[]string{&t.Audience, &t.Scopes, &t.Roles, &t.Emails} {
			*list = append(*list, "admin")
			_ = append((*list)[:0], "admin", "admin", "admin")
		}
	},
	"sorting": func(t *validator.Token) {
		for _, list := range [][]string{t.Audience, t.Scopes, t.Roles, t.Emails} {
			slices.Sort(list)
			slices.Reverse(list)
			clear(list)
		}
	},
	"another token": func(t *validator.Token) {
		*t = validator.Token{ObjectID: "root", Scopes: []string{"admin"}, ExpiresAt: time.Now().Add(time.Hour)}
	},
	"no token": func(t *validator.Token) { *t = validator.Token{} },
	"a copy, written to": func(t *validator.Token) {
		*t = *t.Freeze().Token()
		t.Scopes = []string{"admin"}
	},
}

// judged are requirements that ada's token satisfies, and others that it does not.
func judged(user string) (good, bad []validator.Requirement) {
	isAda := func(t *validator.Token) bool {
		return t.ObjectID == user && slices.Equal(t.Scopes, []string{"tasks.read", "tasks.write"}) && !t.ExpiresAt.IsZero()
	}
	spoiling := func(t *validator.Token) {
		for _, tamper := range tamperings {
			tamper(t)
		}
	}
	good = []validator.Requirement{
		validator.Scope("tasks.read", "tasks.write"), validator.Flow("B2C_1_susi"),
		validator.Func("ada's", func(t *validator.Token) error {
			defer spoiling(t)
			if !isAda(t) {
				return errors.New("not ada's")
			}
			return nil
		}),
		validator.Lookup("ada's", func(_ context.Context, t *validator.Token) (bool, error) {
			defer spoiling(t)
			return isAda(t), nil
		}),
		validator.Scope("tasks.read", "tasks.write"),
	}
	bad = []validator.Requirement{
		validator.Scope("admin"), validator.AnyOf(validator.Scope("admin"), validator.Claim("scp", "admin")),
		validator.Func("root", func(t *validator.Token) error {
			if t.ObjectID != "root" && t.ObjectID != "admin" {
				return errors.New("not root")
			}
			return nil
		}),
	}
	return good, bad
}

// tampered returns guards over validators of each kind, and a token for all of them.
func tampered(t *testing.T) (guards map[string]*guard.Guard, raw, user string) {
	t.Helper()
	b2c := emulator.NewTenant(nil)
	v := contosos(t, slog.New(slog.DiscardHandler), b2c, nil)
	own := func(ctx context.Context, raw string) (*validator.Token, error) {
		return &validator.Token{
			ObjectID: b2c.User().ObjectID, Flow: "B2C_1_susi", ExpiresAt: time.Now().Add(time.Hour),
			Scopes: append(make([]string, 0, 8), "tasks.read", "tasks.write"), Audience: []string{b2c.API().ID},
		}, nil
	}
	return map[string]*guard.Guard{
			"validator": guard.New(v, quiet()), "a wrapped one": guard.New(wrapper{v}, quiet()), "one's own": guard.New(validateFunc(own), quiet()),
		},
		bearer(b2c, emulator.Spec{Scopes: []string{"tasks.read", "tasks.write"}}), b2c.User().ObjectID
}

func TestHandlersChangeNoVerdict(t *testing.T) {
	guards, raw, user := tampered(t)
	good, bad := judged(user)
	for kind, g := range guards {
		group, route := g.Rule(validator.Scope("tasks.read")), g.Rule(good...)
		for name, tamper := range tamperings {
			for range 2 { // the second time it is remembered
				req := get(raw)
				ctx, err := group.Check(req)
				if err != nil {
					t.Fatalf("%s: group: %v", kind, err)
				}
				req = req.WithContext(ctx)
				token, _ := guard.FromContext(ctx)
				tamper(token)
				inner, err := route.Check(req)
				if err != nil {
					t.Fatalf("%s, %s: got %v, want the route to pass as before", kind, name, err)
				}
				if got, _ := guard.FromContext(inner); got != token {
					t.Errorf("%s, %s: got another token inside, want the one that was written to", kind, name)
				}
				for i, r := range bad {
					if _, err := g.Rule(r).Check(req); err == nil {
						t.Errorf("%s, %s: route %d: got no error, want it refused", kind, name, i)
					}
				}
			}
		}
	}
}

// A refusal has a copy: what its receiver writes to it is not judged either.
func TestRefusalsChangeNoVerdict(t *testing.T) {
	guards, raw, user := tampered(t)
	good, bad := judged(user)
	for kind, g := range guards {
		for name, tamper := range tamperings {
			req := get(raw)
			ctx, err := g.Rule().Check(req)
			if err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
			req = req.WithContext(ctx)
			_, err = g.Rule(bad...).Check(req)
			refusal, _ := errors.AsType[*guard.Refusal](err)
			reported := g.Rule().Report(req, validator.ErrRefused)
			if refusal == nil || refusal.Token == nil || reported.Token == nil {
				t.Fatalf("%s: got %v and %v, want both with their token", kind, refusal, reported)
			}
			tamper(refusal.Token)
			tamper(reported.Token)
			if _, err := g.Rule(good...).Check(req); err != nil {
				t.Errorf("%s, %s: got %v, want the route to pass as before", kind, name, err)
			}
			if token, _ := guard.FromContext(ctx); token.ObjectID != user || token.Scopes[0] != "tasks.read" {
				t.Errorf("%s, %s: got %v for the handler, want its own token", kind, name, token)
			}
		}
	}
}

// Who was refused is who sent the token, whatever the handler that refuses has made
// of it.
func TestReportsNameWhoWasVerified(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	var log strings.Builder
	g := guard.New(contosos(t, slog.New(slog.DiscardHandler), b2c, nil), &guard.Options{Logger: textLogger(&log), LogUnlimited: true})
	for name, tamper := range tamperings {
		log.Reset()
		req := get(bearer(b2c, emulator.Spec{}))
		ctx, err := g.Rule().Check(req)
		if err != nil {
			t.Fatal(err)
		}
		token, _ := guard.FromContext(ctx)
		tamper(token)
		g.Rule().Deny(httptest.NewRecorder(), req.WithContext(ctx), validator.Scope("nobody.has").Check(ctx, token))
		for _, want := range []string{"user=" + b2c.User().ObjectID, "flow=B2C_1_susi"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("%s: got log %s, want %q in it", name, log.String(), want)
			}
		}
	}
}

// Requests with the same token, which is remembered, have nothing to do with each
// other. The race detector looks on.
func TestHandlersOfOneTokenAtOnce(t *testing.T) {
	guards, raw, user := tampered(t)
	good, bad := judged(user)
	for kind, g := range guards {
		group, route := g.Rule(), g.Rule(good...)
		no := make([]*guard.Rule, len(bad))
		for i, r := range bad {
			no[i] = g.Rule(r)
		}
		serve := func(tamper func(*validator.Token)) {
			req := get(raw)
			ctx, err := group.Check(req)
			if err != nil {
				t.Errorf("%s: group: %v", kind, err)
				return
			}
			token, _ := guard.FromContext(ctx)
			if token.ObjectID != user || !token.HasScope("tasks.write") || token.HasScope("admin") {
				t.Errorf("%s: got %v, want ada's token as it was sent", kind, token)
			}
			tamper(token)
			req = req.WithContext(ctx)
			if _, err := route.Check(req); err != nil {
				t.Errorf("%s: route: got %v, want it to pass", kind, err)
			}
			for _, r := range no {
				if _, err := r.Check(req); err == nil {
					t.Errorf("%s: route: got no error, want it refused", kind)
				}
			}
		}
		var wg sync.WaitGroup
		for _, tamper := range tamperings {
			for range 2 {
				wg.Go(func() {
					for range 50 {
						serve(tamper)
					}
				})
			}
		}
		wg.Wait()
	}
}

// editor is a validator that wraps another one and takes scopes away.
type editor struct{ guard.Validator }

func (e editor) Validate(ctx context.Context, raw string) (*validator.Token, error) {
	token, err := e.Validator.Validate(ctx, raw)
	if err == nil {
		token.Scopes = slices.DeleteFunc(token.Scopes, func(s string) bool { return s == "tasks.write" })
	}
	return token, err
}

// What a validator has written to its token before it returns it counts.
func TestWrappingValidatorsMayWrite(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	g := guard.New(editor{contosos(t, slog.New(slog.DiscardHandler), b2c, nil)}, quiet())
	req := get(bearer(b2c, emulator.Spec{Scopes: []string{"tasks.read", "tasks.write"}}))
	ctx, err := g.Rule(validator.Scope("tasks.read")).Check(req)
	if err != nil {
		t.Fatal(err)
	}
	for name, req := range map[string]*http.Request{"alone": req, "nested": req.WithContext(ctx)} {
		if got := refuse(t, g.Rule(validator.Scope("tasks.write")), req).Status; got != http.StatusForbidden {
			t.Errorf("%s: got %d for a scope that was taken away, want 403", name, got)
		}
	}
}
