// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// open sends a GET and leaves the body to the caller.
func open(ctx context.Context, c *http.Client, url string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return c.Do(req)
}

func TestTransportOtherHosts(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	for _, c := range []struct {
		url       string
		isRefused bool
	}{
		{"https://fabrikam.b2clogin.com/", false},
		{"https://127.0.0.1/", false},
		{"https://contoso.b2clogin.com.evil.example/", false},
		{"http://contoso.b2clogin.com/", true},
		{"http://contoso.b2clogin.com:443/", true},
		{"https://contoso.b2clogin.com:8443/", true},
	} {
		res, err := open(t.Context(), b2c.Client(), c.url)
		if err == nil {
			_ = res.Body.Close()
		}
		var dns *net.DNSError
		equal(t, c.url+" isn't in DNS", errors.As(err, &dns) && dns.IsNotFound, !c.isRefused)
		equal(t, c.url+" is refused", errors.Is(err, syscall.ECONNREFUSED), c.isRefused)
	}
	equal(t, "counts", b2c.Counts(), emulator.Counts{})
}

// closing is a request body that remembers being closed.
type closing struct {
	io.Reader
	closed chan struct{}
}

func (c *closing) Close() error { close(c.closed); return nil }

// TestTransportClosesRequestBody: http.RoundTripper demands it on every path.
func TestTransportClosesRequestBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended, end := context.WithCancel(t.Context())
		end()
		for _, c := range []struct {
			ctx context.Context
			url string
		}{{t.Context(), tokenURL}, {t.Context(), "https://example.com/"}, {ended, tokenURL}} {
			body := &closing{strings.NewReader("grant_type=x"), make(chan struct{})}
			req, err := http.NewRequestWithContext(c.ctx, http.MethodPost, c.url, body)
			if err != nil {
				t.Fatal(err)
			}
			if res, err := emulator.NewTenant(nil).Transport().RoundTrip(req); err == nil {
				_ = res.Body.Close()
			}
			<-body.closed // the bubble panics if it never is
		}
	})
}

// TestTransportCancel: a client's end is a handler's end, while it hangs.
func TestTransportCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		var released atomic.Int64
		b2c.Intercept(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
			arrived := time.Now()
			<-r.Context().Done()
			released.Store(int64(time.Since(arrived)))
		})
		start := time.Now()

		ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
		defer cancel()
		_, err := open(ctx, b2c.Client(), keysURL)
		equal(t, "deadline", isTimeout(err), true)
		equal(t, "client waited", time.Since(start), 7*time.Second)
		synctest.Wait()
		equal(t, "handler hung", time.Duration(released.Load()), 7*time.Second)

		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err = open(ctx, b2c.Client(), keysURL)
		equal(t, "cancelled", errors.Is(err, context.Canceled), true)
		cancel()
		if _, err = open(ctx, b2c.Client(), keysURL); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v from a request that was over before it began", err)
		}
		equal(t, "counts", b2c.Counts(), emulator.Counts{Keys: 2})

		client := b2c.Client()
		client.Timeout = 3 * time.Second
		start = time.Now()
		_, err = open(t.Context(), client, keysURL)
		equal(t, "client's timeout", isTimeout(err), true)
		equal(t, "client waited", time.Since(start), 3*time.Second)
	})
}

// TestTransportHangingHandler: a handler that heeds no context doesn't hold the
// client up.
func TestTransportHangingHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		b2c.Intercept(func(http.ResponseWriter, *http.Request, http.Handler) { time.Sleep(time.Hour) })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := open(ctx, b2c.Client(), keysURL)
		equal(t, "deadline", isTimeout(err), true)
		equal(t, "client waited", time.Since(start), time.Second)
		time.Sleep(time.Hour) // a bubble ends with its goroutines
	})
}

// TestTransportSlowBody: the head arrives when flushed, and a body that hangs
// ends with the client's context.
func TestTransportSlowBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		b2c.Intercept(func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			_, _ = io.WriteString(w, `{"keys":`)
			w.(http.Flusher).Flush()
			time.Sleep(time.Second)
			_, _ = io.WriteString(w, `[`)
			<-r.Context().Done()
		})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		res, err := open(ctx, b2c.Client(), keysURL)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "head after", time.Since(start), 0)
		equal(t, "length", res.ContentLength, -1)
		body, err := io.ReadAll(res.Body)
		equal(t, "body", string(body), `{"keys":[`)
		equal(t, "deadline", isTimeout(err), true)
		equal(t, "body took", time.Since(start), 5*time.Second)
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestTransportHangingBody: nor does a handler that heeds no context in the
// middle of a body.
func TestTransportHangingBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		b2c.Intercept(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.(http.Flusher).Flush()
			time.Sleep(time.Hour)
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		res, err := open(ctx, b2c.Client(), keysURL)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		_, err = io.ReadAll(res.Body)
		equal(t, "deadline", isTimeout(err), true)
		equal(t, "client waited", time.Since(start), time.Second)
		time.Sleep(time.Hour) // a bubble ends with its goroutines
	})
}

// TestTransportClosedBody: closing a body early ends the handler, also one that
// writes without end.
func TestTransportClosedBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		written, failed := 0, error(nil)
		b2c.Intercept(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			for failed == nil {
				var n int
				n, failed = w.Write(make([]byte, 100<<10))
				written += n
			}
		})
		res, err := open(t.Context(), b2c.Client(), keysURL)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(res.Body, make([]byte, 2<<20)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // the handler waits for the reader
		if failed != nil || written < 2<<20 || written > 4<<20 {
			t.Errorf("handler got %v after %d bytes, want it to wait", failed, written)
		}
		_ = res.Body.Close()
		synctest.Wait()
		equal(t, "write after the close", errors.Is(failed, context.Canceled), true)
		_, err = res.Body.Read(make([]byte, 1))
		equal(t, "read after the close", errors.Is(err, http.ErrBodyReadAfterClose), true)
	})
}

// TestTransportFaults has every way of failing that an interceptor has, as the
// client sees it in process and over a socket.
func TestTransportFaults(t *testing.T) {
	server := emulator.NewServer(nil)
	defer server.Close()
	tenant := emulator.NewTenant(nil)
	big := strings.Repeat("x", 300<<10)
	for _, c := range []struct {
		name      string
		intercept func(http.ResponseWriter, *http.Request, http.Handler)
		status    int // 0 for no response
		mediaType string
		length    int64
		body      string
		cut       bool
	}{
		{"429", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Retry-After", "7")
			http.Error(w, "Too many requests", http.StatusTooManyRequests)
			w.Header().Set("Retry-After", "too late")
		}, 429, "text/plain; charset=utf-8", 18, "Too many requests\n", false},
		{"HTML, type sniffed", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			_, _ = io.WriteString(w, "<html>down</html>")
		}, 200, "text/html; charset=utf-8", 17, "<html>down</html>", false},
		{"nothing", func(http.ResponseWriter, *http.Request, http.Handler) {}, 200, "", 0, "", false},
		{"no content", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.WriteHeader(http.StatusNoContent)
		}, 204, "", 0, "", false},
		{"big", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			_, _ = io.WriteString(w, big)
		}, 200, "text/plain; charset=utf-8", -1, big, false},
		{"less than promised", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "{half")
		}, 200, "text/plain; charset=utf-8", 100, "{half", true},
		{"abort in the body", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			_, _ = io.WriteString(w, "{half")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}, 200, "text/plain; charset=utf-8", -1, "{half", true},
		{"abort at once", func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }, 0, "", 0, "", false},
		{"abort before anything is sent", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			_, _ = io.WriteString(w, "{half")
			panic(http.ErrAbortHandler)
		}, 0, "", 0, "", false},
		{"goexit", func(http.ResponseWriter, *http.Request, http.Handler) { runtime.Goexit() }, 0, "", 0, "", false},
		{"too much", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Content-Length", "2")
			_, err := io.WriteString(w, "abc")
			if !errors.Is(err, http.ErrContentLength) {
				panic(err)
			}
		}, 200, "", 2, "", true},
	} {
		for name, over := range map[string]struct {
			tenant *emulator.Tenant
			client *http.Client
		}{"in process": {tenant, tenant.Client()}, "socket": {server.Tenant, server.Client()}} {
			if c.name == "goexit" && name == "socket" {
				continue // net/http itself leaves such a connection hanging
			}
			t.Run(c.name+" "+name, func(t *testing.T) {
				over.tenant.Intercept(c.intercept)
				defer over.tenant.Intercept(nil)
				res, err := open(t.Context(), over.client, keysURL)
				if c.status == 0 {
					if err == nil {
						_ = res.Body.Close()
						t.Fatalf("got status %d, want an error", res.StatusCode)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = res.Body.Close() }()
				body, err := io.ReadAll(res.Body)
				equal(t, "status", res.StatusCode, c.status)
				equal(t, "Content-Type", res.Header.Get("Content-Type"), c.mediaType)
				equal(t, "TLS", res.TLS != nil, true)
				equal(t, "Date", res.Header.Get("Date") != "", true)
				equal(t, "length", res.ContentLength, c.length)
				equal(t, "body", string(body) == c.body, true)
				equal(t, "body is cut", err != nil, c.cut)
				if c.status == 429 {
					equal(t, "Retry-After", res.Header.Get("Retry-After"), "7")
				}
			})
		}
	}
}

func TestTransportPanicIsAnError(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	b2c.Intercept(func(http.ResponseWriter, *http.Request, http.Handler) { panic("oops in my test") })
	_, err := open(t.Context(), b2c.Client(), keysURL)
	if err == nil || !strings.Contains(err.Error(), "oops in my test") {
		t.Errorf("got %v, want the panic's text", err)
	}
}

// TestInterceptorSeesServerRequest: what arrives looks as it would from a
// socket, and next answers what the interceptor made of it.
func TestInterceptorSeesServerRequest(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		equal(t, "Host", r.Host, "contoso.b2clogin.com")
		equal(t, "RequestURI", r.RequestURI, "/contoso.onmicrosoft.com/oauth2/v2.0/token?p=B2C_1_susi")
		equal(t, "URL.Host", r.URL.Host, "")
		equal(t, "TLS", r.TLS != nil && r.TLS.HandshakeComplete, true)
		equal(t, "method", r.Method, http.MethodPost)
		body, err := io.ReadAll(r.Body)
		equal(t, "body", string(body), "a=b")
		equal(t, "body's end", err, nil)
		r.Body = io.NopCloser(bytes.NewReader([]byte("grant_type=device_code")))
		next.ServeHTTP(w, r)
	})
	r := post(t, b2c.Client(), "https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0/token?p=B2C_1_susi", form("a", "b"))
	equal(t, "next saw the change", strings.Contains(r.body, "AADB2C90086"), true)
}

// TestVirtualYear: tokens and rotations follow a bubble's clock, which begins
// in the year 2000.
func TestVirtualYear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		for range 12 {
			time.Sleep(30 * 24 * time.Hour)
			equal(t, "iat", claimsOf(t, mint(t, b2c, emulator.Spec{}))["iat"], any(float64(time.Now().Unix())))
			if verifiedBy(t, b2c.Client(), keysURL, mint(t, b2c, emulator.Spec{})) == "" {
				t.Fatal("token doesn't verify")
			}
		}
		equal(t, "year", time.Now().Year(), 2000)
		equal(t, "key fetches", b2c.Counts().Keys, 12)
	})
}
