// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

// body answers 200 with JSON's content type, whatever the text is.
func body(text string) http.HandlerFunc { return typed("application/json", text) }

func typed(contentType, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write([]byte(text))
	}
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
	}
}

// cutOff writes a part of a document and cuts the connection.
func cutOff(length string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if length != "" {
			w.Header().Set("Content-Length", length)
		}
		_, _ = w.Write([]byte(`{"keys":[{"kid":`))
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
}

// endless writes until the client goes, a piece every so often.
func endless(piece string, every time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for r.Context().Err() == nil {
			if _, err := w.Write([]byte(piece)); err != nil {
				return
			}
			w.(http.Flusher).Flush()
			time.Sleep(every)
		}
	}
}

const page = `<!DOCTYPE html><html><body>404</body></html>`

func manyKeys(n int) string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf(`{"kid":"k%d","kty":"RSA"}`, i)
	}
	return keySet(keys...)
}

var notStrict = "not strict JSON"

// Faults of either document, and what the error must say.
var faults = []struct {
	name  string
	fault http.HandlerFunc
	want  string
}{
	{"500", status(500), "answered 500"},
	{"403", status(403), "answered 403"},
	{"404 without HTML", status(404), "answered 404"},
	{"404 with HTML", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(page))
	}, `no such tenant or user flow: the `},
	{"204", status(204), "answered 204"},
	{"206", status(206), "answered 206"},
	{"304", status(304), "answered 304"},
	{"redirect", status(302, "Location", origin+"/elsewhere"), "redirect (302), which is not followed"},
	{"redirect without target", status(307), "redirect (307), which is not followed"},
	{"hanging", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "can't be fetched"},
	{"reset", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "can't be fetched"},
	{"half body", cutOff("1000"), "was cut off"},
	{"truncated chunk", cutOff(""), "was cut off"},
	{"slow body", endless(" ", 100*time.Millisecond), "was cut off"},
	{"endless body", endless(strings.Repeat(" ", 1<<16), 0), "larger than 1048576 bytes"},
	{"too large, announced", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1048577")
		w.(http.Flusher).Flush()
	}, "larger than 1048576 bytes"},
	{"too large by one byte", body(strings.Repeat(" ", 1<<20) + "{"), "larger than 1048576 bytes"},
	{"HTML with 200", typed("text/html", page), "HTML instead of JSON"},
	{"XHTML with 200", typed("application/xhtml+xml; charset=utf-8", page), "HTML instead of JSON"},
	{"HTML called JSON", body(page), notStrict},
	{"empty body", body(""), "is empty"},
	{"spaces", body(" \n"), notStrict},
	{"an array", body("[]"), "not a JSON object"},
	{"null", body("null"), "not a JSON object"},
	{"empty object", body("{}"), "has no "},
	{"half JSON", body(`{"issuer":"`), notStrict},
	{"BOM", body("\ufeff{}"), notStrict},
	{"bad UTF-8", body("{\"issuer\":\"\xff\",\"keys\":[\"\xff\"]}"), notStrict},
	{"lone surrogate", body(`{"a":"\ud800"}`), notStrict},
	{"duplicate names", body(`{"issuer":"a","issuer":"a","keys":[],"keys":[]}`), notStrict},
	{"duplicate names, escaped", body(`{"issuer":"a","\u0069ssuer":"a","keys":[],"\u006beys":[]}`), notStrict},
	{"duplicate names, deep", body(`{"x":[{"a":1,"a":1}]}`), notStrict},
	{"two objects", body("{}{}"), "bytes after the JSON object"},
	{"deep nesting", body(`{"x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}"), "nested too deeply"},
	{"very deep nesting", body(strings.Repeat(`{"x":`, 100_000)), ""},
	{"NUL", body("{\x00}"), notStrict},
}

func TestFaultsOfMetadata(t *testing.T) {
	for _, tt := range faults {
		t.Run(tt.name, func(t *testing.T) { faulty(t, false, tt.fault, tt.want) })
	}
}

func TestFaultsOfKeySet(t *testing.T) {
	for _, tt := range faults {
		t.Run(tt.name, func(t *testing.T) { faulty(t, true, tt.fault, tt.want) })
	}
	for _, tt := range []struct{ name, body, want string }{
		{"no keys", `{"keys":[]}`, "has no keys"},
		{"keys are an object", `{"keys":{}}`, `"keys" that is not an array`},
		{"keys are null", `{"keys":null}`, `"keys" that is not an array`},
		{"Keys", `{"Keys":[` + jwk("k", 2048) + `]}`, `no member "keys"`},
		{"not objects", `{"keys":[1,"2",null,[],true]}`, "no usable key; the first one is not a JSON object"},
		{"unusable keys", keySet(jwk("k", 1024)), "no usable key; the first one is a weak key of 1024 bits"},
		{"all one kid", keySet(jwk("k", 2048), jwk("k", 2048), jwk("k", 2048)), "no usable key; the first one has a kid"},
		{"65 keys", manyKeys(65), "has 65 keys; at most 64 are read"},
		{"20000 keys", manyKeys(20_000), "has 20000 keys; at most 64 are read"},
	} {
		t.Run(tt.name, func(t *testing.T) { faulty(t, true, body(tt.body), tt.want) })
	}
}

// faulty puts a fault in front of one document: at start it gives Unavailable
// with a clear cause, later it never replaces a good set; then all heals.
func faulty(t *testing.T, keys bool, fault http.HandlerFunc, want string) {
	check := func(t *testing.T, err error) {
		t.Helper()
		e, ok := errors.AsType[*jwks.FetchError](err)
		if !ok {
			t.Fatalf("got %v (%T), want a *FetchError", err, err)
		}
		url, what := metadataURL, "metadata"
		if keys {
			url, what = keysURL, "key set"
		}
		if e.URL != url || !strings.Contains(e.Problem, want) || !strings.Contains(e.Problem, what) {
			t.Errorf("got %q for %s, want %q", e.Problem, e.URL, want)
		}
		if strings.HasPrefix(want, "no such tenant") &&
			(!strings.Contains(e.Problem, `"contoso.onmicrosoft.com"`) || !strings.Contains(e.Problem, `"B2C_1_susi"`) || e.Status != 404) {
			t.Errorf("got %q, want tenant and flow named", e.Problem)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		intercept(b2c, keys, fault)
		start := time.Now()
		cold := open(t, b2c.Transport(), nil)
		err := ready(t.Context(), cold)
		check(t, unavailable(t, err).Err)
		if cold.Current() != nil {
			t.Error("a set came out of it")
		}
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("took %v, want at most 5 s", d)
		}
		if got := b2c.Counts().NotFound; got != 0 {
			t.Errorf("%d requests went elsewhere", got)
		}
		b2c.Intercept(nil)
		time.Sleep(2 * time.Second)
		if err := ready(t.Context(), cold); err != nil {
			t.Errorf("a cold cache did not heal: %v", err)
		}
		_ = cold.Close()

		c := warm(t, b2c, nil)
		set, kid := c.Current(), b2c.CurrentKey("").ID()
		intercept(b2c, keys, fault)
		time.Sleep(53 * time.Minute)
		// Good keys are taken while metadata fails.
		if s := c.State(); s.Failures == 0 || !s.Usable || !slices.Equal(s.KeyIDs, set.KeyIDs()) || keys && c.Current() != set {
			t.Errorf("got %+v, want failures and the old set", s)
		} else {
			check(t, s.LastError)
		}
		if !finds(t, c, kid) {
			t.Error("the key is missing")
		}
		b2c.Intercept(nil)
		time.Sleep(time.Minute + 5*time.Second) // the last one may hang still
		if s := c.State(); s.LastError != nil {
			t.Errorf("did not heal: %v", s.LastError)
		}
	})
}

func TestContentTypesOfGoodJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, contentType := range []string{"application/json; charset=utf-8", "application/jwk-set+json", "text/plain", "application/octet-stream", "", ";;;"} {
			b2c := emulator.NewTenant(nil)
			b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				rec := httptest.NewRecorder()
				next.ServeHTTP(rec, r)
				w.Header()["Content-Type"] = []string{contentType}
				_, _ = w.Write(rec.Body.Bytes())
			})
			if c := open(t, b2c.Transport(), nil); ready(t.Context(), c) != nil {
				t.Errorf("Content-Type %q: %v", contentType, c.State().LastError)
			}
		}
	})
}

// TestSetting: what a setting of the program would change is named apart from the
// problem, which an operator reads who knows no Go.
func TestSetting(t *testing.T) {
	hung := roundTripper(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	for name, tt := range map[string]struct {
		rt      http.RoundTripper
		problem string
		setting string
	}{
		"slow": {hung, "metadata can't be fetched within 3s", "FetchTimeout"},
		"keys elsewhere": {
			documents(metadataOf(issuer, "https://keys.example.com/keys"), keySet(jwk("k", 2048))),
			`the metadata has a jwks_uri on host "keys.example.com", not on "contoso.b2clogin.com"`, "KeyHosts",
		},
		"private CA": {
			roundTripper(func(*http.Request) (*http.Response, error) { return nil, x509.UnknownAuthorityError{} }),
			"metadata can't be fetched; for a private CA set the environment variable SSL_CERT_FILE", "Transport",
		},
		"other": {documents("{}", "{}"), "the metadata has no issuer", ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := open(t, tt.rt, &jwks.Options{FetchTimeout: 3 * time.Second})
			e, ok := errors.AsType[*jwks.FetchError](c.Refresh(t.Context()))
			if !ok || e.Problem != tt.problem || e.Setting != tt.setting {
				t.Fatalf("%s: got %+v, want %s and setting %q", name, e, tt.problem, tt.setting)
			}
			if got, want := e.Error(), "; see jwks.Options."+tt.setting; strings.HasSuffix(got, want) != (tt.setting != "") {
				t.Errorf("%s: got %s, want setting %q", name, got, tt.setting)
			}
		})
	}
}
