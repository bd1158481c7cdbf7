// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
)

// The test in the package's documentation: of a service with a middleware of
// its own, newAPI below.
func TestGreetings(t *testing.T) {
	b2c := emulatortest.New(t, nil)
	api := newAPI(b2c.Client(), b2c.MetadataURL("B2C_1_susi"), b2c.API().ID, emulatortest.Logger(t)) // the service, behind its middleware
	for _, row := range []struct {
		name string
		spec emulator.Spec
		want int
	}{
		{"good", emulator.Spec{}, 200},
		{"expired", emulator.Spec{Lifetime: -time.Hour}, 401},
		{"for another API", emulator.Spec{Audience: "another"}, 401},
		{"signed by a stranger", emulator.Spec{Key: emulator.NewKey()}, 401},
	} {
		r := httptest.NewRequest("GET", "/greeting", nil)
		r.Header.Set("Authorization", "Bearer "+emulatortest.Mint(t, b2c, row.spec))
		rec := httptest.NewRecorder()
		api.ServeHTTP(rec, r)
		if rec.Code != row.want {
			t.Errorf("%s: got status %d, want %d", row.name, rec.Code, row.want)
		}
	}
	emulatortest.WantCounts(t, b2c, emulator.Counts{Metadata: 1, Keys: 1})
}

// A test that fails says what the tenant saw, and by the logger why the service
// did what it did. In place of the *testing.T of a test function this example has
// a stand-in that prints.
func Example() {
	t := &printing{}
	defer t.end()

	b2c := emulatortest.New(t, &emulator.Options{Now: func() time.Time { return time.Unix(1750000000, 0).UTC() }})
	emulatortest.SetFaults(t, b2c, emulator.Fault{Kind: emulator.FaultServerError, Endpoint: emulator.KeysEndpoint})
	api := newAPI(b2c.Client(), b2c.MetadataURL(""), b2c.API().ID, emulatortest.Logger(t))

	r := httptest.NewRequest("GET", "/greeting", nil)
	r.Header.Set("Authorization", "Bearer "+emulatortest.Mint(t, b2c, emulator.Spec{}))
	rec := httptest.NewRecorder()
	api.ServeHTTP(rec, r)
	if rec.Code != http.StatusServiceUnavailable {
		t.Errorf("without keys: got status %d, want 503", rec.Code)
	}
	// Output:
	// output: level=INFO msg="request refused" reason="no keys: HTTP 500"
	// error: without keys: got status 401, want 503
	// log: requests that tenant contoso has answered:
	// 	#1 15:06:40.000 GET metadata B2C_1_susi -> 200
	// 	#2 15:06:40.000 GET keys B2C_1_susi -> 500 fault=server-error
}

// Someone signs in to an app. The tenant signs everyone in at once, so to open
// the app's login page is all that a person does.
func ExampleBrowser() {
	t := &printing{} // the *testing.T of the test function
	defer t.end()

	b2c := emulatortest.New(t, nil)
	app := &greeter{b2c: b2c.Client(), tenant: b2c, base: "http://localhost:8400", mode: "query", sameSite: http.SameSiteLaxMode}
	b := emulatortest.NewBrowser(t, b2c)
	b.Handle("http://localhost:8400", app)

	b.Open("http://localhost:8400/login")
	fmt.Println(b.Page().Text)
	b.Click("Sign out")
	fmt.Println(b.Page().Text)
	// Output:
	// Hello, Ada Example! Sign out
	// Welcome.
}

// took is how long an answer took, in a line of the log, and at is when a line
// of the logger was written.
var took, at = regexp.MustCompile(` after [0-9.]+m?s`), regexp.MustCompile(`time=[0-9:.]+ `)

// printing stands in for a *testing.T where there is none.
type printing struct {
	testing.TB
	failed   bool
	cleanups []func()
}

func (p *printing) Helper()                  {}
func (p *printing) Failed() bool             { return p.failed }
func (p *printing) Context() context.Context { return context.Background() }
func (p *printing) Cleanup(f func())         { p.cleanups = append(p.cleanups, f) }
func (p *printing) Logf(format string, args ...any) {
	text := fmt.Sprintf("log: "+format+"\n", args...)
	fmt.Fprint(os.Stdout, took.ReplaceAllString(text, "")) // an example's output is the same on every machine
}

// Output is for Logger.
func (p *printing) Output() io.Writer { return p }

func (p *printing) Write(line []byte) (int, error) {
	fmt.Fprintf(os.Stdout, "output: %s", at.ReplaceAll(line, nil))
	return len(line), nil
}

func (p *printing) Errorf(format string, args ...any) {
	p.failed = true
	fmt.Fprintf(os.Stdout, "error: "+format+"\n", args...)
}
func (p *printing) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func (p *printing) end() {
	for _, f := range slices.Backward(p.cleanups) {
		f()
	}
}

// newAPI is a service behind a middleware, as somebody may have written it; a
// real one checks more.
func newAPI(client *http.Client, metadataURL, audience string, logger *slog.Logger) http.Handler {
	var metadata struct {
		Issuer  string `json:"issuer"`
		JWKSURI string `json:"jwks_uri"`
	}
	var set struct {
		Keys []struct{ Kid, N, E string }
	}
	learn := sync.OnceValue(func() error {
		if err := fetch(client, metadataURL, &metadata); err != nil {
			return err
		}
		return fetch(client, metadata.JWKSURI, &set)
	})
	check := func(token string) error {
		if err := learn(); err != nil {
			return fmt.Errorf("no keys: %w", err)
		}
		part := strings.Split(token, ".")
		if len(part) != 3 {
			return errors.New("no token")
		}
		var header struct{ Alg, Kid string }
		var claims struct {
			Issuer   string `json:"iss"`
			Audience string `json:"aud"`
			Expires  int64  `json:"exp"`
		}
		signature, err := base64.RawURLEncoding.DecodeString(part[2])
		if err != nil || !decoded(part[0], &header) || !decoded(part[1], &claims) || header.Alg != "RS256" {
			return errors.New("no token")
		}
		digest := sha256.Sum256([]byte(part[0] + "." + part[1]))
		for _, k := range set.Keys {
			n, _ := base64.RawURLEncoding.DecodeString(k.N)
			e, _ := base64.RawURLEncoding.DecodeString(k.E)
			key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
			if k.Kid != header.Kid || rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) != nil {
				continue
			}
			if claims.Issuer != metadata.Issuer || claims.Audience != audience || time.Now().Unix() >= claims.Expires {
				return errors.New("of another issuer, for another audience, or expired")
			}
			return nil
		}
		return errors.New("signed by nobody known")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if err := check(token); err != nil {
			logger.Info("request refused", "reason", err)
			http.Error(w, "Unauthorized", http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, "Hello!")
	})
}

func fetch(client *http.Client, address string, into any) error {
	resp, err := client.Get(address)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("HTTP %d", resp.StatusCode)
	}
	return json.NewDecoder(resp.Body).Decode(into)
}

func decoded(part string, into any) bool {
	text, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(text, into) == nil
}

// nameIn returns the name in an ID token.
func nameIn(token string) string {
	var claims struct{ Name string }
	_, payload, _ := strings.Cut(token, ".")
	payload, _, _ = strings.Cut(payload, ".")
	if !decoded(payload, &claims) {
		return ""
	}
	return claims.Name
}
