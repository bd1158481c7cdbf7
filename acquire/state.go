// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/jwks"
)

// State is how an [App] is doing at one time, for people and metrics. It tells of no
// user and holds no token. Times are by this process's clock, and zero for what has
// not happened.
type State struct {
	// Authority is the authority's ID, and ClientID the App's.
	Authority, ClientID string

	// Requests counts those to the token endpoint, and Shared the tokens that
	// another process had got (Options.Cache).
	Requests, Shared uint64
	// Failures counts what failed, requests and renewals for which none could be made,
	// by what can be done about it.
	Failures map[Class]uint64

	// LastSuccess is when a token was got last, from the endpoint or the cache, and
	// LastErrorAt when it could not be, with LastError; these two are kept after
	// recovery.
	LastSuccess, LastErrorAt time.Time
	LastError                error

	// HeldUntil is until when no request is made for any token, since B2C has answered
	// HTTP 429; zero if requests may be made.
	HeldUntil time.Time

	// Tokens are the application's own, sorted by scopes.
	Tokens []TokenState

	// Accounts is how many users' tokens are in memory, and Unsent for how many of
	// them the Cache has failed to take the latest, which is tried again.
	Accounts, Unsent int

	// Keys are those that ID tokens are verified with: of the App's own flow, then of
	// Options.Links, by name.
	Keys []jwks.State
}

// TokenState is how one of the application's own tokens is doing.
type TokenState struct {
	// Scopes are what it is for, as they are asked for.
	Scopes string
	// Expiry is when the token there is ends; zero if there is none that is good.
	Expiry time.Time
	// LastError is why it could not be renewed; nil after a success.
	LastError error
	// NextAttempt is until when failures hold the next renewal back; zero if they
	// don't.
	NextAttempt time.Time
}

// State returns the state of the App. It takes locks for a moment, makes no request
// and does not ask the Cache.
func (a *App) State() State {
	t := a.ledger.counted()
	s := State{
		Authority: a.Authority().ID(), ClientID: a.clientID,
		Requests: t.requests, Shared: t.shared, Failures: t.failures,
		LastSuccess: t.lastSuccess, LastErrorAt: t.lastErrorAt, LastError: t.lastError,
		Accounts: len(a.accounts.all()), Unsent: a.fleet.unsent(), Keys: a.flows.states(),
	}
	if wait := a.endpoint.throttle.wait(); wait > 0 {
		s.HeldUntil = time.Now().Add(wait)
	}
	a.tokens.entries.Each(func(scopes string, e *tokencache.Entry) {
		s.Tokens = append(s.Tokens, stateOf(scopes, e, a.clock.Now()))
	})
	slices.SortFunc(s.Tokens, func(x, y TokenState) int { return strings.Compare(x.Scopes, y.Scopes) })
	return s
}

func stateOf(scopes string, e *tokencache.Entry, at tokencache.Instant) TokenState {
	s := TokenState{Scopes: scopes}
	if t := e.Current(); t.Age(at) != tokencache.Gone {
		s.Expiry = t.Expiry(at)
	}
	wait, err := e.Failing()
	if err == nil {
		return s
	}
	if s.LastError = explain(err); wait > 0 {
		s.NextAttempt = time.Now().Add(wait)
	}
	return s
}
