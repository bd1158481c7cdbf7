// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// adas is whose token is refused in these tests.
var adas = validator.Holder{ClientID: "web", UserID: "ada", Flow: "B2C_1_susi"}

func acceptAda(context.Context, string) (*validator.Token, error) {
	return &validator.Token{
		ObjectID: "ada", ClientID: "web", Flow: "B2C_1_susi", Issuer: "https://issuer.example/",
		Name: "Ada Example", Emails: []string{"ada@example.org"},
	}, nil
}

// Once the signature holds, a refusal says whose token it was, in the log and
// in the hook; the caller gets to see nothing of it.
func TestRefusalTellsTheHolder(t *testing.T) {
	expired := &validator.Error{Reason: validator.ErrExpired, Holder: &adas}
	for _, c := range []struct {
		name     string
		v        guard.Validator
		req      *http.Request
		required []validator.Requirement
		want     *validator.Holder
		token    bool
	}{
		{"no credential", validateFunc(acceptAda), get(), nil, nil, false},
		{"signature did not hold", fail(&validator.Error{Reason: validator.ErrSignature}), get("Bearer a"), nil, nil, false},
		{"no keys", fail(&validator.Error{Reason: validator.ErrUnavailable}), get("Bearer a"), nil, nil, false},
		{"expired", fail(expired), get("Bearer a"), nil, &adas, false},
		{"expired, wrapped", fail(fmt.Errorf("own: %w", expired)), get("Bearer a"), nil, &adas, false},
		{"expired, of an app", fail(&validator.Error{Reason: validator.ErrExpired, Holder: &validator.Holder{ClientID: "daemon"}}), get("Bearer a"), nil, &validator.Holder{ClientID: "daemon"}, false},
		{"route wants a scope", validateFunc(acceptAda), get("Bearer a"), []validator.Requirement{validator.Scope("x")}, &adas, true},
		{"an own refusal", fail(&guard.Refusal{Status: 403, Holder: &adas}), get("Bearer a"), nil, &adas, false},
		{"caller hung up in a requirement", fail(&validator.Error{Reason: validator.ErrUnavailable, Holder: &adas}), get("Bearer a").WithContext(canceled(t)), nil, &adas, false},
	} {
		for _, omit := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, OmitUser %v", c.name, omit), func(t *testing.T) {
				var log bytes.Buffer
				var seen *guard.Refusal
				rule := guard.New(c.v, &guard.Options{
					Logger:    slog.New(rawHandler{&log}),
					OnRefusal: func(_ *http.Request, r *guard.Refusal) { seen = r },
					OmitUser:  omit,
				}).Rule(c.required...)
				rec := httptest.NewRecorder()
				rule.Deny(rec, c.req, refuse(t, rule, c.req))

				want := c.want
				if omit && want != nil {
					want = &validator.Holder{ClientID: want.ClientID, Flow: want.Flow}
				}
				if got := seen.Holder; (got == nil) != (want == nil) || got != nil && *got != *want {
					t.Errorf("Holder: got %v, want %v", got, want)
				}
				if got := seen.Token != nil; got != (c.token && !omit) {
					t.Errorf("Token: got one: %v, want one: %v", got, c.token && !omit)
				}
				if want == nil {
					want = &validator.Holder{}
				}
				for key, value := range map[string]string{"client": want.ClientID, "user": want.UserID, "flow": want.Flow} {
					n := 0
					if value != "" {
						n = 1
					}
					if strings.Count(log.String(), " "+key+"=") != n || strings.Count(log.String(), " "+key+"="+value) != n {
						t.Errorf("got log %s, want %s=%s in it %d times", log.String(), key, value, n)
					}
				}
				if omit && strings.Contains(log.String()+fmt.Sprintf("%v %+v %v", seen, seen, seen.LogValue()), "ada") {
					t.Errorf("got log %s and refusal %v, want no user", log.String(), seen.LogValue())
				}
				for _, private := range []string{"Ada Example", "example.org"} {
					if strings.Contains(log.String(), private) {
						t.Errorf("got log %s, want no %q in it", log.String(), private)
					}
				}
				if public := fmt.Sprint(rec.Header(), rec.Body, seen.Error()); strings.Contains(public, "ada") || strings.Contains(public, "susi") {
					t.Errorf("got %s made public, want no holder", public)
				}
			})
		}
	}
}

// A refusal that the application keeps and returns again is not its holder's.
func TestOwnRefusalKeepsNoHolder(t *testing.T) {
	own := &guard.Refusal{Status: 403}
	opts := quiet()
	opts.OmitUser = true
	for name, g := range map[string]*guard.Guard{
		"guard": guard.New(validateFunc(acceptAda), quiet()), "guard that omits users": guard.New(validateFunc(acceptAda), opts),
	} {
		ctx, err := g.Rule().Check(get("Bearer a"))
		if err != nil {
			t.Fatal(err)
		}
		if got := g.Rule().Report(get().WithContext(ctx), own); got.Holder == nil || got.Holder.ClientID != "web" {
			t.Errorf("%s: got holder %v, want ada's", name, got.Holder)
		}
		if own.Holder != nil || own.Token != nil {
			t.Errorf("%s: got %v and %v in the application's own refusal, want it left alone", name, own.Holder, own.Token)
		}
	}
}

// A handler that checks by itself refuses the one whose request it serves,
// and nobody whose token it validated beside that.
func TestHandlersRefusalTellsTheHolder(t *testing.T) {
	g := guard.New(validateFunc(acceptAda), quiet())
	served, err := g.Rule().Check(get("Bearer a"))
	if err != nil {
		t.Fatal(err)
	}
	bobs := &validator.Holder{UserID: "bob"}
	bad := refuse(t, guard.New(fail(validator.ErrSignature), quiet()).Rule(), get("Bearer b").WithContext(served))
	for _, c := range []struct {
		name string
		ctx  context.Context
		err  error
		want string // the user, "" for no holder
	}{
		{"requirement", served, validator.Scope("x").Check(served, &validator.Token{}), "ada"},
		{"database", served, errDatabase, "ada"},
		{"behind no guard", t.Context(), validator.ErrScopeRequired, ""},
		{"a second token, signature held", served, &validator.Error{Reason: validator.ErrExpired, Holder: bobs}, "bob"},
		{"a second token, signature did not hold", served, &validator.Error{Reason: validator.ErrSignature}, ""},
		{"a refusal of another guard inside", served, bad, ""},
		{"the same, wrapped", served, fmt.Errorf("inner: %w", bad), ""},
	} {
		r := g.Rule().Report(get().WithContext(c.ctx), c.err)
		got := ""
		if r.Holder != nil {
			got = r.Holder.UserID
		}
		if got != c.want || (r.Holder == nil) != (c.want == "") {
			t.Errorf("%s: got holder %v, want %q", c.name, r.Holder, c.want)
		}
		if (r.Token != nil) != (c.want == "ada") {
			t.Errorf("%s: got token %v, want one only if it is ada's", c.name, r.Token)
		}
	}
}

// Signed does not mean harmless: users may have chosen what stands there.
func TestHolderIsEscapedAndCutInTheLog(t *testing.T) {
	long := strings.Repeat("é", 1000)
	var log bytes.Buffer
	holder := &validator.Holder{ClientID: "web\nlevel=ERROR", UserID: long, Flow: "a\x1b[31m\u202e\xff"}
	g := guard.New(fail(&validator.Error{Reason: validator.ErrExpired, Holder: holder}), &guard.Options{Logger: slog.New(rawHandler{&log})})
	deny(g.Rule(), get("Bearer a"))
	want := `request refused status=401 reason=expired client=web\nlevel=ERROR user=` + strings.Repeat("é", 510) + `… flow=a\x1b[31m\u202e\xff method=GET` + "\n"
	if got := log.String(); got != want {
		t.Errorf("got log\n%s\nwant\n%s", got, want)
	}
	if got := refuse(t, g.Rule(), get("Bearer a")).Holder.UserID; got != long {
		t.Errorf("Holder: got %d bytes, want all %d as they are", len(got), len(long))
	}
}
