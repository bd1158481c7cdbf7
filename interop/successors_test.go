// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
	"github.com/b2ckit/b2ckit/validator"
)

// Literals of the tenants that follow B2C. Their API is the B2C tenant's by name, and
// has a client id of its own.
const (
	ciamHost   = "contoso.ciamlogin.com"
	ciamIssuer = "https://775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0"
	guidHost   = "775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com"
	entraHost  = "login.microsoftonline.com"
	entraID    = "https://login.microsoftonline.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0"

	tasksID, stockID, stockURI = "44444444-0000-4000-8000-000000000001", "44444444-0000-4000-8000-000000000002", "https://contoso.onmicrosoft.com/stock"
	webID, nativeID, daemonID  = "44444444-0000-4000-8000-000000000003", "44444444-0000-4000-8000-000000000004", "44444444-0000-4000-8000-000000000005"

	tasksSecret, webSecret, daemonSecret = "tasks's own secret", "the web app's secret", "the daemon's secret"
	workload                             = "system:serviceaccount:jobs:nightly"
	cluster                              = "https://cluster.example/oidc"
)

// successor is an External ID or an Entra ID tenant, with what its apps show of
// themselves.
type successor struct {
	*emulator.Server

	authority string // as MSAL is given it
	issuer    string
	trusted   authority.Authority

	certificate *x509.Certificate // of the daemon
	key         *rsa.PrivateKey
	cluster     *emulator.Key // by which the cluster signs for the daemon
}

// eachSuccessor runs a test against both kinds of tenants.
func eachSuccessor(t *testing.T, test func(*testing.T, *successor)) {
	t.Helper()
	for _, kind := range []emulator.TenantKind{emulator.ExternalID, emulator.EntraID} {
		t.Run(kind.String(), func(t *testing.T) { test(t, newSuccessor(t, kind)) })
	}
}

func newSuccessor(t *testing.T, kind emulator.TenantKind) *successor {
	t.Helper()
	s := &successor{cluster: emulator.NewKey()}
	s.certificate, s.key = selfSigned(t)
	options := &emulator.Options{
		Kind: kind, ID: tenantID,
		Apps: []emulator.App{
			{Name: "tasks", ID: tasksID, URI: apiURI, Scopes: []string{"tasks.read"}, Roles: []string{"jobs.run"}, Secret: tasksSecret, Granted: []string{stockURI + "/stock.read"}},
			{Name: "stock", ID: stockID, URI: stockURI, Scopes: []string{"stock.read"}},
			{Name: "web", ID: webID, Secret: webSecret, RedirectURIs: []string{redirectURI}, Granted: []string{apiURI + "/tasks.read"}},
			{Name: "native", ID: nativeID, Kind: emulator.NativeApp, RedirectURIs: []string{redirectURI}, Granted: []string{apiURI + "/tasks.read"}},
			{
				Name: "daemon", ID: daemonID, Secret: daemonSecret, Granted: []string{apiURI + "/jobs.run"}, Certificates: []*x509.Certificate{s.certificate},
				Federated: []emulator.FederatedCredential{{Issuer: cluster, Subject: workload, Keys: []*rsa.PublicKey{s.cluster.Public()}}},
			},
		},
		Users: []emulator.User{{ObjectID: ada, Name: "Ada Example", Emails: []string{"ada@example.org"}, Password: emulator.DefaultPassword}},
	}
	var err error
	if kind == emulator.EntraID {
		s.authority, s.issuer = "https://"+entraHost+"/"+tenantID, entraID
		s.trusted, err = authority.Entra(tenantID)
	} else {
		options.Hosts = []string{ciamHost, guidHost, customHost}
		s.authority, s.issuer = "https://"+guidHost+"/"+tenantID, ciamIssuer
		s.trusted, err = authority.ExternalID("contoso", tenantID)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.Server = emulator.NewServer(options)
	t.Cleanup(s.Close)
	return s
}

// selfSigned returns a client's certificate with its key.
func selfSigned(t *testing.T) (*x509.Certificate, *rsa.PrivateKey) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "daemon"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate, key
}

// api returns a validator as an API of the tenant has one.
func (s *successor) api(t *testing.T, audience string) *validator.Validator {
	t.Helper()
	v, err := validator.New([]authority.Authority{s.trusted}, audience, &validator.Options{Transport: s.Transport(), Logger: emulatortest.Logger(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// acceptApp validates what the daemon got for itself.
func (s *successor) acceptApp(t *testing.T, raw, clientAuth string) {
	t.Helper()
	token := accept(t, s.api(t, tasksID), raw, validator.AllOf(validator.AppOnly(), validator.Role("jobs.run")))
	if token.Issuer != s.issuer || token.ClientID != daemonID || token.ClientAuth() != clientAuth {
		t.Errorf("got a token of %s for %s by %q, want %s, %s, %q", token.Issuer, token.ClientID, token.ClientAuth(), s.issuer, daemonID, clientAuth)
	}
}

// acceptUser validates what a client got for Ada.
func (s *successor) acceptUser(t *testing.T, audience, raw, clientID, scope string) {
	t.Helper()
	token := accept(t, s.api(t, audience), raw, validator.AllOf(validator.Delegated(), validator.Scope(scope)))
	id, err := token.UserID()
	if token.Issuer != s.issuer || token.ClientID != clientID || id != ada || err != nil {
		t.Errorf("got a token of %s for %s and user %s, %v", token.Issuer, token.ClientID, id, err)
	}
}

// assertion is what the cluster gives the daemon.
func (s *successor) assertion(t *testing.T) string {
	t.Helper()
	return s.MustMint(emulator.Spec{Key: s.cluster, Claims: map[string]any{
		"iss": cluster, "sub": workload, "aud": emulator.AzureADTokenExchange,
	}})
}

// typesCode is the user, who types a device's code. Users sign in at once.
func (s *successor) typesCode(t *testing.T, page, code string) {
	t.Helper()
	b := emulatortest.NewBrowser(t, s.Server)
	b.Open(page)
	b.Fill("code", code)
	b.Submit("")
	b.Submit("Continue")
}
