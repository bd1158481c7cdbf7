// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// published is what tenants publish, each what it likes: one of them may be an
// attacker's.
type published struct {
	mu   sync.Mutex
	jwks map[string]string // by host
	away map[string]bool
}

func newPublished() *published {
	return &published{jwks: map[string]string{}, away: map[string]bool{}}
}

func (p *published) publish(host string, keys ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.jwks[host] = `{"keys":[` + strings.Join(keys, ",") + `]}`
}

func (p *published) setAway(host string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away[host] = true
}

func (p *published) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	status, body := http.StatusOK, p.jwks[r.URL.Host]
	if base, ok := strings.CutSuffix(r.URL.String(), "/v2.0/.well-known/openid-configuration"); ok {
		body = fmt.Sprintf(`{"issuer":%q,"jwks_uri":"%s/discovery/v2.0/keys"}`, issuers[r.URL.Host], base)
	}
	if p.away[r.URL.Host] {
		status, body = http.StatusInternalServerError, ""
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}, nil
}

// Two customers of a service.
const (
	victimHost   = "contoso.b2clogin.com"
	attackerHost = "fabrikam.b2clogin.com"
)

var issuers = map[string]string{
	victimHost:   contosoIssuer,
	attackerHost: "https://fabrikam.b2clogin.com/" + fabrikamID + "/v2.0/",
}

// tokenNow is a token that is good for an hour, but for what is changed.
func tokenNow(key *rsa.PrivateKey, kid string, mods ...mod) string {
	now := time.Now().Unix()
	return signToken(key, headerOf(key, set("kid", quoted(kid))), payloadOf(append([]mod{
		set("aud", quoted(contosoAPI)), drop("auth_time"),
		set("iat", fmt.Sprint(now)), set("nbf", fmt.Sprint(now)), set("exp", fmt.Sprint(now+3600)),
	}, mods...)...))
}

// Who has a tenant publishes what he likes, under any key id: also under the one
// that another tenant is about to sign with. That tenant's new key is looked for all
// the same, and what becomes of its token is as if there were no attacker.
func TestForeignKeyUnderANewKeyID(t *testing.T) {
	k := keysOf(t)
	for name, tc := range map[string]struct {
		flow string // of the token
		mods []mod  // to the token
		away bool   // the victim's host, since its last good answer
		real bool   // the token is
		want validator.Reason
	}{
		"genuine":                    {real: true},
		"genuine, no flow":           {real: true, mods: []mod{drop("tfp"), set("azp", quoted(daemonClient))}},
		"forged":                     {want: validator.ErrSignature},
		"genuine, keys can't be had": {real: true, away: true, want: validator.ErrUnavailable},
	} {
		for _, flows := range []int{1, 20} {
			t.Run(fmt.Sprintf("%s, %d flows", name, flows), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					network := newPublished()
					network.publish(victimHost, jwkOf(&k.userFlow.PublicKey, set("kid", `"old"`)))
					network.publish(attackerHost, jwkOf(&k.stranger.PublicKey, set("kid", `"new"`)))
					trusted := []authority.Authority{fabrikamTenant(t).Flow("B2C_1_susi")}
					trusted = append(trusted, contosoTenant(t).Flow("B2C_1_susi"))
					for i := range flows - 1 {
						trusted = append(trusted, contosoTenant(t).Flow(fmt.Sprintf("B2C_1_f%d", i)))
					}
					v := trusting(t, network, &validator.Options{AllowMissingFlow: []string{daemonClient}}, trusted...)
					defer v.Close()
					if err := v.AllReady(t.Context()); err != nil {
						t.Fatal(err)
					}
					time.Sleep(time.Minute)

					network.publish(victimHost, jwkOf(&k.partner.PublicKey, set("kid", `"new"`)))
					if tc.away {
						network.setAway(victimHost)
					}
					key := k.partner
					if !tc.real {
						key = k.userFlow
					}
					_, err := v.Validate(t.Context(), tokenNow(key, "new", tc.mods...))
					if tc.want != "" {
						wantReason(t, name, err, tc.want)
					} else if err != nil {
						t.Errorf("refused: %v", err)
					}
				})
			})
		}
	}
}

// However many publish other keys under one id, a token is tried with those of its
// own issuer and a few of others: what a customer's tokens cost does not grow with
// what strangers publish.
func TestManyForeignKeysUnderOneKeyID(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	c := flowsOf(t, key, "tenants", 300)
	sources := make([]jwks.Source, len(c.trusted))
	for i, a := range c.trusted {
		n := new(big.Int).Add(key.N, big.NewInt(int64(2*(c.last()-i))))
		document := fmt.Sprintf(`{"keys":[{"kid":"same","kty":"RSA","e":"AQAB","n":%q}]}`, b64(n.Bytes()))
		if sources[i], err = jwks.NewStatic(a, c.issuers[i], []byte(document)); err != nil {
			t.Fatal(err)
		}
	}
	v, err := validator.NewFromSources(sources, benchAudience, nil)
	if err != nil {
		t.Fatal(err)
	}
	good := c.token(t, "same", nil)
	cost := func(name, raw string, want validator.Reason) (best time.Duration) {
		best = time.Hour
		for range 20 {
			start := time.Now()
			_, err := v.Validate(t.Context(), raw)
			best = min(best, time.Since(start))
			if want != "" {
				wantReason(t, name, err, want)
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		return best
	}
	start := time.Now()
	for range 100 {
		_ = rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, make([]byte, 32), make([]byte, 256))
	}
	verification := time.Since(start) / 100
	parts := strings.Split(good, ".")
	altered := parts[0] + "." + parts[1] + "." + b64(make([]byte, 256))
	foreign := c.token(t, "same", map[string]any{"iss": c.issuers[0]})
	for _, tc := range []struct {
		name, raw string
		want      validator.Reason
		most      time.Duration
	}{
		{"good", good, "", 5 * verification},
		{"altered", altered, validator.ErrSignature, 25 * verification},
		{"as another tenant's", foreign, validator.ErrSignature, 25 * verification},
	} {
		if got := cost(tc.name, tc.raw, tc.want); got > tc.most && !raceEnabled {
			t.Errorf("%s: took %v, want at most %v", tc.name, got, tc.most)
		}
	}
}
