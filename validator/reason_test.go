// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/validator"
)

// declaredReasons reads the constants of type Reason out of the source.
func declaredReasons(t *testing.T) (all []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			c := s.(*ast.ValueSpec)
			if id, ok := c.Type.(*ast.Ident); !ok || id.Name != "Reason" {
				continue
			}
			text, err := strconv.Unquote(c.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, text)
		}
	}
	return all
}

// The list of reasons is closed, and each has a kind of its own choosing:
// a new one must be added here and to the corpus.
func TestReasonsAreClosed(t *testing.T) {
	declared := declaredReasons(t)
	var known []string
	kinds := map[validator.Reason]validator.Kind{
		validator.ErrUnavailable: validator.Unavailable, validator.ErrUndecided: validator.Unavailable, validator.ErrSignInTooOld: validator.InsufficientAuthentication,
	}
	for _, r := range slices.Concat(validateReasons, idTokenReasons) {
		known = append(known, r.Error())
		if _, ok := kinds[r]; !ok {
			kinds[r] = validator.InvalidToken
		}
	}
	for _, r := range requirementReasons {
		known = append(known, r.Error())
		if _, ok := kinds[r]; !ok {
			kinds[r] = validator.InsufficientScope
		}
	}
	slices.Sort(declared)
	slices.Sort(known)
	if !slices.Equal(declared, known) {
		t.Errorf("got reasons %q, want %q", declared, known)
	}
	if len(slices.Compact(slices.Clone(declared))) != len(declared) {
		t.Errorf("two reasons have one text: %q", declared)
	}
	for r, want := range kinds {
		if got := r.Kind(); got != want {
			t.Errorf("%s: got kind %v, want %v", r, got, want)
		}
		if strings.Trim(r.Error(), "abcdefghijklmnopqrstuvwxyz_") != "" {
			t.Errorf("%q is not fit for a metric's label", r.Error())
		}
	}
	// What nobody declared must not open a door.
	if validator.Reason("made up").Kind() != validator.InvalidToken {
		t.Error("an unknown reason is not an invalid token")
	}
}

func TestErrorText(t *testing.T) {
	e := &validator.Error{Reason: validator.ErrExpired, Claim: "exp", Detail: "the token expired"}
	if got, want := e.Error(), "token refused: expired: the token expired"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	e = &validator.Error{Reason: validator.ErrUnavailable, RetryAfter: time.Second, Err: io.ErrUnexpectedEOF}
	if got, want := e.Error(), "token not validated: keys_unavailable: unexpected EOF"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(e, validator.ErrUnavailable) || !errors.Is(e, io.ErrUnexpectedEOF) || errors.Is(e, validator.ErrExpired) {
		t.Error("errors.Is is wrong")
	}
	if got, ok := errors.AsType[*validator.Error](error(e)); !ok || got != e {
		t.Error("errors.AsType finds nothing")
	}
	if r, ok := errors.AsType[validator.Reason](error(e)); !ok || r != validator.ErrUnavailable {
		t.Errorf("errors.AsType finds the reason %q", r)
	}
}
