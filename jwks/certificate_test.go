// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/jwks"
)

// certificate makes one that vouches for itself.
func certificate(t *testing.T, name string, from, to time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotBefore: from, NotAfter: to,
		IsCA: true, BasicConstraintsValid: true, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// A certificate that can't be trusted is told as what it is, and no other flow
// tries the host right away.
func TestCertificatesThatCantBeTrusted(t *testing.T) {
	now := time.Now()
	const host = "contoso.b2clogin.com"
	for _, tt := range []struct {
		name     string
		cert     tls.Certificate
		trusted  bool
		problems []string // none: it is good
	}{
		{"good", certificate(t, host, now.Add(-time.Hour), now.Add(time.Hour)), true, nil},
		{"expired", certificate(t, host, now.Add(-2*time.Hour), now.Add(-time.Hour)), true, []string{"expired"}},
		{"not yet valid", certificate(t, host, now.Add(time.Hour), now.Add(2*time.Hour)), true, []string{"not yet valid"}},
		{"of another host", certificate(t, "login.contoso.com", now.Add(-time.Hour), now.Add(time.Hour)), true, []string{"login.contoso.com", host}},
		{"of an unknown CA", certificate(t, host, now.Add(-time.Hour), now.Add(time.Hour)), false, []string{"unknown authority", "private CA", "Transport"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				document := metadataOf(issuer, keysURL)
				if isKeys(r) {
					document = keySet(jwk("kid", 2048))
				}
				_, _ = w.Write([]byte(document))
			}))
			srv.Config.ErrorLog = log.New(io.Discard, "", 0)
			srv.TLS = &tls.Config{Certificates: []tls.Certificate{tt.cert}}
			srv.StartTLS()
			defer srv.Close()
			roots := x509.NewCertPool()
			if tt.trusted {
				roots.AddCert(tt.cert.Leaf)
			}
			var dials atomic.Int64
			opts := &jwks.Options{Limiter: new(jwks.Limiter), Transport: &http.Transport{
				TLSClientConfig: &tls.Config{RootCAs: roots},
				DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
					dials.Add(1)
					return new(net.Dialer).DialContext(ctx, network, srv.Listener.Addr().String())
				},
			}}
			one, two := open(t, nil, opts), openAt(t, contoso(t).Flow("B2C_1A_partner"), nil, opts)
			err := ready(t.Context(), one)
			if tt.problems == nil {
				if err != nil {
					t.Errorf("got %v, want keys", err)
				}
				return
			}
			text := unavailable(t, err).Error()
			for _, want := range tt.problems {
				if !strings.Contains(text, want) {
					t.Errorf("got %q, want %q in it", text, want)
				}
			}
			unavailable(t, ready(t.Context(), two))
			if n := dials.Load(); n != 1 {
				t.Errorf("got %d connections, want that of the first flow alone", n)
			}
		})
	}
}
