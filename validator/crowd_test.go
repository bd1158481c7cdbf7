// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
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

// crowdOfFlows is many authorities with real key caches and a network that costs
// nothing. The last one's key is real.
type crowdOfFlows struct {
	trusted []authority.Authority
	issuers []string
	shared  bool // all sign with the key, else each with its own
	key     *rsa.PrivateKey
	memory  int // Options.MemoryBytes; unless said otherwise there is none, so that each validation is whole
}

// flowsOf is so many flows: user flows, which share a key, or custom policies, of
// one tenant or each of its own.
func flowsOf(tb testing.TB, key *rsa.PrivateKey, layout string, n int) *crowdOfFlows {
	tb.Helper()
	c := &crowdOfFlows{key: key, shared: layout != "policies", memory: -1}
	for i := range n {
		name, id, flow := "contoso", benchTenant, fmt.Sprintf("B2C_1_f%04d", i)
		switch layout {
		case "policies":
			flow = fmt.Sprintf("B2C_1A_f%04d", i)
		case "tenants":
			name, id = fmt.Sprintf("tenant%04d", i), fmt.Sprintf("%08d-9a37-4307-8b3d-cc311f58d925", i)
		}
		tenant, err := authority.B2C(name, id)
		if err != nil {
			tb.Fatal(err)
		}
		c.trusted = append(c.trusted, tenant.Flow(flow))
		c.issuers = append(c.issuers, "https://"+name+".b2clogin.com/"+id+"/v2.0/")
	}
	return c
}

func (c *crowdOfFlows) last() int { return len(c.trusted) - 1 }

func (c *crowdOfFlows) kid(i int) string {
	if c.shared {
		i = 0
	}
	return fmt.Sprintf("X5eXk4xyojNFum1kl2Ytv8dlNP4-c57dO6QGTVBw%04d", i)
}

// network answers for one of them. A key that nobody has is made up.
func (c *crowdOfFlows) network(i int) http.RoundTripper {
	n := c.key.N
	if !c.shared && i != c.last() {
		n = new(big.Int).SetBit(big.NewInt(int64(2*i+1)), 2047, 1)
	}
	keys := fmt.Sprintf(`{"keys":[{"kid":%q,"use":"sig","kty":"RSA","e":"AQAB","n":%q}]}`, c.kid(i), base64.RawURLEncoding.EncodeToString(n.Bytes()))
	metadata := fmt.Sprintf(`{"issuer":%q,"jwks_uri":%q}`, c.issuers[i], c.trusted[i].JWKSURI())
	return network(func(r *http.Request) (*http.Response, error) {
		body := keys
		if strings.HasSuffix(r.URL.Path, "openid-configuration") {
			body = metadata
		}
		return &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
			ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)),
		}, nil
	})
}

type network func(*http.Request) (*http.Response, error)

func (n network) RoundTrip(r *http.Request) (*http.Response, error) { return n(r) }

func (c *crowdOfFlows) validator(tb testing.TB) *validator.Validator {
	tb.Helper()
	limiter := new(jwks.Limiter)
	sources := make([]jwks.Source, len(c.trusted))
	var wg sync.WaitGroup
	for i, a := range c.trusted {
		cache, err := jwks.New(a, &jwks.Options{Transport: c.network(i), Logger: quiet, Limiter: limiter})
		if err != nil {
			tb.Fatal(err)
		}
		sources[i] = cache
		tb.Cleanup(func() { _ = cache.Close() })
		wg.Go(func() {
			if _, err := cache.Find(tb.Context(), jwks.Query{}); err != nil {
				tb.Error(err)
			}
		})
	}
	wg.Wait()
	v, err := validator.NewFromSources(sources, benchAudience, &validator.Options{AllowMissingFlow: []string{daemonClient}, MemoryBytes: c.memory})
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// token is one of the last authority, changed and signed anew.
func (c *crowdOfFlows) token(tb testing.TB, kid string, change map[string]any) string {
	tb.Helper()
	now := time.Now().Unix()
	claims := map[string]any{
		"ver": "1.0", "iss": c.issuers[c.last()], "sub": "cccccccc-cccc-cccc-cccc-cccccccccccc", "aud": benchAudience,
		"azp": "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb", "scp": "tasks.read tasks.write",
		"iat": now, "nbf": now, "exp": now + 86400, "auth_time": now, "nonce": "n-7f3a5c1d9e",
		"oid": "cccccccc-cccc-cccc-cccc-cccccccccccc", "name": "Ada Example", "given_name": "Ada",
		"family_name": "Example", "emails": []string{"ada@example.org"}, "idp": "google.com",
		"extension_LoyaltyTier": "gold", "tfp": c.trusted[c.last()].Flow(),
	}
	for name, v := range change {
		if claims[name] = v; v == nil {
			delete(claims, name)
		}
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		tb.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	input := b64(fmt.Appendf(nil, `{"alg":"RS256","kid":%q,"typ":"JWT"}`, kid)) + "." + b64(payload)
	digest := sha256.Sum256([]byte(input))
	sig, err := rsa.SignPKCS1v15(nil, c.key, crypto.SHA256, digest[:])
	if err != nil {
		tb.Fatal(err)
	}
	return input + "." + b64(sig)
}

// tokens are the kinds whose cost is measured.
func (c *crowdOfFlows) tokens(tb testing.TB) map[string]string {
	missing := map[string]any{"tfp": nil, "azp": daemonClient}
	good := c.kid(c.last())
	altered := []byte(c.token(tb, good, nil))
	if altered[len(altered)-9]++; altered[len(altered)-9] != 'B' {
		altered[len(altered)-9] = 'A'
	}
	return map[string]string{
		"good":                   c.token(tb, good, nil),
		"good, no flow":          c.token(tb, good, missing),
		"unknown kid, stranger":  c.token(tb, "made-up", map[string]any{"iss": "https://other.example/"}),
		"unknown kid, of a flow": c.token(tb, "made-up", nil),
		"unknown kid, no flow":   c.token(tb, "made-up", missing),
		"known kid, altered":     string(altered),
	}
}

// However many are trusted, a token makes no more work, whoever it claims to be of.
func TestCostByAuthorities(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, layout := range []string{"flows", "policies", "tenants"} {
		bubble(t, func(t *testing.T) { // where no budget fills up again meanwhile
			c := flowsOf(t, key, layout, 1000)
			v := c.validator(t)
			for kind, raw := range c.tokens(t) {
				_, err := v.Validate(t.Context(), raw)
				if strings.HasPrefix(kind, "good") != (err == nil) {
					t.Errorf("%s, %s: %v", layout, kind, err)
				}
				if err != nil {
					checkErrorText(t, layout+", "+kind, err)
				}
				most := 40.0
				if kind == "unknown kid, no flow" && layout != "tenants" {
					most = 160 // eight are asked
				}
				if raceEnabled {
					continue // the detector allocates too
				}
				for range 20 { // until the budgets are used up
					_, _ = v.Validate(t.Context(), raw)
				}
				if got := testing.AllocsPerRun(50, func() { _, _ = v.Validate(t.Context(), raw) }); got > most {
					t.Errorf("%s, %s: got %v allocations, want at most %v", layout, kind, got, most)
				}
			}
		})
	}
}

// A list in an error, of what is trusted, ends somewhere.
func TestErrorsOfManyAuthorities(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		layout string
		change map[string]any
		want   validator.Reason
	}{
		{"tenants", map[string]any{"iss": "https://other.example/"}, validator.ErrIssuer},
		{"flows", map[string]any{"tfp": "B2C_1_unknown"}, validator.ErrFlow},
		{"flows", map[string]any{"aud": "other"}, validator.ErrAudience},
	} {
		c := flowsOf(t, key, tc.layout, 300)
		_, err := c.validator(t).Validate(t.Context(), c.token(t, c.kid(c.last()), tc.change))
		wantReason(t, tc.layout, err, tc.want)
	}
}
