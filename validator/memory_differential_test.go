// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// These tests hold a validator that remembers against one that doesn't, through the
// same random changes.

// sameToken reports whether two tokens tell the same, all claims included.
func sameToken(tb testing.TB, a, b *validator.Token) bool {
	tb.Helper()
	va, vb := reflect.ValueOf(*a), reflect.ValueOf(*b)
	for i := range va.NumField() {
		f := va.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		same := false
		if f.Type.Comparable() {
			same = va.Field(i).Equal(vb.Field(i))
		} else {
			same = reflect.DeepEqual(va.Field(i).Interface(), vb.Field(i).Interface())
		}
		if !same {
			return false
		}
	}
	var ca, cb map[string]json.RawMessage
	if ea, eb := a.Claims(&ca), b.Claims(&cb); ea != nil || eb != nil {
		tb.Fatal(ea, eb)
	}
	return maps.EqualFunc(ca, cb, func(x, y json.RawMessage) bool { return string(x) == string(y) })
}

// twins go through the same, and only the first has a memory.
type twins struct {
	with, without *validator.Validator
	hits          int
}

// validate has both validate a token, and compares what they say.
func (tw *twins) validate(tb testing.TB, what, raw string) (outcome string) {
	tb.Helper()
	before := tw.with.State().Memory.Hits
	got, gotErr := tw.with.Validate(tb.Context(), raw)
	want, wantErr := tw.without.Validate(tb.Context(), raw)
	hit := tw.with.State().Memory.Hits > before
	if hit {
		tw.hits++
	}
	g, w := verdictOf(gotErr), verdictOf(wantErr)
	gh, wh := holderIn(gotErr), holderIn(wantErr)
	switch {
	case g != w, (gh == nil) != (wh == nil), gh != nil && *gh != *wh:
		tb.Fatalf("%s: got %v for %+v, want %v for %+v; recalled: %v", what, gotErr, gh, wantErr, wh, hit)
	case gotErr == nil && !sameToken(tb, got, want):
		tb.Fatalf("%s: got %#v of %v, want %#v of %v; recalled: %v", what, got, got.Authority, want, want.Authority, hit)
	}
	return g
}

func holderIn(err error) *validator.Holder {
	if e, ok := errors.AsType[*validator.Error](err); ok {
		return e.Holder
	}
	return nil
}

func TestMemoryChangesNoVerdict(t *testing.T) {
	seen, hits := map[string]int{}, 0
	for seed := range uint64(8) {
		w := newFickleWorld(t, rand.New(rand.NewPCG(seed, 13)))
		for range 200 {
			what := w.change(t)
			for range 4 {
				i := w.pick()
				seen[w.validate(t, fmt.Sprintf("seed %d, after %s, token %d %s", seed, what, i, w.names[i]), w.tokens[i])]++
			}
		}
		for _, v := range []*validator.Validator{w.with, w.without} {
			_ = v.Close()
		}
		seen[w.validate(t, "closed", w.tokens[0])]++
		hits += w.hits
	}
	t.Log(hits, "recalled;", seen)
	for _, want := range []validator.Reason{
		validator.ErrTooLarge, validator.ErrUnknownKey, validator.ErrSignature, validator.ErrIssuer, validator.ErrAudience, validator.ErrExpired,
		validator.ErrNotYetValid, validator.ErrNotAccessToken, validator.ErrFlow, validator.ErrClient, validator.ErrUnavailable, validator.ErrRefused,
	} {
		if seen[want.Error()] == 0 {
			t.Errorf("nothing was refused as %s; then the test shows less than it should", want)
		}
	}
	if hits < 400 {
		t.Errorf("only %d tokens were recalled", hits)
	}
}

// fickleWorld changes all that verdicts hang on.
type fickleWorld struct {
	twins
	rand    *rand.Rand
	keys    []*rsa.PublicKey
	sources []*replaceable
	now     time.Time
	blocked bool // the application's own rule refuses one user
	tokens  []string
	names   []string
}

const unknownAPI = "34343434-3434-4434-8434-343434343434"

func newFickleWorld(tb testing.TB, r *rand.Rand) *fickleWorld {
	tb.Helper()
	k := keysOf(tb)
	w := &fickleWorld{rand: r, now: time.Unix(corpusNow, 0), keys: []*rsa.PublicKey{&k.userFlow.PublicKey, &k.partner.PublicKey, &k.stranger.PublicKey}}
	external, err := authority.ExternalID("contoso", "775527ff-9a37-4307-8b3d-cc311f58d926")
	if err != nil {
		tb.Fatal(err)
	}
	all := append(contosoTenant(tb).Flows("B2C_1_susi", "B2C_1_edit", "B2C_1A_partner"), external)
	all = append(all, fabrikamTenant(tb).Flow("B2C_1_susi"))
	for _, a := range all {
		s := &replaceable{Source: newReplaceable(tb, a).Source}
		w.sources = append(w.sources, s)
		w.publish(tb, s, 0, 0)
	}
	opts := validator.Options{
		Updatable: true, MaxTokenBytes: 3000, Now: func() time.Time { return w.now },
		AllowMissingFlow: []string{daemonClient},
		Requirements: []validator.Requirement{validator.Lookup("not blocked", func(_ context.Context, t *validator.Token) (bool, error) {
			return !w.blocked || t.ObjectID != "blocked", nil
		})},
	}
	for v, bytes := range map[**validator.Validator]int{&w.with: 0, &w.without: -1} {
		opts.MemoryBytes = bytes
		sources := make([]jwks.Source, 0, len(w.sources))
		for _, s := range w.sources {
			sources = append(sources, s)
		}
		if *v, err = validator.NewFromSources(sources, contosoAPI, &opts); err != nil {
			tb.Fatal(err)
		}
	}
	w.mint(tb)
	return w
}

// publish gives a source the issuer in one of its forms, and under two ids the key of
// that number and the next.
func (w *fickleWorld) publish(tb testing.TB, s *replaceable, form, key int) {
	tb.Helper()
	var all []string
	for i, id := range []string{"one", "two"} {
		if n := (key + i) % 4; n < len(w.keys) { // else it is not there
			all = append(all, jwkOf(w.keys[n], set("kid", quoted(id))))
		}
	}
	static, err := jwks.NewStatic(s.Authority(), s.Authority().Issuers()[form], []byte(`{"keys":[`+strings.Join(all, ",")+`]}`))
	if err != nil {
		tb.Fatal(err)
	}
	s.set.Store(static.Current())
}

// mint makes tokens of each authority, and of each all that may differ, one at a time.
func (w *fickleWorld) mint(tb testing.TB) {
	tb.Helper()
	k := keysOf(tb)
	for _, s := range w.sources {
		a := s.Authority()
		base := []mod{set("iss", quoted(a.Issuers()[0])), set("tfp", quoted(a.Flow()))}
		if a.Kind() == authority.EntraExternalID {
			base = []mod{set("iss", quoted(a.Issuers()[0])), set("ver", `"2.0"`), drop("tfp"), drop("nonce")}
		}
		for _, variant := range []struct {
			name string
			mods []mod
		}{
			{"usual", nil},
			{"other spelling", []mod{set("tfp", quoted(strings.ToLower(a.Flow())))}},
			{"other form", []mod{set("iss", quoted(a.Issuers()[1]))}},
			{"other audience", []mod{set("aud", quoted(unknownAPI))}},
			{"two audiences", []mod{set("aud", `["`+contosoAPI+`","`+unknownAPI+`"]`)}},
			{"daemon", []mod{drop("tfp"), set("azp", quoted(daemonClient)), drop("oid")}},
			{"no flow", []mod{drop("tfp")}},
			{"blocked", []mod{set("oid", `"blocked"`)}},
			{"from later on", []mod{set("nbf", "1750000300")}},
			{"issued later", []mod{set("iat", "1750000300")}},
			{"for long", []mod{set("exp", "1750090000")}},
			{"short", []mod{set("exp", "1750000300")}},
			{"ID token", []mod{drop("scp")}},
			{"daemon's role", []mod{drop("scp"), add("roles", `["jobs.run"]`)}},
			{"escaped", []mod{set("name", `"\u0041da"`), set("emails", `["a@x","b\u0040x"]`), set("scp", `"a\u0062 c"`)}},
			{"empty lists", []mod{set("emails", `[]`), add("roles", `[]`)}},
			{"long", []mod{add("padding", quoted(strings.Repeat("x", 3000)))}},
			{"signed by two", nil},
			{"signed by three", nil},
		} {
			key, kid := k.userFlow, "one"
			switch variant.name {
			case "signed by two":
				key, kid = k.partner, "two"
			case "signed by three":
				key = k.stranger
			}
			w.tokens = append(w.tokens, signToken(key, headerOf(key, set("kid", quoted(kid))), payloadOf(slices.Concat(base, variant.mods)...)))
			w.names = append(w.names, a.String()+": "+variant.name)
		}
	}
	tampered := w.tokens[0]
	w.tokens, w.names = append(w.tokens, tampered[:len(tampered)-1]+"A"), append(w.names, "tampered with")
}

// pick prefers a few tokens, so that they are seen again.
func (w *fickleWorld) pick() int {
	if w.rand.IntN(3) > 0 {
		return w.rand.IntN(40)
	}
	return w.rand.IntN(len(w.tokens))
}

// change changes one thing, or often nothing.
func (w *fickleWorld) change(tb testing.TB) string {
	tb.Helper()
	s := w.sources[w.rand.IntN(len(w.sources))]
	switch n := w.rand.IntN(20); n {
	case 0, 1:
		s.set.Store(nil)
		return "the keys have lapsed"
	case 2, 3:
		form, key := w.rand.IntN(2), w.rand.IntN(4)
		w.publish(tb, s, form, key)
		return fmt.Sprintf("issuer form %d, keys from %d", form, key)
	case 4, 5, 6, 7:
		for _, s := range w.sources {
			w.publish(tb, s, 0, 0)
		}
		return "all as in the beginning"
	case 8:
		at := []int64{1750000000, 1750000300, 1750003600, 1750090000}[w.rand.IntN(4)]
		w.now = time.Unix(at, 0).Add(time.Duration(w.rand.IntN(5)-2) * time.Minute).Add(time.Duration(w.rand.IntN(3) - 1))
		return "the clock is set to " + w.now.String()
	case 9, 10, 11:
		w.now = time.Unix(corpusNow, 0)
		return "the clock is right"
	case 12:
		w.with.Purge()
		w.without.Purge()
		return "purge"
	case 13:
		w.blocked = !w.blocked
		return "the application's own rule"
	case 14, 15:
		return w.update(tb)
	}
	return "nothing"
}

// update changes what is trusted.
func (w *fickleWorld) update(tb testing.TB) string {
	tb.Helper()
	what, n := w.rand.IntN(9), w.rand.IntN(len(w.sources))
	for _, v := range []*validator.Validator{w.with, w.without} {
		if err := v.Update(func(t *validator.Trust) error {
			switch what {
			case 0:
				t.Sources = slices.DeleteFunc(t.Sources, func(s jwks.Source) bool { return s == w.sources[n] })
			case 1:
				t.Audience = unknownAPI
			case 2:
				t.Clients = []string{daemonClient}
			case 3:
				t.AllowMissingFlow = nil
			default:
				t.Sources = nil
				for _, i := range append([]int{n}, 0, 1, 2, 3, 4) { // the order counts where no flow is named
					if !slices.Contains(t.Sources, jwks.Source(w.sources[i])) {
						t.Sources = append(t.Sources, w.sources[i])
					}
				}
				t.Audience, t.AllowMissingFlow = contosoAPI, []string{daemonClient}
				if len(t.Clients) > 0 {
					t.Clients = []string{daemonClient, webClient}
				}
			}
			return nil
		}); err != nil {
			tb.Fatal(err)
		}
	}
	return fmt.Sprintf("update %d of %d", what, n)
}

// The same over caches that fetch, with rotations and outages, in virtual time. What is
// recalled is what passes without memory; a refusal may differ, since a validator that
// recalls has spent fewer fetches.
func TestMemoryOverCaches(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(7, 7))
		b2c := emulator.NewTenant(nil)
		away := false
		b2c.Intercept(func(w http.ResponseWriter, req *http.Request, next http.Handler) {
			if away {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			next.ServeHTTP(w, req)
		})
		var sources []jwks.Source
		for _, a := range contosoTenant(t).Flows("B2C_1_susi", "B2C_1A_partner") {
			c, err := jwks.New(a, &jwks.Options{Transport: b2c.Transport(), Logger: quiet, MaxStale: 3 * time.Hour, KeyGrace: 20 * time.Minute})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			sources = append(sources, c)
		}
		var tw twins
		for v, bytes := range map[**validator.Validator]int{&tw.with: 0, &tw.without: -1} {
			var err error
			if *v, err = validator.NewFromSources(sources, contosoAPI, &validator.Options{MemoryBytes: bytes}); err != nil {
				t.Fatal(err)
			}
			defer (*v).Close()
		}
		var tokens []string
		refused := 0
		rotations := 0
		for range 1200 {
			switch r.IntN(20) {
			case 0:
				if rotations++; rotations%4 > 0 { // making a key takes long
					break
				}
				b2c.Rotate([]string{"B2C_1_susi", "B2C_1A_partner"}[r.IntN(2)], r.IntN(2) == 0)
			case 1:
				away = !away && r.IntN(2) == 0
			case 2, 3:
				time.Sleep(time.Duration(r.IntN(120)) * time.Minute)
			case 4, 5, 6:
				flow := []string{"B2C_1_susi", "B2C_1A_partner"}[r.IntN(2)]
				tokens = append(tokens, b2c.MustMint(emulator.Spec{Flow: flow, Lifetime: time.Duration(1+r.IntN(600)) * time.Minute}))
			case 7:
				tw.with.Purge()
			}
			if len(tokens) == 0 {
				continue
			}
			raw := tokens[max(0, len(tokens)-1-r.IntN(8))]
			before := tw.with.State().Memory.Hits
			got, gotErr := tw.with.Validate(t.Context(), raw)
			hit := tw.with.State().Memory.Hits > before
			want, wantErr := tw.without.Validate(t.Context(), raw)
			switch {
			case hit:
				tw.hits++
				fallthrough
			case gotErr == nil:
				if wantErr != nil || !sameToken(t, got, want) {
					t.Fatalf("got %v, want %v, %v; recalled: %v", got, want, wantErr, hit)
				}
			default:
				refused++
			}
		}
		if tw.hits < 150 || refused < 150 {
			t.Errorf("%d were recalled and %d refused; then the test shows less than it should", tw.hits, refused)
		}
	})
}
