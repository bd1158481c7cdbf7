// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// replaceable is a source whose set is replaced at will.
type replaceable struct {
	jwks.Source
	set atomic.Pointer[jwks.Set]
}

func (s *replaceable) Current() *jwks.Set { return s.set.Load() }

func (s *replaceable) Find(context.Context, jwks.Query) (*jwks.Set, error) {
	if set := s.set.Load(); set != nil {
		return set, nil
	}
	return nil, &jwks.UnavailableError{Err: errors.New("no keys")}
}

// has gives it a set with that issuer and, under the user flow's key id, that key.
func (s *replaceable) has(tb testing.TB, issuer string, key *rsa.PublicKey) {
	tb.Helper()
	kid := kidOf(&keysOf(tb).userFlow.PublicKey)
	static, err := jwks.NewStatic(s.Authority(), issuer, []byte(`{"keys":[`+jwkOf(key, set("kid", quoted(kid)))+`]}`))
	if err != nil {
		tb.Fatal(err)
	}
	s.set.Store(static.Current())
}

func newReplaceable(tb testing.TB, a authority.Authority) *replaceable {
	tb.Helper()
	static, err := jwks.NewStatic(a, a.Issuers()[0], []byte(`{"keys":[`+jwkOf(&keysOf(tb).userFlow.PublicKey)+`]}`))
	if err != nil {
		tb.Fatal(err)
	}
	s := &replaceable{Source: static}
	s.has(tb, a.Issuers()[0], &keysOf(tb).userFlow.PublicKey)
	return s
}

// recaller is a validator of one replaceable source, at a time that is set.
type recaller struct {
	*validator.Validator
	source *replaceable
	now    time.Time
	looks  int    // at the clock
	onLook func() // called at each
}

func newRecaller(tb testing.TB, opts validator.Options) *recaller {
	tb.Helper()
	r := &recaller{source: newReplaceable(tb, contosoTenant(tb).Flow("B2C_1_susi")), now: time.Unix(corpusNow, 0)}
	opts.Updatable = true
	opts.Now = func() time.Time {
		r.looks++
		if r.onLook != nil {
			r.onLook()
		}
		return r.now
	}
	var err error
	if r.Validator, err = validator.NewFromSources([]jwks.Source{r.source}, contosoAPI, &opts); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = r.Close() })
	return r
}

func (r *recaller) change(tb testing.TB, change func(*validator.Trust)) {
	tb.Helper()
	if err := r.Update(func(t *validator.Trust) error { change(t); return nil }); err != nil {
		tb.Fatal(err)
	}
}

// recalls validates a token that is remembered.
func recalls(tb testing.TB, v *validator.Validator, raw string) *validator.Token {
	tb.Helper()
	before := v.State().Memory
	token, err := v.Validate(tb.Context(), raw)
	if after := v.State().Memory; err != nil || after.Hits != before.Hits+1 || after.Misses != before.Misses {
		tb.Fatalf("got %v, %+v and then %+v, want a token that is recalled", err, before, after)
	}
	return token
}

// validates validates a token that is not remembered.
func validates(tb testing.TB, v *validator.Validator, raw string) (*validator.Token, error) {
	tb.Helper()
	before := v.State().Memory
	token, err := v.Validate(tb.Context(), raw)
	if after := v.State().Memory; after.Hits != before.Hits {
		tb.Errorf("got %+v and then %+v, want no token that is recalled", before, after)
	}
	return token, err
}

func goodToken(tb testing.TB, mods ...mod) string {
	tb.Helper()
	key := keysOf(tb).userFlow
	return signToken(key, headerOf(key), payloadOf(mods...))
}

func drops(name string) []mod { return []mod{drop(name)} }

func newReplaceableWith(tb testing.TB, key *rsa.PublicKey) *jwks.Set {
	tb.Helper()
	static, err := jwks.NewStatic(contosoTenant(tb).Flow("B2C_1_susi"), contosoIssuer, []byte(`{"keys":[`+jwkOf(key)+`]}`))
	if err != nil {
		tb.Fatal(err)
	}
	return static.Current()
}
