// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/b2ckit/b2ckit/emulator"
)

// An API in migration: a B2C tenant, its successor and a tenant of Entra ID in one
// process, and an app's own token from the successor.
func ExampleTransport() {
	b2c := emulator.NewTenant(nil)
	external := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, Name: "contoso-ext"})
	entra := emulator.NewTenant(&emulator.Options{Kind: emulator.EntraID, Name: "contoso-staff"})
	client := &http.Client{Transport: emulator.Transport(b2c, external, entra)}

	for _, t := range []*emulator.Tenant{b2c, external, entra} {
		res, err := client.Get(t.MetadataURL(""))
		if err != nil {
			panic(err)
		}
		_ = res.Body.Close()
		fmt.Println(t.Kind(), t.Hosts()[0], res.Status)
	}

	daemon := external.Daemon()
	res, err := client.PostForm(external.TokenURL(""), url.Values{
		"grant_type": {"client_credentials"}, "client_id": {daemon.ID}, "client_secret": {daemon.Secret}, "scope": {external.API().URI + "/.default"},
	})
	if err != nil {
		panic(err)
	}
	defer res.Body.Close()
	var answer struct {
		Type string `json:"token_type"`
	}
	fmt.Println(json.NewDecoder(res.Body).Decode(&answer), answer.Type)
	// Output:
	// b2c contoso.b2clogin.com 200 OK
	// external-id contoso-ext.ciamlogin.com 200 OK
	// entra-id login.microsoftonline.com 200 OK
	// <nil> Bearer
}
