// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/b2ckit/b2ckit/settings"
)

// A service reads what the team has written for .NET. The mistakes in it come all
// at once, by the names of their keys.
func ExampleRead() {
	dir, err := os.MkdirTemp("", "settings")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			panic(err)
		}
	}
	write("appsettings.json", `{
	  "AzureAdB2C": {
	    "Instance": "https://contoso.b2clogin.com",
	    "Domain": "contoso.onmicrosoft.com",
	    "TenantId": "contoso.onmicrosoft.com", // for Azure AD this will do
	    "ClientId": "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",
	    "SignUpSignInPolicyId": "B2C_1_susi",
	    "ResetPasswordPolicyId": "B2C_1_reset",
	    "EditProfilePolicy": "B2C_1_edit",
	  }
	}`)
	opts := &settings.Options{Dir: dir, Environ: []string{}}
	_, err = settings.Read(opts)
	fmt.Println(err)

	write("appsettings.Production.json", `{
	  "azureadb2c": { "tenantid": "775527FF-9A37-4307-8B3D-CC311F58D925" }
	}`)
	opts.Environ = []string{"AzureAdB2C__TrustedPolicies__0=B2C_1A_partner", "DOTNET_ENVIRONMENT=Production"}
	write("appsettings.json", `{
	  "AzureAdB2C": {
	    "Instance": "https://contoso.b2clogin.com",
	    "Domain": "contoso.onmicrosoft.com",
	    "ClientId": "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",
	    "SignUpSignInPolicyId": "B2C_1_susi",
	    "ResetPasswordPolicyId": "B2C_1_reset"
	  }
	}`)
	s, err := settings.Read(opts)
	if err != nil {
		panic(err)
	}
	fmt.Println(s.TrustedFlows(), s.Links())
	fmt.Println(s.Origin("TenantId"))

	g, v, err := s.Guard(nil, nil)
	if err != nil {
		panic(err)
	}
	defer v.Close()
	fmt.Println(g != nil)

	// Output:
	// appsettings.json: AzureAdB2C:EditProfilePolicy is not known; did you mean EditProfilePolicyId?
	// appsettings.json: AzureAdB2C:TenantId is not a GUID but a domain; the portal shows the GUID as "Tenant ID"
	// [B2C_1_susi B2C_1A_partner] [https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_reset]
	// appsettings.Production.json: azureadb2c:tenantid
	// true
}
