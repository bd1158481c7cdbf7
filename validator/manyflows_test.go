// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// provider is an emulated tenant with many flows behind a network that may fail,
// and that keeps when it was asked for what.
type provider struct {
	b2c   *emulator.Tenant
	flows []string

	mu      sync.Mutex
	fault   func(*http.Request) (*http.Response, error) // nil: none; a nil answer: none for this request
	asked   []time.Time
	perFlow map[string]int
}

// manyFlows has a custom policy, whose keys are its own, as the last flow.
func manyFlows(n int) *provider {
	p := &provider{perFlow: map[string]int{}}
	var flows []emulator.Flow
	for i := range n - 1 {
		flows = append(flows, emulator.Flow{Name: fmt.Sprintf("B2C_1_f%03d", i)})
	}
	flows = append(flows, emulator.Flow{Name: "B2C_1A_partner"})
	for _, f := range flows {
		p.flows = append(p.flows, f.Name)
	}
	p.b2c = emulator.NewTenant(&emulator.Options{Flows: flows})
	return p
}

// RoundTrip implements http.RoundTripper.
func (p *provider) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	p.asked = append(p.asked, time.Now())
	for _, f := range p.flows {
		if strings.Contains(strings.ToLower(r.URL.Path), "/"+strings.ToLower(f)+"/") {
			p.perFlow[f]++
		}
	}
	fault := p.fault
	p.mu.Unlock()
	if fault != nil {
		if resp, err := fault(r); resp != nil || err != nil {
			return resp, err
		}
	}
	return p.b2c.Transport().RoundTrip(r)
}

// set makes the network fail from now on.
func (p *provider) set(fault func(*http.Request) (*http.Response, error)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = fault
}

// since counts the requests made at or after a time.
func (p *provider) since(at time.Time) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.asked {
		if !t.Before(at) {
			n++
		}
	}
	return n
}

// askedFor counts the requests for one flow.
func (p *provider) askedFor(flow string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.perFlow[flow]
}

// busiest counts the requests of the second that has most of them, after a time.
func (p *provider) busiest(after time.Time) (most int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, from := range p.asked {
		n := 0
		for _, t := range p.asked[i:] {
			if t.Sub(from) < time.Second {
				n++
			}
		}
		if from.After(after) {
			most = max(most, n)
		}
	}
	return most
}

func (p *provider) validator(t *testing.T) *validator.Validator {
	t.Helper()
	v := trusting(t, p, nil, contosoTenant(t).Flows(p.flows...)...)
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// forged is a token of a flow that nobody has signed.
func (p *provider) forged(flow, kid string) string {
	return p.b2c.MustMint(emulator.Spec{Flow: flow, Key: forgersKey(), Audience: contosoAPI, Header: map[string]any{"kid": kid}})
}

var forgersKey = sync.OnceValue(emulator.NewKey)

func answer(status int, header ...string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: http.NoBody, Request: r}
		for i := 0; i+1 < len(header); i += 2 {
			resp.Header.Set(header[i], header[i+1])
		}
		return resp, nil
	}
}

func usableFlows(v *validator.Validator) (n int) {
	for _, s := range v.State().Authorities {
		if s.Usable {
			n++
		}
	}
	return n
}

// Nobody calls. However many flows fail, B2C is asked in turn, and when it is
// back all of them have keys soon.
func TestManyFlowsFailTogether(t *testing.T) {
	for name, fault := range map[string]func(*http.Request) (*http.Response, error){
		"500": answer(500), "429": answer(429), "no connection": unreachable, "hang": hang,
	} {
		for _, outage := range []time.Duration{20 * time.Second, 90 * time.Second, 10*time.Minute + 300*time.Millisecond} {
			t.Run(fmt.Sprint(name, " for ", outage), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					p := manyFlows(60)
					p.set(fault)
					v := p.validator(t)
					if err := v.AllReady(t.Context()); err == nil || usableFlows(v) != 0 {
						t.Fatal("ready without an answer")
					}
					start := time.Now()
					time.Sleep(outage)
					if n := p.busiest(start); n > 2 {
						t.Errorf("got %d requests in one second, want at most 2", n)
					}
					asked := p.since(start)
					if asked == 0 {
						t.Error("nobody asks")
					}
					p.set(nil)
					back := time.Now()
					for usableFlows(v) < 60 && time.Since(back) < time.Minute {
						time.Sleep(100 * time.Millisecond)
					}
					limit := 5 * time.Second
					if name == "hang" {
						limit += 5 * time.Second // what was under way has to end first
					}
					if took := time.Since(back); took > limit {
						t.Errorf("all flows have keys after %v, want %v", took, limit)
					}
					t.Logf("%d requests in the outage; all back after %v, at most %d requests in a second", asked, time.Since(back), p.busiest(back))
				})
			})
		}
	}
}

func unreachable(*http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, context.Cause(r.Context())
}

// A flow that does not exist is asked for seldom, and delays nobody.
func TestFlowThatDoesNotExist(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := manyFlows(2)
		p.flows = append(p.flows, "B2C_1_misspelt")
		v := p.validator(t)
		if err := v.AllReady(t.Context()); err == nil || !strings.Contains(err.Error(), "B2C_1_misspelt") || strings.Contains(err.Error(), "B2C_1A_partner") {
			t.Errorf("got %v, want the misspelt flow named alone", err)
		}
		if err := v.Ready(t.Context()); err != nil {
			t.Errorf("Ready: %v", err)
		}
		raw := p.b2c.MustMint(emulator.Spec{Flow: "B2C_1A_partner", Audience: contosoAPI})
		time.Sleep(time.Minute)
		from, before := time.Now(), p.askedFor("B2C_1_misspelt")
		for time.Since(from) < time.Hour {
			if _, err := v.Validate(t.Context(), raw); err != nil {
				t.Fatalf("another flow's token: %v", err)
			}
			if err := v.Ready(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		if n := p.askedFor("B2C_1_misspelt") - before; n > 120 || n < 40 {
			t.Errorf("got %d requests in an hour, want at most 2 a minute", n)
		}
	})
}

// One flow fails by itself, while the others answer all the time. Each of their
// answers is not to have it tried again.
func TestOneFlowFailsBesideGoodAnswers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := manyFlows(20)
		v := p.validator(t)
		p.set(func(r *http.Request) (*http.Response, error) {
			if strings.Contains(strings.ToLower(r.URL.Path), "b2c_1_f000") {
				return answer(500)(r)
			}
			return nil, nil
		})
		_ = v.AllReady(t.Context())
		forged := repeat(20, func(i int) string { return p.forged(p.flows[i], "made-up") })[1:]
		time.Sleep(5 * time.Minute)
		before := p.askedFor("B2C_1_f000")
		for range 10 * 60 {
			validateAll(t.Context(), v, forged)
			time.Sleep(time.Second)
		}
		if n := p.askedFor("B2C_1_f000") - before; n > 13 || n < 8 {
			t.Errorf("got %d requests in 10 min, want those of a back-off of 60 s", n)
		}
	})
}

// Metadata alone is away, of all flows but one that does not exist at all: their
// keys go on, and they don't have each other ask again and again.
func TestMetadataOfManyFlowsIsAway(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := manyFlows(60)
		p.flows = append(p.flows, "B2C_1_misspelt")
		v := p.validator(t)
		if err := v.AllReady(t.Context()); err == nil {
			t.Fatal("ready with a misspelt flow")
		}
		p.set(func(r *http.Request) (*http.Response, error) {
			if strings.Contains(r.URL.Path, "openid-configuration") && !strings.Contains(r.URL.Path, "misspelt") {
				return answer(500)(r)
			}
			return nil, nil
		})
		time.Sleep(time.Hour) // all refreshes have met it
		from, before := time.Now(), p.askedFor("B2C_1_misspelt")
		time.Sleep(time.Hour)
		if n := p.since(from); n > 2*3600+600 {
			t.Errorf("got %d requests in an hour, want about 2 a second", n)
		}
		if n := p.askedFor("B2C_1_misspelt") - before; n > 120 {
			t.Errorf("got %d requests for the misspelt flow in an hour, want at most 2 a minute", n)
		}
		p.b2c.Rotate("B2C_1A_partner", false)
		if _, err := v.Validate(t.Context(), p.b2c.MustMint(emulator.Spec{Flow: "B2C_1A_partner", Audience: contosoAPI})); err != nil {
			t.Errorf("a rotated key: %v", err)
		}
		p.set(nil)
		time.Sleep(time.Minute)
		for _, s := range v.State().Authorities[:60] {
			if s.LastError != nil {
				t.Errorf("%s: %v, a minute after metadata is back", s.Authority, s.LastError)
			}
		}
	})
}

// While there are no keys at all, a token that fits nobody asks one authority.
func TestUnsignedTokenAtAColdStart(t *testing.T) {
	for name, fault := range map[string]func(*http.Request) (*http.Response, error){"sound": nil, "hanging": hang, "500": answer(500)} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				p := manyFlows(1000)
				p.set(fault)
				v := p.validator(t)
				start := time.Now()
				_, err := v.Validate(t.Context(), "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.AAAA")
				if n := p.since(start); n > 2 {
					t.Errorf("got %d requests, want at most 2", n)
				}
				if took := time.Since(start); took > 5100*time.Millisecond {
					t.Errorf("took %v", took)
				}
				if name == "sound" {
					wantReason(t, "with the keys of one flow", err, validator.ErrUnknownKey)
					return
				}
				wantReason(t, "without keys", err, validator.ErrUnavailable)
				// The next one asks another.
				p.set(nil)
				_, err = v.Validate(t.Context(), "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.AAAA")
				wantReason(t, "next", err, validator.ErrUnknownKey)
			})
		})
	}
}

// A crowd of them waits for the same authority.
func TestUnsignedTokensAtAColdStart(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := manyFlows(60)
		p.set(hang)
		v := p.validator(t)
		start := time.Now()
		got := validateAll(t.Context(), v, repeat(500, func(i int) string {
			return p.b2c.MustMint(emulator.Spec{Key: forgersKey(), Header: map[string]any{"kid": fmt.Sprint(i)}, Audience: "other"})
		}))
		if got["keys_unavailable"] != 500 || p.since(start) != 1 {
			t.Errorf("got %v after %d requests, want no verdict after 1", got, p.since(start))
		}
	})
}

func TestExpiredTokensAtAColdStart(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := manyFlows(60)
		v := p.validator(t)
		raw := p.b2c.MustMint(emulator.Spec{Flow: "B2C_1_f007", Audience: contosoAPI, Claims: map[string]any{"exp": time.Now().Add(-time.Hour)}})
		var last error
		for range 2 {
			_, last = v.Validate(t.Context(), raw)
		}
		wantReason(t, "second request", last, validator.ErrExpired)
		if n := p.since(time.Time{}); n > 2 {
			t.Errorf("got %d requests, want those of one authority", n)
		}
	})
}

// Whatever tokens claim, the authorities of a validator are asked at most 20
// times at once and twice a second, and a genuine new key has its turn.
func TestForgedTokensOfManyFlows(t *testing.T) {
	for _, state := range []string{"cold", "warm"} {
		t.Run(state, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				p := manyFlows(60)
				v := p.validator(t)
				if state == "warm" {
					if err := v.AllReady(t.Context()); err != nil {
						t.Fatal(err)
					}
					time.Sleep(time.Minute)
				}
				start := time.Now()
				forged := repeat(60, func(i int) string { return p.forged(p.flows[i], fmt.Sprint("made-up-", i)) })
				flood := func() {
					got := validateAll(t.Context(), v, forged)
					if got["keys_unavailable"]+got["unknown_key"] != 60 {
						t.Errorf("got %v", got)
					}
				}
				for round := range 10 {
					flood()
					if n, most := p.since(start), 20+2*round; n > most {
						t.Errorf("after %d s: got %d requests, want at most %d", round, n, most)
					}
					time.Sleep(time.Second)
				}
				p.b2c.Rotate("B2C_1A_partner", true)
				raw := p.b2c.MustMint(emulator.Spec{Flow: "B2C_1A_partner", Audience: contosoAPI})
				rotated := time.Now()
				for {
					flood()
					_, err := v.Validate(t.Context(), raw)
					if err == nil {
						break
					}
					wantReason(t, "genuine token of a new key", err, validator.ErrUnavailable)
					if time.Since(rotated) > 2*time.Minute {
						t.Fatal("the genuine key is never found")
					}
					time.Sleep(time.Second)
				}
				if took := time.Since(rotated); took > time.Minute {
					t.Errorf("the genuine key was found after %v, want one refill, 30 s, and half a second for each flow", took)
				}
				t.Logf("%d requests in 10 s; the genuine key was found after %v", p.since(start)-p.since(rotated), time.Since(rotated))
			})
		})
	}
}

// A probe asks every second, and nobody else. It brings a pod to life that was
// started in an outage.
func TestProbeOfAColdPod(t *testing.T) {
	for name, fault := range map[string]func(*http.Request) (*http.Response, error){
		"500": answer(500), "429": answer(429), "no connection": unreachable, "404 of a proxy": answer(404), "hang": hang,
		"404 of B2C": answer(404, "Content-Type", "text/html"),
	} {
		for _, flows := range []int{1, 60} {
			t.Run(fmt.Sprint(name, ", ", flows, " flows"), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					p := manyFlows(flows)
					p.set(fault)
					v := p.validator(t)
					probe := func() bool {
						ctx, cancel := context.WithTimeout(t.Context(), time.Second)
						defer cancel()
						return v.Ready(ctx) == nil
					}
					for start := time.Now(); time.Since(start) < 5*time.Minute; time.Sleep(time.Second) {
						if probe() {
							t.Fatal("ready in an outage")
						}
					}
					if n := p.since(time.Now().Add(-time.Minute)); n > 120 {
						t.Errorf("got %d requests in a minute of the outage, want at most 2 a second", n)
					}
					p.set(nil)
					back := time.Now()
					for !probe() {
						if time.Since(back) > time.Minute {
							t.Fatal("never ready")
						}
						time.Sleep(time.Second)
					}
					limit := 3 * time.Second
					if name == "hang" {
						limit += 5 * time.Second // what was under way has to end first
					}
					if took := time.Since(back); took > limit {
						t.Errorf("ready after %v, want %v", took, limit)
					}
				})
			})
		}
	}
}

// The request that a flow was to be asked again after an hour is believed for a
// minute while there are no keys.
func TestLongRetryAfterAtAColdStart(t *testing.T) {
	for _, status := range []int{429, 503} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				p := manyFlows(2)
				p.set(answer(status, "Retry-After", "3600"))
				v := p.validator(t)
				raw := p.b2c.MustMint(emulator.Spec{Flow: "B2C_1A_partner", Audience: contosoAPI})
				start := time.Now()
				_, err := v.Validate(t.Context(), raw)
				wantReason(t, "first", err, validator.ErrUnavailable)
				time.Sleep(time.Second)
				p.set(nil)
				for err != nil {
					time.Sleep(500 * time.Millisecond)
					_, err = v.Validate(t.Context(), raw)
					if took := time.Since(start); took > 62*time.Second || err == nil && took < time.Minute {
						t.Fatalf("got %v after %v, want the first good answer after a minute", err, took)
					}
				}
			})
		})
	}
}

// A key that was rotated while B2C was away is found soon after it is back, and
// while only its metadata is away at once.
func TestRotationDuringAnOutage(t *testing.T) {
	metadataAlone := func(r *http.Request) (*http.Response, error) {
		if strings.Contains(r.URL.Path, "openid-configuration") {
			return answer(500)(r)
		}
		return nil, nil
	}
	for name, tc := range map[string]struct {
		fault  func(*http.Request) (*http.Response, error)
		within time.Duration
		during bool
	}{
		"500": {answer(500), 7 * time.Second, false}, "no connection": {unreachable, 7 * time.Second, false}, "429": {answer(429), 7 * time.Second, false},
		"metadata alone": {metadataAlone, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				p := manyFlows(2)
				v := p.validator(t)
				if err := v.AllReady(t.Context()); err != nil {
					t.Fatal(err)
				}
				old := p.b2c.MustMint(emulator.Spec{Flow: "B2C_1A_partner", Audience: contosoAPI, Claims: map[string]any{"exp": time.Now().Add(24 * time.Hour)}})
				time.Sleep(2 * time.Hour)
				p.set(tc.fault)
				time.Sleep(time.Hour)
				p.b2c.Rotate("B2C_1A_partner", true)
				raw := p.b2c.MustMint(emulator.Spec{Flow: "B2C_1A_partner", Audience: contosoAPI})
				for range 300 {
					if _, err := v.Validate(t.Context(), old); err != nil {
						t.Fatalf("a token of a key that is known: %v", err)
					}
					_, err := v.Validate(t.Context(), raw)
					if tc.during && err != nil {
						t.Fatalf("the new key: %v", err)
					}
					if !tc.during {
						wantReason(t, "the new key", err, validator.ErrUnavailable)
					}
					time.Sleep(2 * time.Second)
				}
				p.set(nil)
				back := time.Now()
				for {
					_, err := v.Validate(t.Context(), raw)
					if err == nil {
						break
					}
					time.Sleep(500 * time.Millisecond)
				}
				if took := time.Since(back); took > tc.within {
					t.Errorf("found after %v, want %v", took, tc.within)
				}
			})
		})
	}
}

// A flow that is gone for good takes nothing from the others.
func TestOneFlowIsGone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := manyFlows(3)
		v := p.validator(t)
		if err := v.AllReady(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.set(func(r *http.Request) (*http.Response, error) {
			if strings.Contains(strings.ToLower(r.URL.Path), "b2c_1_f000") {
				return answer(404, "Content-Type", "text/html")(r)
			}
			return nil, nil
		})
		raw := p.b2c.MustMint(emulator.Spec{Flow: "B2C_1A_partner", Audience: contosoAPI, Claims: map[string]any{"exp": time.Now().Add(96 * time.Hour)}})
		for range 72 * 12 {
			if _, err := v.Validate(t.Context(), raw); err != nil {
				t.Fatalf("another flow: %v", err)
			}
			if err := v.Ready(t.Context()); err != nil {
				t.Fatalf("Ready: %v", err)
			}
			time.Sleep(5 * time.Minute)
		}
		if err := v.AllReady(t.Context()); err == nil || !strings.Contains(err.Error(), "B2C_1_f000") {
			t.Errorf("AllReady: got %v, want the flow that is gone", err)
		}
	})
}
