// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

// Literals as B2C writes them, never the output of our own builders.
const (
	tenantID    = "775527ff-9a37-4307-8b3d-cc311f58d925"
	origin      = "https://contoso.b2clogin.com"
	flowURL     = origin + "/contoso.onmicrosoft.com/B2C_1_susi"
	metadataURL = flowURL + "/v2.0/.well-known/openid-configuration"
	keysURL     = origin + "/contoso.onmicrosoft.com/b2c_1_susi/discovery/v2.0/keys" // B2C folds the case
	issuer      = origin + "/" + tenantID + "/v2.0/"
	tfpIssuer   = origin + "/tfp/" + tenantID + "/b2c_1_susi/v2.0/"
)

func contoso(t testing.TB) authority.Tenant {
	t.Helper()
	tenant, err := authority.B2C("contoso", tenantID)
	if err != nil {
		t.Fatal(err)
	}
	return tenant
}

func susi(t testing.TB) authority.Authority {
	t.Helper()
	return contoso(t).Flow("B2C_1_susi")
}

// ready has any usable set.
func ready(ctx context.Context, c *jwks.Cache) error {
	_, err := c.Find(ctx, jwks.Query{})
	return err
}

// open makes a cache that is closed with the test and logs nowhere, unless
// the options say otherwise.
func open(t testing.TB, rt http.RoundTripper, opts *jwks.Options) *jwks.Cache {
	t.Helper()
	return openAt(t, susi(t), rt, opts)
}

func openAt(t testing.TB, a authority.Authority, rt http.RoundTripper, opts *jwks.Options) *jwks.Cache {
	t.Helper()
	var o jwks.Options
	if opts != nil {
		o = *opts
	}
	if o.Transport == nil {
		o.Transport = rt
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	c, err := jwks.New(a, &o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return c
}

// warm makes a cache that has fetched its keys from b2c.
func warm(t testing.TB, b2c *emulator.Tenant, opts *jwks.Options) *jwks.Cache {
	t.Helper()
	c := open(t, b2c.Transport(), opts)
	if err := ready(t.Context(), c); err != nil {
		t.Fatalf("Ready: %v", err)
	}
	return c
}

// roundTripper is a network made of one function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// reply is a whole answer with a body.
func reply(r *http.Request, body string) *http.Response {
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/json"}},
		ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}
}

// documents is a network that answers with fixed documents for susi.
func documents(metadata, keys string) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		if isKeys(r) {
			return reply(r, keys), nil
		}
		return reply(r, metadata), nil
	}
}

func isKeys(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/discovery/v2.0/keys") }

func metadataOf(issuer, jwksURI string) string {
	return fmt.Sprintf(`{"issuer":%q,"jwks_uri":%q}`, issuer, jwksURI)
}

// interceptKeys puts h in front of the key set alone.
func interceptKeys(b2c *emulator.Tenant, h http.HandlerFunc) { intercept(b2c, true, h) }

// intercept puts h in front of the key set alone, or of the metadata alone.
func intercept(b2c *emulator.Tenant, keys bool, h http.HandlerFunc) {
	b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if isKeys(r) == keys {
			h(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// interceptKeysTimes is interceptKeys for so many requests.
func interceptKeysTimes(b2c *emulator.Tenant, times int64, h http.HandlerFunc) {
	var asked atomic.Int64
	b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if isKeys(r) && asked.Add(1) <= times {
			h(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func fail(b2c *emulator.Tenant) {
	b2c.Intercept(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.WriteHeader(http.StatusInternalServerError)
	})
}

func hang(b2c *emulator.Tenant) {
	b2c.Intercept(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) { <-r.Context().Done() })
}

// slowly lets the tenant take its answer at once and deliver it later.
func slowly(b2c *emulator.Tenant, d time.Duration) {
	b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		select {
		case <-time.After(d):
		case <-r.Context().Done():
		}
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	})
}

// timeline records when requests for key sets or metadata arrive.
type timeline struct {
	mu    sync.Mutex
	times []time.Time
}

func (l *timeline) mark() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.times = append(l.times, time.Now())
}

func (l *timeline) len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.times)
}

// gaps are the times between the requests, without the first skip ones.
func (l *timeline) gaps(skip int) []time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []time.Duration
	for i := skip + 1; i < len(l.times); i++ {
		out = append(out, l.times[i].Sub(l.times[i-1]))
	}
	return out
}

func unavailable(t testing.TB, err error) *jwks.UnavailableError {
	t.Helper()
	e, ok := errors.AsType[*jwks.UnavailableError](err)
	if !ok {
		t.Errorf("got error %v (%T), want *UnavailableError", err, err)
		return &jwks.UnavailableError{}
	}
	return e
}

// finds reports whether Find returns a set with the key; an error fails t.
func finds(t testing.TB, c *jwks.Cache, kid string) bool {
	t.Helper()
	set, err := c.Find(t.Context(), jwks.Query{KeyID: kid})
	if err != nil {
		t.Errorf("Find(%q): %v", kid, err)
		return false
	}
	_, ok := set.Key(kid)
	return ok
}

// seeks is finds for a flood: that no fetch is allowed now is no failure.
func seeks(t testing.TB, c *jwks.Cache, kid string) bool {
	t.Helper()
	set, err := c.Find(t.Context(), jwks.Query{KeyID: kid})
	if err != nil {
		if e := unavailable(t, err); !e.Usable || e.RetryAfter <= 0 {
			t.Errorf("Find(%q): got %+v, want usable keys and when to ask again", kid, e)
		}
		return false
	}
	_, ok := set.Key(kid)
	return ok
}

func randomKid() string { return fmt.Sprintf("made-up-%016x", rand.Uint64()) }

// jwk is a key as B2C publishes it, of a made-up modulus with so many bits:
// good enough for all that is not a signature.
func jwk(kid string, bits int) string {
	n := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
	n.Add(n, new(big.Int).SetUint64(rand.Uint64()|1))
	return fmt.Sprintf(`{"kid":%q,"nbf":1493763266,"use":"sig","kty":"RSA","e":"AQAB","n":%q}`,
		kid, base64.RawURLEncoding.EncodeToString(n.Bytes()))
}

func keySet(jwks ...string) string { return `{"keys":[` + strings.Join(jwks, ",") + `]}` }

func within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, d)
}

// documentsOf is a network whose key set a test changes between fetches.
func documentsOf(keys *atomic.Value) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		return documents(metadataOf(issuer, keysURL), keys.Load().(string))(r)
	}
}

// rsaOf returns an RSA key's numbers.
func rsaOf(k *jwks.Key) *rsa.PublicKey {
	public, ok := k.Public().(*rsa.PublicKey)
	if !ok {
		panic(fmt.Sprintf("key %q is a %T", k.ID(), k.Public()))
	}
	return public
}
