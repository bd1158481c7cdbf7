// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings_test

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/acquire"
)

// assertions is a network that refuses each request to the token endpoint, and keeps the
// assertion of the latest.
type assertions struct{ latest string }

func (n *assertions) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	n.latest = r.PostForm.Get("client_assertion")
	return nil, errors.New("away")
}

// TestRotatedCertificate: who replaces the file needs no restart, and what is not there
// any more is told by its name.
func TestRotatedCertificate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "client.pem")
	first := writeCertificate(t, file)
	s, err := read(t, map[string]string{"appsettings.json": `{"AzureAd": {` + next + `, "ClientCredentials": [{"SourceType": "Path", "CertificateDiskPath": "` + file + `"}]}}`})
	if err != nil {
		t.Fatal(err)
	}
	network := &assertions{}
	ask := func() error { // a new application, whom no failure before holds back
		app, err := s.App(&acquire.Options{Transport: network, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer app.Close()
		_, err = app.Token(t.Context(), "api://tasks/.default")
		return err
	}
	wantSignedWith := func(want *x509.Certificate) {
		t.Helper()
		if err := ask(); err == nil {
			t.Fatal("got a token of nobody")
		}
		header, _, _ := strings.Cut(network.latest, ".")
		text, err := base64.RawURLEncoding.DecodeString(header)
		sum := sha256.Sum256(want.Raw)
		if thumbprint := base64.RawURLEncoding.EncodeToString(sum[:]); err != nil || !strings.Contains(string(text), thumbprint) {
			t.Errorf("got the header %s (%v), want the thumbprint %s", text, err, thumbprint)
		}
	}
	wantSignedWith(first)
	wantSignedWith(writeCertificate(t, file))
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := ask(); err == nil || !strings.Contains(err.Error(), "client.pem") || !errors.Is(err, acquire.ErrRetry) {
		t.Errorf("got %v, want the name of the file", err)
	}
}
