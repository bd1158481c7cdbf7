// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
)

// assertionType is that of RFC 7523 section 2.2.
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// certificateOf returns a certificate of a key, for a year from a time on.
func certificateOf(tb testing.TB, key crypto.Signer, from time.Time) *x509.Certificate {
	tb.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(0x2a11), NotBefore: from, NotAfter: from.AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// wantSigned fails unless a form has an assertion of the client for an endpoint, signed
// by the key of a certificate, and no secret.
func wantSigned(t *testing.T, p post, endpoint string, c *x509.Certificate) {
	t.Helper()
	assertion := p.form.Get("client_assertion")
	parts := strings.Split(assertion, ".")
	if p.form.Get("client_assertion_type") != assertionType || p.form.Has("client_secret") || len(parts) != 3 {
		t.Fatalf("got form %v, want an assertion alone", p.form)
	}
	claims := claimsOf(t, assertion)
	if claims["aud"] != endpoint || claims["iss"] != clientID || claims["sub"] != clientID || claims["exp"] != claims["iat"].(float64)+600 || claims["iat"] != float64(p.at.Unix()) {
		t.Errorf("got claims %v, want the client's at %s for ten minutes", claims, endpoint)
	}
	thumbprint := sha256.Sum256(c.Raw)
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil || !strings.Contains(string(header), `"x5t#S256":"`+base64.RawURLEncoding.EncodeToString(thumbprint[:])+`"`) {
		t.Errorf("got header %s, want the certificate's thumbprint", header)
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPSS(c.PublicKey.(*rsa.PublicKey), crypto.SHA256, digest[:], signature, nil); err != nil {
		t.Errorf("the signature: %v", err)
	}
}

// A certificate takes the place of the secret, in each request by an assertion of its
// own, whatever the style of secrets.
func TestCertificate(t *testing.T) {
	key := rsaKey()
	bubble(t, func(t *testing.T) {
		c := certificateOf(t, key, time.Now().Add(-time.Hour))
		function := func(context.Context) (*x509.Certificate, crypto.Signer, error) { return c, key, nil }
		for name, credential := range map[string]acquire.Credential{"certificate": acquire.Certificate(c, key), "function": acquire.CertificateFunc(function)} {
			for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInParams, oauth2.AuthStyleInHeader} {
				var sts endpoint
				app := newDaemonAt(t, external(t), credential, &sts, &acquire.Options{AuthStyle: style})
				mustToken(t, app, "api://tasks/.default")
				mustToken(t, app, "api://stock/.default")
				posts := sts.since(0)
				for _, p := range posts {
					wantSigned(t, p, externalToken, c)
					if p.header.Get("Authorization") != "" {
						t.Errorf("%s: got HTTP authentication beside the assertion", name)
					}
				}
				if posts[0].form.Get("client_assertion") == posts[1].form.Get("client_assertion") {
					t.Errorf("%s: got the same assertion twice", name)
				}
			}
			if shown := fmt.Sprintf("%v %+v %#v", credential, credential, credential); shown != "[credential] [credential] [credential]" {
				t.Errorf("%s prints as %s", name, shown)
			}
		}
	})
}

// A certificate is looked at each time: it may expire under way, and be replaced.
func TestCertificateRotation(t *testing.T) {
	key := rsaKey()
	bubble(t, func(t *testing.T) {
		first := certificateOf(t, key, time.Now().AddDate(0, -11, 0))
		current := first
		var failing error
		rotated := acquire.CertificateFunc(func(context.Context) (*x509.Certificate, crypto.Signer, error) { return current, key, failing })
		var sts endpoint
		fixed := newDaemonAt(t, external(t), acquire.Certificate(first, key), &sts, nil)
		app := newDaemonAt(t, external(t), rotated, &sts, nil)
		mustToken(t, fixed, "api://tasks/.default")
		time.Sleep(60 * 24 * time.Hour)
		n := sts.count()
		for name, a := range map[string]*acquire.App{"fixed": fixed, "function": app} {
			_, err := a.Token(t.Context(), "api://stock/.default")
			if e := wantClass(t, name, err, acquire.ErrConfiguration); !strings.Contains(e.Advice, "the certificate with serial number 2a11 expired on 2000-02-01") || e.During != "client_credentials" {
				t.Errorf("%s: got %v", name, err)
			}
		}
		wantPosts(t, "an expired certificate", &sts, n)
		current = certificateOf(t, key, time.Now())
		mustToken(t, app, "api://tasks/.default")
		wantSigned(t, sts.since(n)[0], externalToken, current)

		failing = errors.New("the vault is away")
		_, err := app.Token(t.Context(), "api://mail/.default")
		if e := wantClass(t, "vault", err, acquire.ErrRetry); !errors.Is(err, failing) || e.Advice != "the function for the certificate failed" {
			t.Errorf("got %v", err)
		}
		failing, current = nil, nil
		_, err = app.Token(t.Context(), "api://cars/.default")
		if e := wantClass(t, "nothing", err, acquire.ErrConfiguration); e.Advice != "what the function for the certificate returned will not do: there is no certificate" {
			t.Errorf("got %v", err)
		}
	})
}

// brokenKey is a key in a module that has a fault.
type brokenKey struct{ *rsa.PrivateKey }

func (brokenKey) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, errors.New("slot 3 is busy")
}

func TestKeyInModuleFails(t *testing.T) {
	key := rsaKey()
	bubble(t, func(t *testing.T) {
		credential := acquire.Certificate(certificateOf(t, key, time.Now()), brokenKey{key})
		_, err := newDaemonAt(t, external(t), credential, noRequests(t), nil).Token(t.Context(), "api://tasks/.default")
		wantClass(t, "module", err, acquire.ErrRetry)
		if !strings.Contains(err.Error(), "the certificate's key failed to sign: slot 3 is busy") {
			t.Errorf("got %v", err)
		}
	})
}

// What can never do is an error of the constructor, and so is each at B2C, which takes
// no assertion (AADB2C99027).
func TestAssertionCredentialsAtConstruction(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	c := certificateOf(t, rsaKey(), now)
	for name, tc := range map[string]struct {
		credential acquire.Credential
		want       string // "" if it will do at External ID
	}{
		"certificate":     {acquire.Certificate(c, rsaKey()), ""},
		"not yet valid":   {acquire.Certificate(certificateOf(t, rsaKey(), now.AddDate(0, 1, 0)), rsaKey()), ""},
		"function":        {acquire.CertificateFunc(func(context.Context) (*x509.Certificate, crypto.Signer, error) { return nil, nil, nil }), ""},
		"assertion":       {acquire.Assertion(func(context.Context) (string, error) { return "", nil }), ""},
		"file":            {acquire.AssertionFile("/var/run/no-such-file"), ""},
		"another's key":   {acquire.Certificate(c, other), "the key is not that of the certificate"},
		"no certificate":  {acquire.Certificate(nil, other), "there is no certificate"},
		"no key":          {acquire.Certificate(c, nil), "there is no key"},
		"expired":         {acquire.Certificate(certificateOf(t, rsaKey(), now.AddDate(-2, 0, 0)), rsaKey()), "the certificate with serial number 2a11 expired on 2025-11-28"},
		"nil function":    {acquire.CertificateFunc(nil), "CertificateFunc was given nil"},
		"nil assertion":   {acquire.Assertion(nil), "Assertion was given nil"},
		"file of no name": {acquire.AssertionFile(""), "AssertionFile was given no path"},
	} {
		opts := &acquire.Options{Transport: noRequests(t), Now: clock}
		app, err := acquire.NewConfidential(external(t), clientID, tc.credential, opts)
		switch {
		case tc.want == "" && err != nil:
			t.Errorf("%s: got %v, want an App", name, err)
		case tc.want == "":
			_ = app.Close()
		default:
			wantClass(t, name, err, acquire.ErrConfiguration)
			if app != nil || !strings.Contains(err.Error(), "acquire: configuration: credential: "+tc.want) {
				t.Errorf("%s: got %v, %v; want %s", name, app, err, tc.want)
			}
		}
		app, err = acquire.NewConfidential(contoso(t).Flow("B2C_1_susi"), clientID, tc.credential, opts)
		if app != nil || err == nil {
			t.Errorf("%s at B2C: got %v, %v; want an error", name, app, err)
		}
		if tc.want == "" {
			if e := wantClass(t, name, err, acquire.ErrUnsupported); !strings.Contains(e.Advice, "AADB2C99027") || !strings.Contains(e.Advice, "Secret") {
				t.Errorf("%s at B2C: got %v, want B2C's code and what to use", name, err)
			}
		}
	}
}

// federated is a token of another issuer for the application.
const federated = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6YSJ9.c2lnbmF0dXJl"

// A token that others have issued is sent as it is, asked for anew each time, and
// stands in no error.
func TestAssertion(t *testing.T) {
	bubble(t, func(t *testing.T) {
		text, failing := federated, error(nil)
		var sts endpoint
		logger, logged := newLogs()
		app := newDaemonAt(t, external(t), acquire.Assertion(func(context.Context) (string, error) { return text, failing }), &sts, &acquire.Options{Logger: logger})
		mustToken(t, app, "api://tasks/.default")
		wantForm(t, "federated", sts.since(0)[0], externalToken, form(
			"grant_type", "client_credentials", "client_id", clientID, "scope", "api://tasks/.default",
			"client_assertion_type", assertionType, "client_assertion", federated))
		text = federated + "2"
		mustToken(t, app, "api://stock/.default")
		if got := sts.since(1)[0].form.Get("client_assertion"); got != text {
			t.Errorf("got assertion %q, want the new one", got)
		}

		for n, tc := range []struct {
			text    string
			failing error
			class   acquire.Class
			want    string
		}{
			{"", nil, acquire.ErrConfiguration, "the function for the client assertion returned one that is empty"},
			{federated + "\n", nil, acquire.ErrConfiguration, "the function for the client assertion returned one that holds white space"},
			{"s3cret", nil, acquire.ErrConfiguration, "the function for the client assertion returned one that is not a signed token"},
			{federated, errors.New("got " + federated), acquire.ErrRetry, "got [redacted]: the function for the client assertion failed"},
		} {
			text, failing = tc.text, tc.failing
			_, err := app.Token(t.Context(), fmt.Sprintf("api://%d/.default", n))
			wantClass(t, tc.want, err, tc.class)
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		}
		wantPosts(t, "no assertion", &sts, 2)

		text, failing = federated, nil
		sts.always(reply{status: 401, body: `{"error":"invalid_client","error_description":"AADSTS700213: No credential fits ` + federated + `, ` + federated[:60] + ` nor c2lnbmF0dXJl."}`})
		_, err := app.Token(t.Context(), "api://cars/.default")
		if e := wantClass(t, "a refusal", err, acquire.ErrConfiguration); !strings.HasPrefix(e.Description, "No credential fits [redacted], [redacted]") {
			t.Errorf("got %v", err)
		}
		if all := err.Error() + logged.String(); strings.Contains(all, "eyJ") {
			t.Errorf("the assertion is told: %s", all)
		}
	})
}

// The file is read each time, and told by its path.
func TestAssertionFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var sts endpoint
	app := newDaemonAt(t, external(t), acquire.AssertionFile(path), &sts, nil)
	_, err := app.Token(t.Context(), "api://early/.default")
	if e := wantClass(t, "no file", err, acquire.ErrConfiguration); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) || e.During != "client_credentials" {
		t.Errorf("no file: got %v, want its path", err)
	}
	for n, text := range []string{federated, federated + "2"} {
		write(text + "\n")
		mustToken(t, app, fmt.Sprintf("api://%d/.default", n))
		if got := sts.since(n)[0].form.Get("client_assertion"); got != text {
			t.Errorf("got assertion %q, want %q", got, text)
		}
	}
	write("s3cret")
	_, err = app.Token(t.Context(), "api://odd/.default")
	wantClass(t, "odd file", err, acquire.ErrRetry)
	if !strings.Contains(err.Error(), "the text in "+path+" is not a signed token") || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("odd file: got %v, want its path and nothing of it", err)
	}
	wantPosts(t, "no assertion", &sts, 2)
}

func TestParseCertificate(t *testing.T) {
	c := certificateOf(t, rsaKey(), time.Now())
	der, err := x509.MarshalPKCS8PrivateKey(rsaKey())
	if err != nil {
		t.Fatal(err)
	}
	cert, key := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	got, signer, err := acquire.ParseCertificate(key, cert)
	if err != nil || !got.Equal(c) || !rsaKey().PublicKey.Equal(signer.Public()) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, _, err := acquire.ParseCertificate(cert); err == nil || err.Error() != "acquire: certificate: there is a certificate and no private key" {
		t.Errorf("got %v", err)
	}
}
