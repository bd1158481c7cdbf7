// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

type badBody struct{ read func() (int, error) }

func (b badBody) Read([]byte) (int, error) { return b.read() }
func (badBody) Close() error               { return nil }

// A transport is the user's code: whatever it does, the process lives, callers
// get an answer, and the cache heals.
func TestMisbehavingTransport(t *testing.T) {
	goodKeys, goodMetadata := keySet(jwk("kid", 2048)), metadataOf(issuer, keysURL)
	for name, misbehave := range map[string]roundTripper{
		"panics":             func(*http.Request) (*http.Response, error) { panic("SECRET") },
		"panics with nil":    func(*http.Request) (*http.Response, error) { panic(nil) }, //nolint:govet // on purpose
		"panics with abort":  func(*http.Request) (*http.Response, error) { panic(http.ErrAbortHandler) },
		"ends the goroutine": func(*http.Request) (*http.Response, error) { runtime.Goexit(); return nil, nil },
		"returns nothing":    func(*http.Request) (*http.Response, error) { return nil, nil },
		"returns an error":   func(*http.Request) (*http.Response, error) { return nil, errors.New("no route") },
		"returns no body":    func(r *http.Request) (*http.Response, error) { return &http.Response{StatusCode: 200, Request: r}, nil },
		"returns no header":  func(r *http.Request) (*http.Response, error) { return &http.Response{StatusCode: 503, Request: r}, nil },
		"body panics": func(r *http.Request) (*http.Response, error) {
			return withBody(r, func() (int, error) { panic("x") }), nil
		},
		"body ends the goroutine": func(r *http.Request) (*http.Response, error) {
			return withBody(r, func() (int, error) { runtime.Goexit(); return 0, nil }), nil
		},
		"body fails": func(r *http.Request) (*http.Response, error) {
			return withBody(r, func() (int, error) { return 0, errors.New("x") }), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				good := false
				c := open(t, roundTripper(func(r *http.Request) (*http.Response, error) {
					mu.Lock()
					ok := good
					mu.Unlock()
					if ok {
						return documents(goodMetadata, goodKeys)(r)
					}
					return misbehave(r)
				}), nil)
				var wg sync.WaitGroup
				for range 20 {
					wg.Go(func() {
						_, err := c.Find(t.Context(), jwks.Query{KeyID: "kid"})
						if _, ok := errors.AsType[*jwks.FetchError](unavailable(t, err)); !ok || strings.Contains(err.Error(), "SECRET") {
							t.Errorf("got %v, want a *FetchError without the panic's value", err)
						}
					})
				}
				wg.Wait()
				if s := c.State(); s.Failures != 1 {
					t.Errorf("got %+v, want one failure", s)
				}
				mu.Lock()
				good = true
				mu.Unlock()
				time.Sleep(2 * time.Second)
				if !finds(t, c, "kid") {
					t.Error("did not heal")
				}
			})
		})
	}
}

func withBody(r *http.Request, read func() (int, error)) *http.Response {
	resp := reply(r, "")
	resp.ContentLength, resp.Body = -1, badBody{read}
	return resp
}

func TestRequestsAreBare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := open(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.Method != http.MethodGet || r.Body != nil || r.Header.Get("Cookie") != "" || r.Header.Get("Authorization") != "" {
				t.Errorf("got %s %s %v", r.Method, r.URL, r.Header)
			}
			if d, ok := r.Context().Deadline(); !ok || time.Until(d) > 5*time.Second {
				t.Errorf("got deadline %v, %v", d, ok)
			}
			return b2c.Transport().RoundTrip(r)
		}), nil)
		if err := ready(t.Context(), c); err != nil {
			t.Error(err)
		}
	})
}

// Each document has a deadline of its own, and a caller waits for one of them: a
// server that is slow but sound yields its keys.
func TestFetchTimeoutIsForEachDocument(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		slowly(b2c, 2800*time.Millisecond)
		c := open(t, b2c.Transport(), nil)
		start := time.Now()
		e := unavailable(t, ready(t.Context(), c))
		if d := time.Since(start); d < 5*time.Second || d > 5100*time.Millisecond || !strings.Contains(e.Error(), "FetchTimeout") {
			t.Errorf("took %v, got %v; want 5 s, and the option named", d, e)
		}
		time.Sleep(time.Second) // the fetch goes on
		if got := b2c.Counts(); c.Current() == nil || got.Metadata != 1 || got.Keys != 1 {
			t.Errorf("got set %v after %+v, want keys at the first attempt", c.Current(), got)
		}
	})
}

// Metadata that came is kept, whatever becomes of the keys.
func TestMetadataThatCameIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		interceptKeysTimes(b2c, 3, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		c := open(t, b2c.Transport(), nil)
		for ready(t.Context(), c) != nil {
			time.Sleep(time.Second)
		}
		if got := b2c.Counts(); got.Metadata != 1 || got.Keys != 4 {
			t.Errorf("got %+v, want metadata asked once and keys until they came", got)
		}
	})
}

// Over a socket: plain http on loopback, the default transport, compression.
func TestOverLoopback(t *testing.T) {
	var metadata, keys []byte
	compress := func(w http.ResponseWriter, body []byte) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(body)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isKeys(r) {
			compress(w, keys)
		} else {
			compress(w, metadata)
		}
	}))
	defer srv.Close()
	tenant, err := authority.NewTenant(tenantID, []string{srv.URL}, nil)
	if err != nil {
		t.Fatal(err)
	}
	good := metadataOf(srv.URL+"/"+tenantID+"/v2.0/", srv.URL+"/x/discovery/v2.0/keys")
	for _, tt := range []struct{ name, metadata, keys, want string }{
		{"good", good, keySet(jwk("kid", 2048)), ""},
		{"bomb for keys", good, strings.Repeat(" ", 16<<20), "key set is larger than 1048576 bytes"},
		{"bomb for metadata", strings.Repeat(" ", 16<<20), "", "metadata is larger than 1048576 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			metadata, keys = gzipped(t, tt.metadata), gzipped(t, tt.keys)
			c := openAt(t, tenant.Flow("B2C_1_susi"), nil, nil)
			err := ready(t.Context(), c)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if _, err := io.Copy(w, strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What net/http quotes of a broken answer must not carry control characters
// or megabytes into errors and logs.
func TestErrorTextIsTame(t *testing.T) {
	for _, broken := range []error{
		errors.New("malformed MIME header line: \x1b[31mred\r\nnext line"),
		errors.New(strings.Repeat("x", 1<<20)),
	} {
		synctest.Test(t, func(t *testing.T) {
			c := open(t, roundTripper(func(*http.Request) (*http.Response, error) { return nil, broken }), nil)
			err := ready(t.Context(), c)
			if text := err.Error(); len(text) > 1500 || strings.ContainsAny(text, "\x1b\r\n") {
				t.Errorf("got %d bytes: %.300q", len(text), text)
			}
			if !errors.Is(err, broken) {
				t.Error("the cause is lost")
			}
		})
	}
}
