// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// lacksClaims is the challenge for another token, to the byte. What is in base64 is
// {"access_token":{"acrs":{"essential":true,"value":"c1"}}}.
const (
	lacksClaims = bare + `, error="insufficient_claims", error_description="A token with other claims is required."`
	claimsOfC1  = `, claims="eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlIjoiYzEifX19"`
)

// missingClaims is what acquire's error is to the guard.
type missingClaims struct {
	claims string
	away   bool
}

func (e missingClaims) Error() string         { return "interaction required" }
func (e missingClaims) ClaimsRequest() string { return e.claims }
func (e missingClaims) Unavailable() (retryAfter time.Duration, ok bool) {
	return time.Second, e.away
}

// withClaims is a validator of one token, which has these claims.
func withClaims(t *testing.T, claims string, at authority.Authority) validateFunc {
	t.Helper()
	return func(context.Context, string) (*validator.Token, error) {
		token, err := validator.InsecureTokenFromClaims([]byte(claims))
		if err == nil {
			token.Authority = at
		}
		return token, err
	}
}

func TestClaimsChallenge(t *testing.T) {
	external, err := authority.ExternalID("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		t.Fatal(err)
	}
	res := resource(t, "https://mcp.contoso.com/mcp", &guard.ResourceOptions{AppIDURI: tasksURI, Scopes: []string{"read", "list"}})
	const user = `"oid":"ada","azp":"bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb","scp":"list"`
	context1, scope1 := validator.AuthContext("c1"), scope("read")
	for _, c := range []struct {
		name   string
		claims string
		at     authority.Authority
		res    *guard.Resource
		req    validator.Requirement
		want   string
	}{
		{"a client that understands it", user + `,"xms_cc":["cp1"]`, authority.Authority{}, nil, context1, lacksClaims + claimsOfC1},
		{"among others, in any case", user + `,"xms_cc":["x","CP1"]`, authority.Authority{}, nil, context1, lacksClaims + claimsOfC1},
		{"not as a list", user + `,"xms_cc":"cp1"`, authority.Authority{}, nil, context1, lacksClaims + claimsOfC1},
		{
			"with an authority", user + `,"xms_cc":["cp1"]`, external, nil, context1,
			lacksClaims + `, authorization_uri="https://contoso.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/oauth2/v2.0/authorize"` + claimsOfC1,
		},
		{"with a resource", user + `,"xms_cc":["cp1"]`, authority.Authority{}, res, context1, lacksClaims + full("list") + metadataOf + claimsOfC1},
		{"another context", user + `,"xms_cc":["cp1"],"acrs":["c2"]`, authority.Authority{}, nil, context1, lacksClaims + claimsOfC1},
		{"a client that doesn't say so", user, authority.Authority{}, nil, context1, lacksScope},
		{"another capability", user + `,"xms_cc":["cp2","cp11"]`, authority.Authority{}, nil, context1, lacksScope},
		{"a capability of another type", user + `,"xms_cc":[1,{"cp1":true}]`, authority.Authority{}, nil, context1, lacksScope},
		{"a scope lacks", user + `,"xms_cc":["cp1"]`, authority.Authority{}, nil, validator.AllOf(scope1, context1), lacksScope + `, scope="read"`},
		{"context or scope", user + `,"xms_cc":["cp1"]`, authority.Authority{}, nil, validator.AnyOf(context1, scope1), lacksClaims + claimsOfC1},
		{"context or scope, of another client", user, authority.Authority{}, nil, validator.AnyOf(context1, scope1), lacksScope + `, scope="read"`},
		{"scope or context", user + `,"xms_cc":["cp1"]`, authority.Authority{}, nil, validator.AnyOf(scope1, context1), lacksScope + `, scope="read"`},
	} {
		g := guard.New(withClaims(t, "{"+c.claims+"}", c.at), &guard.Options{Resource: c.res, Logger: quiet().Logger})
		if got := challengeOf(g.Rule(c.req), get("Bearer a")); got != c.want {
			t.Errorf("%s: got challenge\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// The same answer for what a handler passes on.
func TestClaimsChallengeOfAHandler(t *testing.T) {
	const request = `{"access_token":{"polids":{"essential":true,"values":["9ab03e19-ed42-4168-b6b7-7001fb3e933a"]}}}`
	const encoded = "eyJhY2Nlc3NfdG9rZW4iOnsicG9saWRzIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWVzIjpbIjlhYjAzZTE5LWVkNDItNDE2OC1iNmI3LTcwMDFmYjNlOTMzYSJdfX19"
	missing := missingClaims{claims: request}
	for _, c := range []struct {
		name   string
		claims string
		err    error
		status int
		reason string
		want   string
	}{
		{"as it came", `{"oid":"ada","xms_cc":["cp1"]}`, missing, 401, "claims_challenge", lacksClaims + `, claims="` + encoded + `"`},
		{"wrapped", `{"oid":"ada","xms_cc":["cp1"]}`, fmt.Errorf("the stock: %w", missing), 401, "claims_challenge", lacksClaims + `, claims="` + encoded + `"`},
		{"by a requirement", `{"oid":"ada","xms_cc":["cp1"]}`, &validator.Error{Reason: validator.ErrRefused, Err: missing}, 401, "refused", lacksClaims + `, claims="` + encoded + `"`},
		{"another client", `{"oid":"ada"}`, missing, 403, "claims_challenge", lacksScope},
		{"away", `{"oid":"ada","xms_cc":["cp1"]}`, missingClaims{request, true}, 503, "not_validated", ""},
		{"no claims", `{"oid":"ada","xms_cc":["cp1"]}`, missingClaims{}, 503, "not_validated", ""},
		{"claims that fit no header", `{"oid":"ada","xms_cc":["cp1"]}`, missingClaims{claims: strings.Repeat("x", 3000)}, 403, "claims_challenge", lacksScope},
		{"its own refusal stays", `{"oid":"ada","xms_cc":["cp1"]}`, &guard.Refusal{Status: 403, Code: "mine", Err: missing}, 403, "other", bare + `, error="mine"`},
	} {
		rule := guard.New(withClaims(t, c.claims, authority.Authority{}), quiet()).Rule()
		ctx, err := rule.Check(get("Bearer a"))
		if err != nil {
			t.Fatal(err)
		}
		rec := httptest.NewRecorder()
		req := get("Bearer a").WithContext(ctx)
		refusal := rule.Report(req, c.err)
		refusal.ServeHTTP(rec, req)
		if got := rec.Header().Get("WWW-Authenticate"); rec.Code != c.status || got != c.want || refusal.Reason() != c.reason {
			t.Errorf("%s: got %d, reason %s and challenge\n%s\nwant %d, %s and\n%s", c.name, rec.Code, refusal.Reason(), got, c.status, c.reason, c.want)
		}
		if refusal.Status == http.StatusUnauthorized && (refusal.ClaimsRequest != request || !errors.As(refusal, new(missingClaims))) {
			t.Errorf("%s: got claims %q of %v", c.name, refusal.ClaimsRequest, refusal.Err)
		}
	}
}

// Whatever the claims are, the challenge is one line of one scheme, and they come back
// from it.
func FuzzClaimsChallenge(f *testing.F) {
	f.Add(`{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}`)
	f.Add("x\", error=\"y\r\nSet-Cookie: z")
	f.Fuzz(func(t *testing.T, claims string) {
		if len(claims) > 4<<10 {
			return
		}
		h := http.Header{}
		(&guard.Refusal{Status: 401, Code: "insufficient_claims", ClaimsRequest: claims}).SetHeader(h)
		got := h.Get("WWW-Authenticate")
		_, value, there := strings.Cut(got, `, claims="`)
		if there != (claims != "" && len(claims) <= 2<<10) || strings.ContainsAny(got, "\r\n\\") || strings.Count(got, `"`) != 4+2*strings.Count(got, "claims=") {
			t.Fatalf("%q: got %s", claims, got)
		}
		if back, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(value, `"`)); there && (err != nil || string(back) != claims) {
			t.Fatalf("%q: comes back as %q, %v", claims, back, err)
		}
	})
}
