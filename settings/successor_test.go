// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/settings"
)

const (
	nextTenant = "2fdd06f3-7b34-49a3-a78b-545da6bd4d4b"
	nextClient = "5f1c0c5e-6f6b-4f0a-9d3c-0a7f6f2f2b11"
	consumers  = "9188040d-6c67-4c5b-b112-36a304b66dad"
)

// next is a section of External ID without mistakes, but for its end.
const next = `"Instance": "https://contoso.ciamlogin.com/", "TenantId": "` + nextTenant + `", "ClientId": "` + nextClient + `"`

// trusted tells what is trusted, an authority a line: its metadata, whose tokens of
// whose tenants, and for whom.
func trusted(s *settings.Settings) string {
	var all []string
	for _, a := range s.Trusted() {
		all = append(all, strings.Join([]string{a.Kind().String(), a.MetadataURL(), fmt.Sprint(a.TenantIDs()), fmt.Sprint(a.Audiences()), a.UserIDClaim()}, " "))
	}
	return strings.TrimSpace(strings.Join(all, "\n"))
}

// TestSuccessors: a section without a policy is of External ID or Entra ID, by its host.
func TestSuccessors(t *testing.T) {
	const (
		metadata = "/v2.0/.well-known/openid-configuration"
		ciam     = "Entra External ID https://contoso.ciamlogin.com/" + nextTenant + metadata
		entra    = "Entra ID https://login.microsoftonline.com/"
		client   = `, "ClientId": "` + nextClient + `"`
		of, its  = " [" + nextTenant + "]", " [" + nextClient + "]"
		tenant   = `"TenantId": "` + nextTenant + `"`
	)
	for name, tc := range map[string]struct{ section, members, want string }{
		"instance":              {"AzureAd", next, ciam + of + its},
		"in the section of B2C": {"AzureAdB2C", next, ciam + of + its},
		"in capitals":           {"AzureAd", strings.ToUpper(`"Instance": "https://contoso.CIAMlogin.com/",` + tenant + client), ciam + of + its},
		"instance by the GUID":  {"AzureAd", `"Instance": "https://` + nextTenant + `.ciamlogin.com", ` + tenant + client, strings.Replace(ciam, "contoso", nextTenant, 1) + of + its},
		"path-less authority":   {"AzureAd", `"Authority": "https://contoso.ciamlogin.com/", ` + tenant + client, ciam + of + its},
		"authority":             {"AzureAd", `"Authority": "https://contoso.ciamlogin.com/` + nextTenant + `/v2.0"` + client, ciam + of + its},
		"authority and tenant":  {"AzureAd", `"Authority": "https://contoso.ciamlogin.com/` + nextTenant + `", ` + tenant + client, ciam + of + its},
		"authority of an app":   {"AzureAd", `"Authority": "https://contoso.ciamlogin.com/` + nextTenant + `?appid=` + nextClient + `"` + client, ciam + "?appid=" + nextClient + of + its},
		"metadata of an app":    {"AzureAd", next + `, "MetadataAppId": "` + nextClient + `"`, ciam + "?appid=" + nextClient + of + its},
		"custom domain":         {"AzureAd", `"Instance": "https://login.contoso.com", ` + tenant + client, "Entra External ID https://login.contoso.com/" + nextTenant + metadata + of + its},
		"custom domain in the section of B2C": {
			"AzureAdB2C", `"Product": "externalid", "Instance": "https://login.contoso.com", ` + tenant + client,
			"Entra External ID https://login.contoso.com/" + nextTenant + metadata + of + its,
		},
		"authority at a custom domain": {"AzureAd", `"Authority": "https://login.contoso.com/` + nextTenant + `/v2.0/"` + client, "Entra External ID https://login.contoso.com/" + nextTenant + metadata + of + its},
		"emulator":                     {"AzureAd", `"Instance": "http://127.0.0.1:8080", ` + tenant + client, "Entra External ID http://127.0.0.1:8080/" + nextTenant + metadata + of + its},
		"Entra ID":                     {"AzureAd", `"Instance": "https://login.microsoftonline.com/", "Domain": "contoso.com", ` + tenant + client, entra + nextTenant + metadata + of + its},
		"Entra ID by authority":        {"AzureAd", `"Authority": "https://login.microsoftonline.com/` + nextTenant + `/v2.0"` + client, entra + nextTenant + metadata + of + its},
		"Entra ID at an emulator":      {"AzureAd", `"Product": "EntraID", "Instance": "http://127.0.0.1:8080", ` + tenant + client, "Entra ID http://127.0.0.1:8080/" + nextTenant + metadata + of + its},
		"many tenants": {
			"AzureAd", `"Instance": "https://login.microsoftonline.com/", "TenantId": "organizations", "AllowedTenants": ["` + nextTenant + `", "` + tenantID + `"]` + client,
			entra + "organizations" + metadata + " [" + nextTenant + " " + tenantID + "]" + its,
		},
		"personal accounts too": {
			"AzureAd", `"Authority": "https://login.microsoftonline.com/common/", "AllowedTenants": "` + nextTenant + " " + consumers + `"` + client,
			entra + "common" + metadata + " [" + nextTenant + " " + consumers + "]" + its,
		},
		"the old id in a claim": {"AzureAd", next + `, "UserIdClaim": "extension_0a1b_oldId"`, ciam + of + its + " extension_0a1b_oldId"},
		"audiences":             {"AzureAd", next + `, "Audiences": ["` + otherAPI + `"]`, ciam + of + " [" + otherAPI + "]"},
	} {
		s, err := read(t, map[string]string{"appsettings.json": `{"` + tc.section + `": {` + tc.members + `}}`})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := trusted(s); got != tc.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, tc.want)
		}
	}
}

const otherAPI = "7d3f5a57-27a0-45b9-94f1-5c8ab1a2c0de"

// both is an appsettings.json of an API that moves.
const both = `{"AzureAdB2C": {` + good + `, "ClientSecret": "Q~old"}, "AzureAd": {` + next + `, "ClientSecret": "Q~new", "AllowMissingRoles": "` + otherID + `", "AllowWebApiToBeAuthorizedByACL": true}}`

// TestBoth: an API that moves has two registrations, and each product's tokens are for
// its own.
func TestBoth(t *testing.T) {
	s := mustRead(t, map[string]string{"appsettings.json": both}, "B2C_ALLOW_MISSING_FLOW="+otherAPI)
	want := "Azure AD B2C https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/v2.0/.well-known/openid-configuration [" + tenantID + "] [" + clientID + "] \n" +
		"Entra External ID https://contoso.ciamlogin.com/" + nextTenant + "/v2.0/.well-known/openid-configuration [" + nextTenant + "] [" + nextClient + "]"
	if got := trusted(s); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := fmt.Sprint(s.AllowMissingFlow(), s.AllowMissingRoles(), s.Sections()), "["+otherAPI+"] ["+otherID+"] [AzureAdB2C AzureAd]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	const sentence = "tenant " + tenantID + " at https://contoso.b2clogin.com, trusted flows B2C_1_susi, or none for " + otherAPI + ", audiences " + clientID + ", client " + clientID + ", a client secret; " +
		"Entra External ID tenant " + nextTenant + " at https://contoso.ciamlogin.com, roles or none for " + otherID + ", audiences " + nextClient + ", client " + nextClient + ", a client secret"
	if s.String() != sentence {
		t.Errorf("got  %s\nwant %s", s, sentence)
	}
	v, err := s.Validator(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()

	_, err = s.App(nil)
	wantMistakes(t, "app", err, "AzureAdB2C and AzureAd are both set, and an application is of one of them: say which")
	for section, want := range map[string]string{"azureadb2c": clientID, "AzureAd": nextClient} {
		one := s.Section(section)
		app, err := one.App(nil)
		if err != nil {
			t.Fatal(err)
		}
		if app.ClientID() != want || app.Authority().Kind() != one.Kind() || len(one.Trusted()) != 1 {
			t.Errorf("%s: got client %s at %s, trusting %s", section, app.ClientID(), app.Authority(), one)
		}
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	}
	if s.Section("Azure") != nil {
		t.Error("got settings of a section that is not there")
	}
}

// TestSections: only those that are asked for are read, and plain variables are B2C's.
func TestSections(t *testing.T) {
	dir := write(t, map[string]string{"appsettings.json": both})
	authorityOf := func(url string) []settings.Value {
		return []settings.Value{{"Authority", url, "--authority"}, {"B2C_AUDIENCE", otherAPI, "--audience"}}
	}
	for name, tc := range map[string]struct {
		opts settings.Options
		want string
	}{
		"both":      {settings.Options{}, "AzureAdB2C " + otherID + "; AzureAd " + otherAPI + "; "},
		"B2C alone": {settings.Options{Sections: []string{"AzureAdB2C"}}, "AzureAdB2C " + otherID + "; "},
		"External ID alone": {
			settings.Options{Sections: []string{"azuread"}},
			"azuread " + otherAPI + "; variables B2C_… are not used: azuread is of Entra External ID",
		},
		"values are of the first": {
			settings.Options{Values: []settings.Value{{"Audience", nextTenant, "--audience"}}},
			"AzureAdB2C " + nextTenant + "; AzureAd " + otherAPI + "; ",
		},
		"an authority stands alone": {
			settings.Options{Values: authorityOf("https://fabrikam.ciamlogin.com/" + tenantID)},
			"AzureAdB2C " + otherAPI + "; --authority says whose tokens are meant: nothing of section AzureAdB2C is used",
		},
		"another tenant stands alone": {
			settings.Options{Values: []settings.Value{
				{"B2C_TENANT", "fabrikam", "--tenant"}, {"B2C_TENANT_ID", otherID, "--tenant-id"}, {"B2C_FLOWS", "B2C_1_x", "--flow"}, {"B2C_AUDIENCE", otherAPI, "--audience"},
			}},
			"AzureAdB2C " + otherAPI + "; --tenant names another tenant than appsettings.json: AzureAdB2C:Domain: nothing from there is used",
		},
	} {
		tc.opts.Dir, tc.opts.Environ = dir, []string{"B2C_CLIENT_ID=" + otherID, "AzureAd__Audience=" + otherAPI}
		s, err := settings.Read(&tc.opts)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := ""
		for _, section := range s.Sections() {
			got += section + " " + strings.Join(s.Section(section).Audiences(), " ") + "; "
		}
		if got += strings.Join(s.Notes(), "; "); got != tc.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, tc.want)
		}
		if alone := len(tc.opts.Values) > 1; alone && (s.HasCredential() || len(s.Sections()) != 1) {
			t.Errorf("%s: got %s, want nothing of the files", name, s)
		}
	}
}

// TestCredentials: a secret, a certificate or an assertion, by .NET's descriptions.
func TestCredentials(t *testing.T) {
	dir := t.TempDir()
	pemFile, other := filepath.Join(dir, "client.pem"), filepath.Join(dir, "client.pfx")
	certificate := writeCertificate(t, pemFile)
	if err := os.WriteFile(other, []byte("0\x82Q~s3cret"), 0o600); err != nil {
		t.Fatal(err)
	}
	describe := func(members string) string { return `, "ClientCredentials": [{` + members + `}]` }
	const at = "appsettings.json: AzureAd:ClientCredentials:0:"
	workload := []string{"AZURE_FEDERATED_TOKEN_FILE=" + filepath.Join(dir, "token"), "AZURE_CLIENT_ID=" + nextClient, "AZURE_TENANT_ID=" + nextTenant}
	for name, tc := range map[string]struct {
		members string
		environ []string
		want    string // at the end of the text, or the mistake
	}{
		"none":                     {"", nil, "no client secret"},
		"a secret":                 {describe(`"SourceType": "ClientSecret", "ClientSecret": "Q~s3cret"`), nil, "a client secret"},
		"a certificate":            {describe(`"SourceType": "Path", "CertificateDiskPath": "` + pemFile + `"`), nil, "a client certificate"},
		"without its source":       {describe(`"CertificateDiskPath": "` + pemFile + `"`), nil, "a client certificate"},
		"among ClientCertificates": {`, "ClientCertificates": [{"SourceType": "Path", "CertificateDiskPath": "` + pemFile + `"}]`, nil, "a client certificate"},
		"no such file":             {describe(`"SourceType": "Path", "CertificateDiskPath": "` + pemFile + `x"`), nil, at + `CertificateDiskPath is "` + pemFile + `x", which can't be read: no such file or directory`},
		"a folder":                 {describe(`"SourceType": "Path", "CertificateDiskPath": "` + dir + `"`), nil, at + `CertificateDiskPath is "` + dir + `", which is no file`},
		"PKCS #12":                 {describe(`"SourceType": "Path", "CertificateDiskPath": "` + other + `"`), nil, at + `CertificateDiskPath is "` + other + `", which is no certificate with its key in PEM; of a PKCS #12 file openssl pkcs12 -in client.pfx -out client.pem -nodes makes one`},
		"with a password":          {describe(`"SourceType": "Path", "CertificateDiskPath": "x", "CertificatePassword": "Q~s3cret"`), nil, at + "CertificatePassword is for a PKCS #12 file, and what is read here is PEM without a password"},
		"an assertion":             {describe(`"SourceType": "SignedAssertionFilePath", "SignedAssertionFileDiskPath": "` + dir + `/token"`), nil, "an assertion in a file"},
		"an assertion of Azure's":  {describe(`"SourceType": "SignedAssertionFilePath"`), workload[:1], "an assertion in a file"},
		"workload identity":        {"", workload, "an assertion in a file"},
		"of another client":        {"", append(slices.Clone(workload), "AZURE_CLIENT_ID="+otherID), "no client secret"},
		"of another tenant":        {"", append(slices.Clone(workload), "AZURE_TENANT_ID="+tenantID), "no client secret"},
		"a secret all the same":    {`, "ClientSecret": "Q~s3cret"`, workload, "a client secret"},
		"two": {
			`, "ClientSecret": "Q~s3cret"` + describe(`"SourceType": "Path", "CertificateDiskPath": "`+pemFile+`"`), nil,
			at + "CertificateDiskPath and appsettings.json: AzureAd:ClientSecret are two credentials; keep one",
		},
	} {
		s, err := read(t, map[string]string{"appsettings.json": `{"AzureAd": {` + next + tc.members + `}}`}, tc.environ...)
		if strings.HasPrefix(tc.want, at) {
			wantMistakes(t, name, err, tc.want)
			continue
		}
		if err != nil || !strings.HasSuffix(s.String(), ", "+tc.want) {
			t.Errorf("%s: got %v, %v, want %s", name, s, err, tc.want)
			continue
		}
		if got := s.Certificate(); (got != nil) != (tc.want == "a client certificate") || got != nil && !got.Equal(certificate) {
			t.Errorf("%s: got the certificate %v", name, got)
		}
		app, err := s.App(nil)
		if (err == nil) != s.HasCredential() {
			t.Errorf("%s: got %v", name, err)
		}
		if err == nil {
			_ = app.Close()
		}
	}
}

// writeCertificate writes one with its key, in PEM.
func writeCertificate(t *testing.T, file string) *x509.Certificate {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err1 := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	private, err2 := x509.MarshalPKCS8PrivateKey(key)
	certificate, err3 := x509.ParseCertificate(der)
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...)
	if err := errors.Join(err1, err2, err3, os.WriteFile(file, text, 0o600)); err != nil {
		t.Fatal(err)
	}
	return certificate
}

// TestWorkload: variables that every pod may have trust nobody.
func TestWorkload(t *testing.T) {
	environ := []string{"AZURE_FEDERATED_TOKEN_FILE=/var/run/token", "AZURE_CLIENT_ID=" + nextClient, "AZURE_TENANT_ID=" + nextTenant, "AZURE_AUTHORITY_HOST=https://login.microsoftonline.com/"}
	_, err := read(t, nil, environ...)
	if !errors.Is(err, settings.ErrNone) {
		t.Errorf("got %v, want nothing set", err)
	}
}
