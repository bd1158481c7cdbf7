// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/config"
)

// TestKinds: tenants of all kinds stand in one file, and on one server.
func TestKinds(t *testing.T) {
	tenants := parse(t, `{"tenants": [
		{}, {"name": "fabrikam"},
		{"name": "ciam", "kind": "external-id"},
		{"name": "adatum", "kind": "entra-id"}, {"name": "litware", "kind": "entra-id"}
	]}`).NewTenants()
	server, err := emulator.Start(nil, tenants...)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	kid := func(i int) string { return tenants[i].CurrentKey("").ID() }
	if kid(0) != kid(1) || kid(3) != kid(4) || kid(2) == kid(0) || kid(2) == kid(3) {
		t.Error("keys are shared by others")
	}
	tenants[3].Rotate("", false)
	if kid(3) != kid(4) {
		t.Error("a rotation at one tenant of Entra ID is none at the other")
	}
}

// TestMigration: a file describes both kinds of move.
func TestMigration(t *testing.T) {
	tenants := parse(t, `{"tenants": [
		{},
		{"kind": "external-id", "highScaleOf": "contoso"},
		{"kind": "external-id", "name": "new", "usersOf": "contoso", "oldIdAttribute": "oldObjectId", "passwordsOf": "contoso",
		 "users": [{"name": "Kim Example"}], "attributes": [{"name": "oldObjectId", "collected": false}]}
	]}`).NewTenants()
	b2c, other, fresh := tenants[0], tenants[1], tenants[2]
	if other.ID() != b2c.ID() || other.Name() != "contoso-external" || other.Users()[1].ObjectID != b2c.Users()[1].ObjectID {
		t.Errorf("got %s %s", other.Name(), other.ID())
	}
	users := fresh.Users()
	if len(users) != 3 || users[0].Name != "Kim Example" || users[2].Name != "Lin Example" || !users[2].ToBeMigrated {
		t.Fatalf("got %+v", users)
	}
	if users[2].ObjectID == b2c.Users()[1].ObjectID || users[2].Claims[fresh.AttributeClaim("oldObjectId")] != b2c.Users()[1].ObjectID {
		t.Errorf("got %+v", users[2])
	}
	server, err := emulator.Start(nil, tenants...)
	if err != nil {
		t.Fatal(err)
	}
	server.Close()
}

// TestCredentials: what an app has in place of a secret stands in the file too.
func TestCredentials(t *testing.T) {
	public, err := x509.MarshalPKIXPublicKey(emulator.NewKey().Public())
	if err != nil {
		t.Fatal(err)
	}
	key := base64.StdEncoding.EncodeToString(public)
	app := parse(t, `{"tenants": [{"kind": "external-id", "apps": [{
		"name": "api", "federatedCredentials": [{"issuer": "https://oidc.example/", "subject": "s", "keys": ["`+key+`"]}],
		"optionalClaims": ["groups", "xms_cc"], "conditionalAccess": "require-mfa"
	}]}]}`).NewTenants()[0].Apps()[0]
	if app.Kind != emulator.WebApp || app.Federated[0].Audience != emulator.AzureADTokenExchange || app.Federated[0].Keys[0].N.BitLen() != 2048 ||
		app.OptionalClaims[1] != emulator.Capabilities || app.ConditionalAccess != emulator.RequireMFA {
		t.Errorf("got %+v", app)
	}
}

func TestMigrationMistakes(t *testing.T) {
	for text, want := range map[string]string{
		`{}, {"kind": "external-id", "highScaleOf": "fabrikam", "name": "x"}`: `b.json: tenants[1].highScaleOf: "fabrikam" is no tenant that stands before this one`,
		`{"kind": "external-id", "highScaleOf": "contoso", "name": "x"}`:      `b.json: tenants[0].highScaleOf: "contoso" is no tenant that stands before this one`,
		`{"usersOf": "b"}`:                                    `b.json: tenants[0].usersOf: "b" is no tenant that stands before this one`,
		`{"passwordsOf": "b"}`:                                `b.json: tenants[0].passwordsOf: "b" is no tenant that stands before this one`,
		`{"oldIdAttribute": "b"}`:                             `b.json: tenants[0].oldIdAttribute: is set, but usersOf isn't`,
		`{}, {"highScaleOf": "contoso"}`:                      `b.json: tenants[1].highScaleOf: is set, but a tenant of the kind b2c is never the other side of a B2C tenant`,
		`{"kind": "entra-id", "issuer": "tfp"}`:               `b.json: tenants[0].issuer: is tfp, which a tenant of the kind entra-id has not`,
		`{"kind": "external-id", "issuer": "tfp"}`:            `b.json: tenants[0].issuer: is tfp, which a tenant of the kind external-id has not`,
		`{"issuer": "host"}`:                                  `b.json: tenants[0].issuer: is host, which a tenant of the kind b2c has not`,
		`{"flows": [{"name": "B2C_1_a", "issuer": "entra"}]}`: `b.json: tenants[0].flows[0].issuer: is entra, which a tenant of the kind b2c has not`,
		`{"name": "a", "id": "6a9b4c1e-3d27-4f85-a0be-92c7d1e6f348", "kind": "entra-id"}, {"name": "b", "id": "6a9b4c1e-3d27-4f85-a0be-92c7d1e6f348", "kind": "external-id"}`: `b.json: tenants[1].id: "6a9b4c1e-3d27-4f85-a0be-92c7d1e6f348" is that of tenants[0] too`,
		`{"apps": [{"name": "a", "federatedCredentials": [{"issuer": "i", "subject": "s", "keys": ["x"]}]}]}`:                                                                 `b.json: tenants[0].apps[0].federatedCredentials[0].keys[0]: is no public RSA key: write its PEM (BEGIN PUBLIC KEY), or the base64 of its DER`,
	} {
		_, err := config.Parse("b.json", []byte(`{"tenants": [`+text+`]}`))
		if err == nil || strings.Split(err.Error(), "\n")[0] != want {
			t.Errorf("%s:\n got %v\nwant %s", text, err, want)
		}
	}
}

// TestMigrationOfRoles: users of its own may have roles of the tenant's own apps.
func TestMigrationOfRoles(t *testing.T) {
	moved := parse(t, `{"tenants": [{}, {"name": "fabrikam", "kind": "external-id", "issuer": "host", "usersOf": "contoso",
		"apps": [{"name": "api", "appIdUri": "https://api", "appRoles": ["admin"], "ownSigningKey": true}],
		"users": [{"name": "Kim", "roles": ["https://api/admin"]}]}]}`).NewTenants()[1]
	if len(moved.Users()) != 3 || moved.Flows()[0].Issuer != emulator.IssuerHost || !moved.Apps()[0].OwnSigningKey {
		t.Errorf("got users %+v, flows %+v, apps %+v", moved.Users(), moved.Flows(), moved.Apps())
	}
}
