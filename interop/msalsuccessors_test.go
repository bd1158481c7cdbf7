// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"crypto/sha1" // by which MSAL Python names certificates
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// TestMSALPythonSuccessors gets tokens of External ID and Entra ID with the real MSAL
// Python.
func TestMSALPythonSuccessors(t *testing.T) {
	eachSuccessor(t, func(t *testing.T, s *successor) {
		p := startPython(t, s.Server, s.settings(t))
		testAuthoritiesOfPython(t, p, s)
		testSuccessor(t, p, s)
	})
}

// TestMSALNodeSuccessors does so with MSAL Node, and has npm's jose validate them.
func TestMSALNodeSuccessors(t *testing.T) {
	eachSuccessor(t, func(t *testing.T, s *successor) {
		settings := s.settings(t)
		p := startNode(t, s.Server, settings, settings["ca_file"].(string))
		testAuthoritiesOfNode(t, p, s)
		testSuccessor(t, p, s)
		testJose(t, p, s)
	})
}

// settings are the scripts', see msal_python.py.
func (s *successor) settings(t *testing.T) map[string]any {
	t.Helper()
	all := settings(t, s.Server)
	addresses := all["addresses"].(map[string]any)
	for _, name := range []string{ciamHost, guidHost, entraHost} {
		addresses[name+":443"] = addresses[host+":443"]
	}
	private, err := x509.MarshalPKCS8PrivateKey(s.key)
	if err != nil {
		t.Fatal(err)
	}
	one, two := sha1.Sum(s.certificate.Raw), sha256.Sum256(s.certificate.Raw)
	app := func(id, secret string) map[string]string {
		return map[string]string{"client_id": id, "client_secret": secret, "redirect_uri": redirectURI}
	}
	all["apps"] = map[string]any{
		"web": app(webID, webSecret), "native": app(nativeID, ""), "daemon": app(daemonID, daemonSecret), "tasks": app(tasksID, tasksSecret),
	}
	all["authority"], all["stock_scope"], all["assertion"] = s.authority, stockURI+"/stock.read", s.assertion(t)
	all["certificate"] = map[string]any{
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})),
		"thumbprint":  hex.EncodeToString(one[:]), "thumbprint_sha256": hex.EncodeToString(two[:]),
	}
	return all
}

// testSuccessor gets tokens in every way. Ours are good for it, and its are for us.
func testSuccessor(t *testing.T, p *script, s *successor) {
	t.Helper()
	got := p.run(t, "successor_credentials", nil)
	for label, auth := range map[string]string{"secret": "1", "certificate": "2", "assertion": "2"} {
		_, token := got.get(t, label)
		s.acceptApp(t, token.AccessToken, auth)
	}

	got = p.run(t, "successor_sign_in", nil)
	_, in := got.get(t, "sign-in")
	s.acceptUser(t, tasksID, in.AccessToken, webID, "tasks.read")
	acceptID(t, s.Server, s.trusted, webID, in.IDToken, validator.Expected{Nonce: in.Nonce})
	_, kept := got.get(t, "accounts")
	if len(kept.Accounts) != 1 || kept.Accounts[0].HomeAccountID != ada+"."+tenantID || kept.Accounts[0].Username != "ada@example.org" {
		t.Errorf("accounts: got %v", kept)
	}
	_, refreshed := got.get(t, "refreshed")
	s.acceptUser(t, tasksID, refreshed.AccessToken, webID, "tasks.read")

	for _, raw := range []string{in.AccessToken, s.ours(t)} {
		_, other := p.run(t, "successor_on_behalf_of", map[string]any{"token": raw}).get(t, "token")
		s.acceptUser(t, stockID, other.AccessToken, tasksID, "stock.read")
	}
	testDevice(t, p, s)

	got = p.run(t, "successor_errors", nil)
	for label, code := range map[string]string{"wrong secret": "AADSTS7000215", "scope without .default": "AADSTS1002012"} {
		if _, e := got.get(t, label); !strings.Contains(e.ErrorDescription+e.Message, code) {
			t.Errorf("%s: got %v, want %s", label, e, code)
		}
	}
}

// testDevice has the user type the code before the device asks again.
func testDevice(t *testing.T, p *script, s *successor) {
	t.Helper()
	p.before = map[string]func(*result){"code": func(code *result) { s.typesCode(t, code.Address, code.Message) }}
	defer func() { p.before = nil }()
	_, token := p.run(t, "successor_device_code", nil).get(t, "token")
	s.acceptUser(t, tasksID, token.AccessToken, nativeID, "tasks.read")
}

// testAuthoritiesOfPython: this version takes what metadata it finds.
func testAuthoritiesOfPython(t *testing.T, p *script, s *successor) {
	t.Helper()
	for _, address := range s.authorities() {
		s.wantAuthority(t, p, address)
	}
}

// testAuthoritiesOfNode: the issuer's host has to be known too, to any app of the process,
// unless it is the one that MSAL makes of the GUID in the address.
func testAuthoritiesOfNode(t *testing.T, p *script, s *successor) {
	t.Helper()
	all := s.authorities()
	for _, address := range all {
		own := strings.Split(address, "/")[2]
		_, got := p.run(t, "successor_authority", map[string]any{"authority": address, "known": []string{own}}).get(t, "token")
		p.note(t, address+", its host known alone: accepted", got.AccessToken != "", own == entraHost || strings.HasSuffix(address, tenantID))
	}
	for _, address := range all {
		s.wantAuthority(t, p, address, strings.Split(address, "/")[2], guidHost)
	}
}

// wantAuthority has an app that is given the address get a token.
func (s *successor) wantAuthority(t *testing.T, p *script, address string, known ...string) {
	t.Helper()
	_, got := p.run(t, "successor_authority", map[string]any{"authority": address, "known": known}).get(t, "token")
	if got.AccessToken == "" {
		t.Errorf("%s: got %v", address, got)
		return
	}
	s.acceptApp(t, got.AccessToken, "1")
}

// authorities are the forms that an app may be given.
func (s *successor) authorities() []string {
	if s.Kind() == emulator.EntraID {
		return []string{"https://" + entraHost + "/" + tenantID, "https://" + entraHost + "/" + domain}
	}
	return []string{
		"https://" + ciamHost + "/" + tenantID,
		"https://" + ciamHost + "/" + domain,
		"https://" + customHost + "/" + tenantID,
		"https://" + guidHost + "/" + tenantID,
	}
}

// testJose has npm's jose validate what our validators do, and refuse another issuer
// and audience.
func testJose(t *testing.T, p *script, s *successor) {
	t.Helper()
	raw := s.ours(t)
	s.acceptUser(t, tasksID, raw, webID, "tasks.read")
	verdict := func(issuer, audience string) *result {
		_, got := p.run(t, "jose", map[string]any{"token": raw, "keys": s.JWKSURL(""), "issuer": issuer, "audience": audience}).get(t, "verdict")
		return got
	}
	if got := verdict(s.issuer, tasksID); got.Raised != "" || got.IDTokenClaims["oid"] != ada {
		t.Errorf("jose: got %v", got)
	}
	for _, other := range []*result{verdict(s.issuer, apiURI), verdict(strings.Replace(s.issuer, tenantID, "00000000-0000-4000-8000-000000000000", 1), tasksID)} {
		if other.Raised != "ERR_JWT_CLAIM_VALIDATION_FAILED" {
			t.Errorf("jose, of another: got %v", other)
		}
	}
}
