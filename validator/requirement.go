// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/b2ckit/b2ckit/authority"
)

// Requirement is what a route asks of a verified token. Requirements are
// plain values; combine them with [AllOf] and [AnyOf]. The zero Requirement
// is invalid. A Requirement made from invalid arguments keeps the error, and
// whoever registers it reports it before the first request.
type Requirement struct {
	check    func(context.Context, *Token) *Error // of Token.own, which it neither writes to nor passes on
	obstacle func(issuance) *obstacle             // nil if tokens of any may satisfy it
	scopes   []string
	clients  []string // that it speaks of
	flows    []string // that it speaks of
	tenants  []string // that it speaks of
	text     string   // as it is written
	asks     bool     // a function of the application

	ofSubject bool // it matters whether a user has signed in

	err error
}

// String returns the requirement as it is written in Go, with the name alone of what
// the application has made.
func (r Requirement) String() string {
	if r.text == "" {
		return "Requirement{}"
	}
	return r.text
}

// Err returns why the requirement can't be used, nil if it can.
func (r Requirement) Err() error {
	if r.err == nil && r.check == nil {
		return errors.New("validator: empty Requirement")
	}
	return r.err
}

// Scopes returns the scopes that the requirement speaks of, those of all alternatives
// among them, and nil if it speaks of none. A token that has them all lacks no scope,
// and may be refused for something else.
func (r Requirement) Scopes() []string { return slices.Clone(r.scopes) }

// Check reports whether the token satisfies the requirement; the error is nil
// or a [*Error], whose kind is Unavailable if that could not be decided. The
// context is for the application's own functions; nothing else waits. A token of a
// Validator is judged as it was verified, whatever has been written to it since, and
// one that was made by hand as it is.
func (r Requirement) Check(ctx context.Context, t *Token) error {
	if e := r.checkToken(ctx, t); e != nil {
		return e
	}
	return nil
}

func (r Requirement) checkToken(ctx context.Context, t *Token) *Error {
	if err := r.Err(); err != nil {
		return refuse(ErrRefused, "", "the requirement is invalid: %v", err)
	}
	if t == nil {
		return refuse(ErrRefused, "", "there is no token")
	}
	if ctx == nil {
		ctx = context.Background()
	}
	return r.check(ctx, t.own())
}

// issuance is whose tokens are in question: those of one authority for one
// client, where "" is any.
type issuance struct {
	authority authority.Authority
	client    string
	listed    bool    // its tokens may name no flow, as daemons' may
	subject   subject // where that matters
	tenant    string  // one of the authority's, where that matters
}

// subject is who a token speaks of.
type subject uint8

const (
	anySubject subject = iota
	ofUser
	ofApp
)

// obstacle is the part of a requirement that no token of an issuance can
// satisfy, in the words of Go, and why if there is more to say.
type obstacle struct{ part, why string }

// obstacleAt returns why no token of the issuance can satisfy the requirement,
// nil if one may.
func (r Requirement) obstacleAt(i issuance) *obstacle {
	if r.obstacle == nil {
		return nil
	}
	return r.obstacle(i)
}

// call writes a requirement as it is called.
func call(fn string, names []string) string { return fn + "(" + list(names) + ")" }

func checkNames(fn string, names []string, check func(string) error) error {
	if len(names) == 0 {
		return fmt.Errorf("validator: %s(): want at least one name", fn)
	}
	for _, n := range names {
		if err := check(n); err != nil {
			return fmt.Errorf("validator: %s(%q): %w", fn, n, err)
		}
	}
	return nil
}
