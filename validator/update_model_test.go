// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// model is what a validator is to trust, in the simplest form.
type model struct {
	audiences map[string][]string // by flow
	clients   []string
	noFlow    bool // webClient may name none
}

// accepts tells the verdict about a token of webClient.
func (m *model) accepts(flow, audience string) bool {
	if len(m.clients) > 0 && !slices.Contains(m.clients, webClient) {
		return false
	}
	if flow != "" {
		return slices.Contains(m.audiences[flow], audience)
	}
	for _, all := range m.audiences {
		if m.noFlow && slices.Contains(all, audience) {
			return true
		}
	}
	return false
}

// Random changes, good and bad ones: after each the validator trusts what the model
// does, and says so.
func TestUpdateAgainstModel(t *testing.T) {
	key := keysOf(t).userFlow
	flows, audiences := []string{"B2C_1_a", "B2C_1_b", "B2C_1_c", "B2C_1_d"}, []string{contosoAPI, fabrikamAPI}
	token := map[[2]string]string{}
	for _, flow := range append([]string{""}, flows...) {
		for _, audience := range audiences {
			mods := []mod{set("aud", quoted(audience)), set("azp", quoted(webClient)), set("tfp", quoted(flow))}
			if flow == "" {
				mods = append(mods, drop("tfp"))
			}
			token[[2]string{flow, audience}] = signToken(key, headerOf(key), payloadOf(mods...))
		}
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	v, err := validator.New(nil, contosoAPI, &validator.Options{Updatable: true, Logger: quiet, Now: func() time.Time { return time.Unix(1750000001, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	want := model{audiences: map[string][]string{}}
	for step := range 300 {
		next := model{maps.Clone(want.audiences), want.clients, want.noFlow}
		bad := random.IntN(4) == 0
		flow, given := flows[random.IntN(len(flows))], audiences[:1+random.IntN(2)]
		err := v.Update(func(tr *validator.Trust) error {
			without := func(s jwks.Source) bool { return s.Authority().Flow() == flow }
			switch random.IntN(5) {
			case 0, 1: // add or replace
				tr.Sources = append(slices.DeleteFunc(tr.Sources, without), staticOf(t, contosoTenant(t).WithAudiences(given...).Flow(flow)))
				next.audiences[flow] = given
			case 2:
				tr.Sources = slices.DeleteFunc(tr.Sources, without)
				delete(next.audiences, flow)
			case 3:
				next.noFlow, tr.AllowMissingFlow = true, []string{webClient}
				if next.clients = [][]string{{webClient}, {webClient, daemonClient}, nil}[random.IntN(3)]; next.clients == nil {
					next.clients = want.clients
				}
				if len(next.clients) > 0 && !slices.Contains(next.clients, webClient) {
					next.noFlow, tr.AllowMissingFlow = false, nil
				}
				tr.Clients = next.clients
			case 4:
				next.clients, next.noFlow = []string{daemonClient}, false
				tr.Clients, tr.AllowMissingFlow = next.clients, nil
			}
			switch {
			case bad && random.IntN(2) == 0:
				return errors.New("no")
			case bad:
				tr.Authorities = append(tr.Authorities, authority.Authority{})
			}
			return nil
		})
		if (err != nil) != bad {
			t.Fatalf("seed %d, step %d: got %v, want an error: %v", seed, step, err, bad)
		}
		if err == nil {
			want = next
		}
		got := v.Trust()
		if len(got.Sources) != len(want.audiences) || len(got.Authorities) != 0 || !slices.Equal(got.Clients, want.clients) || len(v.State().Authorities) != len(want.audiences) {
			t.Fatalf("seed %d, step %d: trusts %v, want %v", seed, step, got, want)
		}
		for of, raw := range token {
			if _, err := v.Validate(t.Context(), raw); (err == nil) != want.accepts(of[0], of[1]) || errors.Is(err, validator.ErrUnavailable) {
				t.Fatalf("seed %d, step %d: flow %q, audience %s: %v; trusted: %v", seed, step, of[0], of[1], err, want)
			}
		}
	}
}

// staticOf has the corpus' key for an authority of contoso.
func staticOf(tb testing.TB, a authority.Authority) jwks.Source {
	tb.Helper()
	s, err := jwks.NewStatic(a, contosoIssuer, []byte(`{"keys":[`+jwkOf(&keysOf(tb).userFlow.PublicKey)+`]}`))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// Changes that are made at once are all made.
func TestUpdateLosesNothing(t *testing.T) {
	v := updatable(t, overNetwork(emulator.NewTenant(nil)), contosoAPI, validator.Options{})
	defer v.Close()
	const n = 50
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			trust(t, v, contosoTenant(t).Flow(fmt.Sprintf("B2C_1_f%d", i)))
			_, _, _ = v.Trust(), v.State(), v.CanSatisfy(validator.Scope("tasks.read"))
		})
	}
	wg.Wait()
	if got := len(v.Trust().Authorities); got != n || len(v.State().Authorities) != n {
		t.Errorf("%d authorities and %d states of %d", got, len(v.State().Authorities), n)
	}
}

// An outage of keys while an authority is removed is no error of Ready, AllReady or
// Refresh: what they were asked about is trusted no more.
func TestUpdateWhileAsked(t *testing.T) {
	bubble(t, func(t *testing.T) {
		all := saasTenants(t, 2)
		for name, ask := range map[string]func(*validator.Validator) error{
			"Ready":    func(v *validator.Validator) error { return v.Ready(t.Context()) },
			"AllReady": func(v *validator.Validator) error { return v.AllReady(t.Context()) },
			"Refresh":  func(v *validator.Validator) error { return v.Refresh(t.Context()) },
		} {
			network := &slowNetwork{newSaaSNetwork(t, 0)}
			v := saasValidator(t, network)
			all[0].change(t, v, true)
			answer := make(chan error)
			go func() { answer <- ask(v) }()
			time.Sleep(time.Second / 2) // a request is under way
			if err := v.Update(func(t *validator.Trust) error {
				t.Authorities = []authority.Authority{all[1].tenant.Flow("B2C_1_susi")}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if err := <-answer; err != nil {
				t.Errorf("%s: %v", name, err)
			}
			_ = v.Close()
			if err := ask(v); !errors.Is(err, jwks.ErrClosed) {
				t.Errorf("%s after Close: %v", name, err)
			}
			all[0].changes.Store(0)
		}
	})
}

// slowNetwork needs a second for each answer.
type slowNetwork struct{ *saasNetwork }

func (n *slowNetwork) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(time.Second):
		return n.saasNetwork.RoundTrip(r)
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// Whoever has waited for keys goes by what is trusted in the end: a source of the
// caller's is not closed, and has the key in the end.
func TestUpdateWhileWaiting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := &slowNetwork{newSaaSNetwork(t, 0)}
		all := saasTenants(t, 1)
		cache, err := jwks.New(all[0].tenant.Flow("B2C_1_susi"), &jwks.Options{Transport: network, Logger: quiet})
		if err != nil {
			t.Fatal(err)
		}
		defer cache.Close()
		for name, want := range map[string]string{"removed": "unknown_key", "changed": "audience", "as it was": acceptVerdict} {
			v, err := validator.NewFromSources([]jwks.Source{cache}, "", &validator.Options{Updatable: true})
			if err != nil {
				t.Fatal(err)
			}
			answer := make(chan error)
			go func() { _, err := v.Validate(t.Context(), all[0].token()); answer <- err }()
			time.Sleep(time.Second / 2) // a request is under way
			if err := v.Update(func(t *validator.Trust) error {
				switch name {
				case "removed":
					t.Sources = nil
				case "changed":
					t.Sources = []jwks.Source{forOthers{cache}}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if got := verdictOf(<-answer); got != want {
				t.Errorf("%s meanwhile: %s, want %s", name, got, want)
			}
			if err := v.Close(); err != nil {
				t.Error(err)
			}
			_ = cache.Close()
			if cache, err = jwks.New(all[0].tenant.Flow("B2C_1_susi"), &jwks.Options{Transport: network, Logger: quiet}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// forOthers is a source for tokens that another API is the audience of.
type forOthers struct{ jwks.Source }

func (s forOthers) Authority() authority.Authority {
	return s.Source.Authority().WithAudiences(fabrikamAPI)
}
