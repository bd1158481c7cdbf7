// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// TestAzidentity gets the daemon's tokens as programs for Azure do: by a secret, by a
// certificate, and by what the cluster writes into a file. The host is an option of
// each, or of the environment.
func TestAzidentity(t *testing.T) {
	eachSuccessor(t, func(t *testing.T, s *successor) {
		file := filepath.Join(t.TempDir(), "token")
		host, _ := strings.CutSuffix(s.authority, tenantID)
		client := azcore.ClientOptions{
			Transport: s.Client(), Cloud: cloud.Configuration{ActiveDirectoryAuthorityHost: host},
			Retry: policy.RetryOptions{MaxRetries: -1},
		}
		fromSecret, err := azidentity.NewClientSecretCredential(tenantID, daemonID, daemonSecret,
			&azidentity.ClientSecretCredentialOptions{ClientOptions: client, DisableInstanceDiscovery: true})
		if err != nil {
			t.Fatal(err)
		}
		wrong, err := azidentity.NewClientSecretCredential(tenantID, daemonID, "wrong",
			&azidentity.ClientSecretCredentialOptions{ClientOptions: client, DisableInstanceDiscovery: true})
		if err != nil {
			t.Fatal(err)
		}
		fromCertificate, err := azidentity.NewClientCertificateCredential(tenantID, daemonID, []*x509.Certificate{s.certificate}, s.key,
			&azidentity.ClientCertificateCredentialOptions{ClientOptions: client, DisableInstanceDiscovery: true})
		if err != nil {
			t.Fatal(err)
		}
		workload := func(client azcore.ClientOptions, options azidentity.WorkloadIdentityCredentialOptions) *azidentity.WorkloadIdentityCredential {
			options.ClientOptions, options.DisableInstanceDiscovery = client, true
			credential, err := azidentity.NewWorkloadIdentityCredential(&options)
			if err != nil {
				t.Fatal(err)
			}
			return credential
		}
		fromFile := workload(client, azidentity.WorkloadIdentityCredentialOptions{ClientID: daemonID, TenantID: tenantID, TokenFilePath: file})
		t.Setenv("AZURE_AUTHORITY_HOST", host)
		t.Setenv("AZURE_CLIENT_ID", daemonID)
		t.Setenv("AZURE_TENANT_ID", tenantID)
		t.Setenv("AZURE_FEDERATED_TOKEN_FILE", file)
		client.Cloud = cloud.Configuration{}
		fromEnvironment := workload(client, azidentity.WorkloadIdentityCredentialOptions{})

		if err := os.WriteFile(file, []byte(s.assertion(t)), 0o600); err != nil { // after the credentials are made
			t.Fatal(err)
		}
		ask := policy.TokenRequestOptions{Scopes: defaultScope}
		for _, row := range []struct {
			name       string
			credential azcore.TokenCredential
			clientAuth string
		}{
			{"secret", fromSecret, "1"}, {"certificate", fromCertificate, "2"}, {"workload", fromFile, "2"}, {"workload by the environment", fromEnvironment, "2"},
		} {
			got, err := row.credential.GetToken(t.Context(), ask)
			if err != nil {
				t.Errorf("%s: %v", row.name, err)
				continue
			}
			s.acceptApp(t, got.Token, row.clientAuth)
		}
		if _, err := wrong.GetToken(t.Context(), ask); err == nil || !strings.Contains(err.Error(), "AADSTS7000215") {
			t.Errorf("wrong secret: got %v", err)
		}
	})
}
