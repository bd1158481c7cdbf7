// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// script is a validator that answers as it is told to, and counts.
type script struct {
	calls   atomic.Int64
	waiting chan struct{} // told of each call that waits, if not nil
}

// The tokens that the script knows. Any other is refused, as too large if it
// is longer than a real validator reads.
const (
	goodToken     = "good"
	capableToken  = "capable" // its client understands claims challenges
	expiredToken  = "expired"
	outageToken   = "outage"
	blinkToken    = "blink"
	waitToken     = "wait"
	canceledToken = "canceled"
	deadlineToken = "deadline"
	brokenToken   = "broken"
	nothingToken  = "nothing"
	panicToken    = "panic"
)

const tokenLimit = 16 << 10

// secret stands in what operators get to see and clients must not.
const secret = "operators-only"

func (s *script) Validate(ctx context.Context, raw string) (*validator.Token, error) {
	s.calls.Add(1)
	if len(raw) > tokenLimit {
		return nil, &validator.Error{Reason: validator.ErrTooLarge, Detail: secret}
	}
	switch raw {
	case goodToken:
		return &validator.Token{
			ObjectID: "ada",
			Flow:     "B2C_1_susi",
			ClientID: "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb",
			Scopes:   []string{"tasks.read", "tasks.list"},
			AuthTime: time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC),
		}, nil
	case capableToken:
		return validator.InsecureTokenFromClaims([]byte(`{"oid":"ada","azp":"bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb","scp":"tasks.read","acrs":["c2"],"xms_cc":["CP1"]}`))
	case expiredToken:
		return nil, fmt.Errorf("wrapped: %w", &validator.Error{
			Reason: validator.ErrExpired, Claim: "exp", Detail: secret, Holder: &validator.Holder{UserID: "eve"},
		})
	case outageToken:
		return nil, &validator.Error{Reason: validator.ErrUnavailable, Detail: secret, RetryAfter: 1500 * time.Millisecond}
	case blinkToken:
		return nil, &validator.Error{Reason: validator.ErrUnavailable, Detail: secret}
	case waitToken: // as for keys that don't come
		if s.waiting != nil {
			s.waiting <- struct{}{}
		}
		<-ctx.Done()
		return nil, &validator.Error{Reason: validator.ErrUnavailable, Detail: secret, Err: ctx.Err()}
	case canceledToken:
		return nil, context.Canceled
	case deadlineToken:
		return nil, context.DeadlineExceeded
	case brokenToken:
		return nil, errors.New(secret)
	case nothingToken:
		return nil, nil
	case panicToken:
		panic(secret)
	default:
		return nil, &validator.Error{Reason: validator.ErrMalformed, Detail: secret}
	}
}

// newGuard returns a guard over a new script.
func newGuard(change func(*guard.Options)) (*guard.Guard, *script) {
	opts := &guard.Options{Logger: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(opts)
	}
	s := &script{}
	return guard.New(s, opts), s
}

// greet is a handler that tells the method and whose token it got. The token
// must be the same from the adapter's accessor and the request's context.
func greet(w http.ResponseWriter, r *http.Request, token *validator.Token) {
	fromContext, ok := guard.FromContext(r.Context())
	name := "nobody"
	switch {
	case fromContext != token || ok != (token != nil):
		name = "a different token from the accessor than from the context"
	case ok:
		name = token.ObjectID
	}
	body := fmt.Sprintf("%s for %s", r.Method, name)
	w.Header().Set("Content-Type", "text/plain")
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(body))
	}
}

// get returns a GET route with these rules that greets.
func get(path string, rules ...Rule) Route {
	return Route{Method: http.MethodGet, Path: path, Rules: rules, Handler: greet}
}
