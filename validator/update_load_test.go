// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/goroutines"
	"github.com/b2ckit/b2ckit/validator"
)

// saas is a tenant of many, and whether it is trusted.
type saas struct {
	tenant authority.Tenant
	token  func() string
	// changes counts them: two for each, one before and one after. It is trusted
	// where a half of it is odd.
	changes atomic.Int64
}

// saasTenants are tenants, with tokens that are good for some hours from now on.
func saasTenants(tb testing.TB, n int) []*saas {
	tb.Helper()
	key, now := keysOf(tb).userFlow, time.Now().Unix()
	all := make([]*saas, n)
	for i := range all {
		name, id := fmt.Sprintf("tenant%d", i), fmt.Sprintf("00000000-0000-4000-8000-%012d", i)
		tenant, err := authority.B2C(name, id)
		if err != nil {
			tb.Fatal(err)
		}
		all[i] = &saas{tenant: tenant.WithAudiences(contosoAPI), token: sync.OnceValue(func() string {
			return signToken(key, headerOf(key), payloadOf(
				set("iss", quoted("https://"+name+".b2clogin.com/"+id+"/v2.0/")), set("aud", quoted(contosoAPI)),
				set("iat", fmt.Sprint(now)), set("nbf", fmt.Sprint(now)), set("exp", fmt.Sprint(now+6*3600)), drop("auth_time")))
		})}
	}
	return all
}

// change tells of a change before and after it is made.
func (s *saas) change(tb testing.TB, v *validator.Validator, trusted bool) {
	tb.Helper()
	s.changes.Add(1)
	defer s.changes.Add(1)
	if trusted {
		trust(tb, v, s.tenant.Flow("B2C_1_susi"))
	} else {
		distrust(tb, v, s.tenant.ID())
	}
}

// check validates the tenant's token. What changes meanwhile may count or not; what
// does not must, and nothing is an outage.
func (s *saas) check(t *testing.T, v *validator.Validator) {
	t.Helper()
	raw, before := s.token(), s.changes.Load()
	_, err := v.Validate(t.Context(), raw)
	after := s.changes.Load()
	stable := before == after && before%2 == 0
	trusted := before/2%2 == 1
	switch verdict := verdictOf(err); {
	case stable && trusted && err != nil:
		t.Errorf("trusted: %v", err)
	case stable && !trusted && err == nil:
		t.Error("not trusted, and accepted")
	case err != nil && verdict != validator.ErrIssuer.Error() && verdict != validator.ErrUnknownKey.Error():
		t.Errorf("trusted %v, stable %v: %v", trusted, stable, err)
	}
}

// saasNetwork answers for all of them after a while.
type saasNetwork struct {
	jwks    string
	latency time.Duration
	asked   atomic.Int64
}

func newSaaSNetwork(tb testing.TB, latency time.Duration) *saasNetwork {
	tb.Helper()
	return &saasNetwork{jwks: `{"keys":[` + jwkOf(&keysOf(tb).userFlow.PublicKey) + `]}`, latency: latency}
}

func (n *saasNetwork) RoundTrip(r *http.Request) (*http.Response, error) {
	n.asked.Add(1)
	select {
	case <-time.After(rand.N(n.latency + 1)):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	body := n.jwks
	if base, ok := strings.CutSuffix(r.URL.String(), "/v2.0/.well-known/openid-configuration"); ok {
		var i int
		if _, err := fmt.Sscanf(r.URL.Host, "tenant%d.", &i); err != nil {
			return nil, err
		}
		body = fmt.Sprintf(`{"issuer":"https://%s/00000000-0000-4000-8000-%012d/v2.0/","jwks_uri":"%s/discovery/v2.0/keys"}`, r.URL.Host, i, base)
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}, nil
}

func saasValidator(tb testing.TB, rt http.RoundTripper) *validator.Validator {
	tb.Helper()
	v, err := validator.New(nil, "", &validator.Options{Updatable: true, Transport: rt, Logger: quiet})
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// While many validate, tenants come, go and change: each verdict is right for what
// is trusted at the time, and there is no outage.
func TestUpdateUnderLoad(t *testing.T) {
	keysOf(t)
	bubble(t, func(t *testing.T) {
		network := newSaaSNetwork(t, 50*time.Millisecond)
		v := saasValidator(t, network)
		defer v.Close()
		all := saasTenants(t, 3)
		stays, changes, moves := all[0], all[1], all[2]
		stays.change(t, v, true)
		changes.change(t, v, true)
		done := make(chan struct{})
		var wg sync.WaitGroup
		for i := range 9 {
			wg.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
						all[i%3].check(t, v)
						time.Sleep(rand.N(100 * time.Millisecond))
					}
				}
			})
		}
		for i := range 100 {
			moves.change(t, v, i%2 == 0)
			if i%4 == 0 { // it goes while its keys are being fetched
				time.Sleep(rand.N(60 * time.Millisecond))
				continue
			}
			audiences := []string{contosoAPI, webClient}[:1+i%2]
			if err := v.Update(func(t *validator.Trust) error {
				for i, a := range t.Authorities {
					if a.TenantID() == changes.tenant.ID() {
						t.Authorities[i] = a.WithAudiences(audiences...)
					}
				}
				return nil
			}); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Second)
		}
		close(done)
		wg.Wait()
		// Two for each of those that stay, and two each time the third one came.
		if got := network.asked.Load(); got > 2+2+2*50 {
			t.Errorf("%d requests, so keys that were there were fetched again", got)
		}
	})
}

// An hour of a thousand tenants of which some leave and others sign up. In the end
// all have left, and nothing is left of them.
func TestUpdateThousandTenants(t *testing.T) {
	n := 1000
	if raceEnabled {
		n = 200
	}
	keysOf(t)
	bubble(t, func(t *testing.T) {
		network := newSaaSNetwork(t, 20*time.Millisecond)
		v := saasValidator(t, network)
		all := saasTenants(t, n+n/4)
		base, before := heap(), goroutines.InBubble()
		for _, s := range all[:n] {
			s.changes.Add(1)
		}
		if err := v.Update(func(t *validator.Trust) error {
			for _, s := range all[:n] {
				t.Authorities = append(t.Authorities, s.tenant.Flow("B2C_1_susi"))
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for _, s := range all[:n] {
			s.changes.Add(1)
		}
		if err := v.AllReady(t.Context()); err != nil {
			t.Fatal(err)
		}
		full := heap()
		end := time.Now().Add(time.Hour)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for time.Now().Before(end) {
					all[rand.N(len(all))].check(t, v)
					time.Sleep(rand.N(4 * time.Second))
				}
			})
		}
		for i := 0; time.Now().Before(end); i++ {
			s := all[rand.N(len(all))]
			s.change(t, v, s.changes.Load()/2%2 == 0)
			time.Sleep(rand.N(20 * time.Second))
		}
		wg.Wait()
		if err := v.Update(func(t *validator.Trust) error { *t = validator.Trust{}; return nil }); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := goroutines.InBubble(); got > before {
			t.Errorf("%d goroutines, %d at first", got, before)
		}
		asked := network.asked.Load()
		time.Sleep(3 * time.Hour)
		all = nil // with the tokens
		if got := network.asked.Load(); got != asked {
			t.Errorf("%d requests for tenants that have left", got-asked)
		}
		// The runtime keeps what it had for goroutines: of AllReady one for each tenant.
		if left := heap() - base; left > (full-base)/4 {
			t.Errorf("%d bytes are left of %d", left, full-base)
		}
		t.Logf("%d tenants: %d kB, and %d kB in the end; %d requests", n, (full-base)>>10, (heap()-base)>>10, asked)
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
}

// heap returns what is in use behind a collection.
func heap() int64 {
	runtime.GC()
	runtime.GC() // pools keep what they had once more
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
