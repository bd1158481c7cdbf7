// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/emulator"
)

// certificate makes one for the hosts that ends at a time, signed by itself.
func certificate(t *testing.T, end time.Time, hosts ...string) *emulator.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{Organization: []string{"Example Trust"}, CommonName: hosts[0]},
		NotBefore: end.Add(-200 * 24 * time.Hour), NotAfter: end, DNSNames: hosts,
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...)
	c, err := emulator.ParseCertificate(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// serveWith starts contoso with a certificate.
func serveWith(t *testing.T, c *emulator.Certificate) *emulator.Server {
	t.Helper()
	b2c, err := emulator.Start(&emulator.ServerOptions{Certificate: c}, emulator.NewTenant(nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b2c.Close)
	return b2c
}

// system returns a transport that finds the server by every name, and trusts what
// the system trusts.
func system(b2c *emulator.Server) *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, strings.TrimPrefix(b2c.URL, "https://"))
		},
		ForceAttemptHTTP2: true,
	}
}

func TestCertificateSoon(t *testing.T) {
	b2c := serveWith(t, certificate(t, time.Now().Add(5*24*time.Hour+time.Hour), loginHost))
	cfg := healthy(t, b2c)
	r := run(t, cfg)
	golden(t, "certificate-soon", r)
	if f := find(t, r, report.TLS); f.State != report.Warn || r.Status() != 0 {
		t.Errorf("got %s and status %d, want a warn and 0", f.State, r.Status())
	}
	wantNoSecret(t, r, b2c.Daemon().Secret)
}

// A certificate that is refused is looked at all the same.
func TestCertificateRefused(t *testing.T) {
	for name, c := range map[string]*emulator.Certificate{
		"certificate-untrusted": certificate(t, time.Now().AddDate(0, 3, 0), loginHost),
		"certificate-expired":   certificate(t, time.Now().Add(-time.Hour), loginHost),
		"certificate-of-other":  certificate(t, time.Now().AddDate(0, 3, 0), "login.fabrikam.example"),
	} {
		t.Run(name, func(t *testing.T) {
			b2c := serveWith(t, c)
			cfg := healthy(t, b2c)
			transport := system(b2c)
			if name != "certificate-untrusted" { // of which the CA is known
				transport.TLSClientConfig = &tls.Config{RootCAs: b2c.CertPool(), MinVersion: tls.VersionTLS12}
			}
			cfg.Transport, cfg.Authorities = transport, cfg.Authorities[:1]
			r := run(t, cfg)
			golden(t, name, r)
			if f := find(t, r, report.TLS); f.State != report.Fail || r.Status() != 1 {
				t.Errorf("got %s and status %d, want a FAIL and 1", f.State, r.Status())
			}
			wantNoSecret(t, r, b2c.Daemon().Secret)
		})
	}
}

func TestCustomDomain(t *testing.T) {
	const custom = "login.contoso.example"
	b2c := serve(t, &emulator.Options{Hosts: []string{custom, loginHost}})
	for name, c := range map[string]struct {
		hosts []string
		want  report.State
	}{
		"custom-domain-alone":    {[]string{custom}, report.Warn},
		"custom-domain-and-own":  {[]string{custom, loginHost}, report.OK},
		"custom-domain-not-said": {[]string{loginHost}, report.Skipped},
	} {
		cfg := healthy(t, b2c)
		cfg.Authorities = tenant(t, tenantID, c.hosts...).Flows("B2C_1_susi")
		r := run(t, cfg)
		golden(t, name, r)
		if f := find(t, r, report.OtherHost); f.State != c.want || r.Status() != 0 {
			t.Errorf("%s: got %s and status %d, want %s and 0", name, f.State, r.Status(), c.want)
		}
	}

	blocked := serve(t, &emulator.Options{Hosts: []string{custom, loginHost}})
	blocked.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Host == loginHost {
			http.Error(w, "blocked", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
	cfg := healthy(t, blocked)
	cfg.Authorities = tenant(t, tenantID, custom).Flows("B2C_1_susi")
	if f := find(t, run(t, cfg), report.OtherHost); f.State != report.OK || f.Found != "contoso.b2clogin.com does not answer for the tenant, so all tokens are the custom domain's" {
		t.Errorf("blocked: got %s %s", f.State, f.Found)
	}
}

// Nothing that answers is another exit status than something wrong.
func TestOffline(t *testing.T) {
	b2c := serve(t, nil)
	cfg := healthy(t, b2c)
	cfg.Authorities = tenant(t, tenantID, "contosso.b2clogin.com").Flows("B2C_1_susi")
	r := run(t, cfg)
	golden(t, "misspelt-host", r)
	if r.Status() != 3 {
		t.Errorf("misspelt host: got status %d, want 3", r.Status())
	}

	cfg = healthy(t, b2c)
	cfg.Authorities = cfg.Authorities[:1]
	cfg.Transport = system(b2c)
	b2c.Close()
	r = run(t, cfg)
	golden(t, "refused", r)
	if r.Status() != 3 {
		t.Errorf("refused: got status %d, want 3", r.Status())
	}
	wantNoSecret(t, r, b2c.Daemon().Secret)
}

// A proxy is named, and its credentials are not.
func TestProxy(t *testing.T) {
	b2c := serve(t, nil)
	cfg := healthy(t, b2c)
	cfg.Authorities = tenant(t, tenantID, "contosso.b2clogin.com").Flows("B2C_1_susi")
	cfg.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy.internal:3128", User: url.UserPassword("svc", "hunter2")})
	r := run(t, cfg)
	f := find(t, r, report.Connection)
	if want := "requests go over the proxy http://proxy.internal:3128 (HTTPS_PROXY, NO_PROXY): does it run, and let this host through?"; f.Do != want {
		t.Errorf("got %q, want %q", f.Do, want)
	}
	wantNoSecret(t, r, "hunter2", "svc")
}

// Who stops the doctor gets what there is by then.
func TestInterrupted(t *testing.T) {
	for name, part := range map[string]string{
		"interrupted-late":  "/oauth2/v2.0/token",
		"interrupted-early": "/openid-configuration",
	} {
		t.Run(name, func(t *testing.T) {
			b2c := serve(t, nil)
			b2c.MustSetFaults(
				emulator.Fault{Kind: emulator.FaultHang, Endpoint: emulator.TokenEndpoint},
				emulator.Fault{Kind: emulator.FaultHang, Endpoint: emulator.MetadataEndpoint, Flow: "B2C_1A_partner"})
			ctx, cancel := context.WithCancelCause(t.Context())
			cfg := healthy(t, b2c)
			cfg.Authorities, cfg.RequestTimeout = cfg.Authorities[:1], time.Minute
			if part == "/openid-configuration" {
				cfg.Authorities = tenant(t, tenantID, loginHost).Flows("B2C_1A_partner")
			}
			cfg.Transport = &telling{cfg.Transport, part, func() { cancel(errors.New("it was stopped")) }}
			r, err := doctor.Run(ctx, cfg)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, r)
			if r.Status() != 3 {
				t.Errorf("got status %d, want 3", r.Status())
			}
		})
	}
}

// telling tells that a request is made whose path ends in a part.
type telling struct {
	http.RoundTripper
	part string
	told func()
}

func (t *telling) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, t.part) {
		t.told()
	}
	return t.RoundTripper.RoundTrip(r)
}

func TestNothing(t *testing.T) {
	if _, err := doctor.Run(t.Context(), doctor.Config{}); err == nil || err.Error() != "there is nothing to check: no flow and no Redis" {
		t.Errorf("got %v", err)
	}
	cfg := doctor.Config{Authorities: tenant(t, tenantID, loginHost).Flows("susi")}
	if _, err := doctor.Run(t.Context(), cfg); err == nil {
		t.Error("a flow that can't be one is checked")
	}
}
