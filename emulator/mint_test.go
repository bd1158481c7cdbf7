// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"encoding/json"
	"maps"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

const (
	contosoIssuer = "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"
	userID        = "cccccccc-cccc-cccc-cccc-cccccccccccc"
	clientID      = "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"
	daemonID      = "eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee"
	principalID   = "dddddddd-dddd-dddd-dddd-dddddddddddd"
)

// fixed is a tenant whose tokens are the same on every run, but for the nonce.
func fixed() *emulator.Tenant {
	const uri = "https://contoso.onmicrosoft.com/tasks"
	return emulator.NewTenant(&emulator.Options{
		Flows: []emulator.Flow{
			{Name: "B2C_1_susi"},
			{Name: "B2C_1A_Partner"},
			{Name: "B2C_1_old", FlowClaim: emulator.ClaimACR, Issuer: emulator.IssuerTFP, Lifetime: 5 * time.Minute},
			{Name: "B2C_1A_mute", FlowClaim: emulator.ClaimNone},
		},
		Apps: []emulator.App{
			{Name: "api", ID: apiID, URI: uri, Scopes: []string{"tasks.read", "tasks.write", "tasks.admin"}, Roles: []string{"jobs.run", "jobs.read"}},
			{Name: "web", ID: clientID, Granted: []string{uri + "/tasks.write", uri + "/tasks.read"}},
			{Name: "daemon", ID: daemonID, ObjectID: principalID, Secret: "s3cret", Granted: []string{uri + "/jobs.run", uri + "/jobs.read"}},
		},
		Users: []emulator.User{
			{Name: "Ada <Example>", ObjectID: userID, Emails: []string{"ada@example.org", "ada@example.com"}, IDP: "google.com"},
			{Name: "Bob", GivenName: "Bob", FamilyName: "Builder"},
		},
		Now: func() time.Time { return noon },
	})
}

func TestMintPayloads(t *testing.T) {
	b2c := fixed()
	local := b2c.Users()[1]
	for _, c := range []struct {
		name string
		spec emulator.Spec
		want string
	}{
		{
			"user access token",
			emulator.Spec{},
			`{"ver":"1.0","iss":"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",` +
				`"sub":"cccccccc-cccc-cccc-cccc-cccccccccccc","aud":"90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",` +
				`"azp":"bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb","scp":"tasks.read tasks.write",` +
				`"iat":1750000000,"nbf":1750000000,"exp":1750003600,"auth_time":1750000000,"nonce":"n",` +
				`"oid":"cccccccc-cccc-cccc-cccc-cccccccccccc","name":"Ada <Example>",` +
				`"emails":["ada@example.org","ada@example.com"],"idp":"google.com","tfp":"B2C_1_susi"}`,
		},
		{
			"ID token",
			emulator.Spec{Kind: emulator.IDToken},
			`{"ver":"1.0","iss":"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",` +
				`"sub":"cccccccc-cccc-cccc-cccc-cccccccccccc","aud":"bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb",` +
				`"iat":1750000000,"nbf":1750000000,"exp":1750003600,"auth_time":1750000000,"nonce":"n",` +
				`"oid":"cccccccc-cccc-cccc-cccc-cccccccccccc","name":"Ada <Example>",` +
				`"emails":["ada@example.org","ada@example.com"],"idp":"google.com","tfp":"B2C_1_susi"}`,
		},
		{
			"custom policy",
			emulator.Spec{Flow: "b2c_1a_partner"},
			`{"ver":"1.0","iss":"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",` +
				`"sub":"cccccccc-cccc-cccc-cccc-cccccccccccc","aud":"90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",` +
				`"azp":"bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb","scp":"tasks.read tasks.write","acr":"b2c_1a_partner",` +
				`"iat":1750000000,"nbf":1750000000,"exp":1750003600,"auth_time":1750000000,"nonce":"n",` +
				`"name":"Ada <Example>","email":"ada@example.org","idp":"google.com",` +
				`"tid":"775527ff-9a37-4307-8b3d-cc311f58d925"}`,
		},
		{
			"app-only",
			emulator.Spec{Kind: emulator.AppToken, Claims: map[string]any{"nonce": emulator.Absent}},
			`{"ver":"1.0","iss":"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",` +
				`"aud":"90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6","sub":"dddddddd-dddd-dddd-dddd-dddddddddddd",` +
				`"azp":"eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee","scp":"jobs.run jobs.read",` +
				`"iat":1750000000,"nbf":1750000000,"exp":1750003600}`,
		},
		{
			"acr, tfp issuer, five minutes, local account",
			emulator.Spec{Flow: "B2C_1_OLD", User: &local, AuthTime: noon.Add(-time.Hour)},
			`{"ver":"1.0","iss":"https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_old/v2.0/",` +
				`"sub":"` + local.ObjectID + `","aud":"90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",` +
				`"azp":"bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb","scp":"tasks.read tasks.write",` +
				`"iat":1750000000,"nbf":1750000000,"exp":1750000300,"auth_time":1749996400,"nonce":"n",` +
				`"oid":"` + local.ObjectID + `","name":"Bob","given_name":"Bob","family_name":"Builder","acr":"b2c_1_old"}`,
		},
		{
			"everything said",
			emulator.Spec{
				Flow: "B2C_1A_mute", Audience: "aud", ClientID: "azp", Scopes: []string{}, IssuedAt: noon.Add(-time.Hour), Lifetime: -time.Second,
				FlowClaim: emulator.ClaimTFP, Claims: map[string]any{
					"sub": emulator.SubjectNotSupported, "email": emulator.Absent, "name": nil, "zz": []int{1}, "a": map[string]any{"b": "<&>"},
					"exp": noon, "idp": json.RawMessage(`1.50`),
				},
			},
			`{"ver":"1.0","iss":"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",` +
				`"sub":"Not supported currently. Use oid claim.","aud":"aud","azp":"azp","tfp":"B2C_1A_mute",` +
				`"iat":1749996400,"nbf":1749996400,"exp":1750000000,"auth_time":1749996400,"nonce":"n",` +
				`"name":null,"idp":1.50,"tid":"775527ff-9a37-4307-8b3d-cc311f58d925","a":{"b":"<&>"},"zz":[1]}`,
		},
		{"raw payload", emulator.Spec{Payload: []byte("{\"a\":1,\"a\":2}\x00")}, "{\"a\":1,\"a\":2}\x00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, set := c.spec.Claims["nonce"]; !set && c.spec.Payload == nil {
				claims := map[string]any{"nonce": "n"}
				maps.Copy(claims, c.spec.Claims)
				c.spec.Claims = claims
			}
			k := parse(t, mint(t, b2c, c.spec))
			equal(t, "payload", k.payload, c.want)
			flow := c.spec.Flow
			key := b2c.CurrentKey(flow)
			equal(t, "header", k.header, `{"alg":"RS256","kid":"`+key.ID()+`","typ":"JWT"}`)
			equal(t, "verifies", k.signedBy(key.Public()), true)
		})
	}
}

func TestMintFlowClaim(t *testing.T) {
	b2c := fixed()
	for _, c := range []struct {
		spec     emulator.Spec
		tfp, acr any
	}{
		{emulator.Spec{Flow: "B2C_1A_mute"}, nil, nil},
		{emulator.Spec{FlowClaim: emulator.ClaimNone}, nil, nil},
		{emulator.Spec{FlowClaim: emulator.ClaimACR}, nil, "b2c_1_susi"},
		{emulator.Spec{Flow: "B2C_1A_PARTNER", FlowClaim: emulator.ClaimTFP}, "B2C_1A_Partner", nil},
		{emulator.Spec{Kind: emulator.AppToken}, nil, nil},
		{emulator.Spec{Kind: emulator.AppToken, FlowClaim: emulator.ClaimTFP}, "B2C_1_susi", nil},
		{emulator.Spec{Kind: emulator.AppToken, Flow: "B2C_1A_partner"}, nil, nil},
		{emulator.Spec{Kind: emulator.IDToken, Flow: "B2C_1A_partner"}, nil, "b2c_1a_partner"},
	} {
		claims := claimsOf(t, mint(t, b2c, c.spec))
		equal(t, "tfp", claims["tfp"], c.tfp)
		equal(t, "acr", claims["acr"], c.acr)
	}
}

func TestMintScopes(t *testing.T) {
	b2c := fixed()
	for _, c := range []struct {
		name string
		spec emulator.Spec
		want any
	}{
		{"granted scopes", emulator.Spec{}, "tasks.read tasks.write"},
		{"granted roles", emulator.Spec{Kind: emulator.AppToken}, "jobs.run jobs.read"},
		{"user token for the daemon: nothing granted", emulator.Spec{ClientID: daemonID}, nil},
		{"foreign client", emulator.Spec{ClientID: "11111111-1111-1111-1111-111111111111"}, "tasks.read tasks.write tasks.admin"},
		{"foreign API", emulator.Spec{Kind: emulator.AppToken, Audience: "11111111-1111-1111-1111-111111111111"}, "jobs.run jobs.read"},
		{"ID token", emulator.Spec{Kind: emulator.IDToken}, nil},
		{"ID token with a scope", emulator.Spec{Kind: emulator.IDToken, Scopes: []string{"odd"}}, "odd"},
		{"said", emulator.Spec{Scopes: []string{"a", "b"}}, "a b"},
		{"none", emulator.Spec{Scopes: []string{}}, nil},
		{"empty string", emulator.Spec{Claims: map[string]any{"scp": ""}}, ""},
	} {
		equal(t, c.name, claimsOf(t, mint(t, b2c, c.spec))["scp"], c.want)
	}
}

func TestMintHost(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Hosts: []string{"contoso.b2clogin.com", "login.contoso.example"}})
	for _, c := range []struct{ host, iss string }{
		{"", contosoIssuer},
		{"contoso.b2clogin.com", contosoIssuer},
		{"LOGIN.contoso.example", "https://login.contoso.example/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"},
		{"https://login.contoso.example", "https://login.contoso.example/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"},
		{"127.0.0.1:8443", "https://127.0.0.1:8443/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"},
		{"http://localhost:8080", "http://localhost:8080/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"},
		{"http://[::1]:8080/", "http://[::1]:8080/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"},
	} {
		equal(t, c.host, claimsOf(t, mint(t, b2c, emulator.Spec{Host: c.host}))["iss"], any(c.iss))
	}
	for _, host := range []string{"fabrikam.b2clogin.com", "http://contoso.b2clogin.com", "https://127.0.0.1/path", "ftp://localhost", "https://"} {
		if _, err := b2c.Mint(emulator.Spec{Host: host}); err == nil || !strings.Contains(err.Error(), "Spec.Host") {
			t.Errorf("%s: got error %v, want one that names Spec.Host", host, err)
		}
	}
}

func TestMintHeaderAndKey(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	own, other := b2c.CurrentKey(""), emulator.NewKey()

	wrong := parse(t, mint(t, b2c, emulator.Spec{Key: other}))
	equal(t, "header of a token under a wrong key", wrong.header, `{"alg":"RS256","kid":"`+own.ID()+`","typ":"JWT"}`)
	equal(t, "verifies under the flow's key", wrong.signedBy(own.Public()), false)
	equal(t, "verifies under the wrong key", wrong.signedBy(other.Public()), true)

	changed := parse(t, mint(t, b2c, emulator.Spec{Key: other, Header: map[string]any{
		"kid": other.ID(), "alg": "none", "typ": emulator.Absent, "crit": []string{"exp"}, "b64": false,
	}}))
	equal(t, "changed header", changed.header, `{"alg":"none","kid":"`+other.ID()+`","b64":false,"crit":["exp"]}`)

	raw := parse(t, mint(t, b2c, emulator.Spec{RawHeader: []byte(`{"alg":"RS256"`)}))
	equal(t, "raw header", raw.header, `{"alg":"RS256"`)
	equal(t, "raw header verifies", raw.signedBy(own.Public()), true)
}

func TestMintErrors(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	for _, c := range []struct {
		want string
		spec emulator.Spec
	}{
		{"Spec.Kind", emulator.Spec{Kind: 9}},
		{"Spec.Flow: ", emulator.Spec{Flow: "B2C_1_nope"}},
		{"Spec.FlowClaim", emulator.Spec{FlowClaim: 9}},
		{"Spec.User", emulator.Spec{Kind: emulator.AppToken, User: &emulator.User{}}},
		{"Spec.AuthTime", emulator.Spec{Kind: emulator.AppToken, AuthTime: noon}},
		{"Spec.Payload", emulator.Spec{Payload: []byte{}, Claims: map[string]any{"a": 1}}},
		{"Spec.RawHeader", emulator.Spec{RawHeader: []byte{}, Header: map[string]any{"a": 1}}},
		{`Spec.Claims: "a"`, emulator.Spec{Claims: map[string]any{"a": math.Inf(1)}}},
		{`Spec.Header: "a"`, emulator.Spec{Header: map[string]any{"a": func() {}}}},
	} {
		compact, err := b2c.Mint(c.spec)
		if compact != "" || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %q, %v; want an error with %q", compact, err, c.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("MustMint didn't panic")
		}
	}()
	b2c.MustMint(emulator.Spec{Flow: "B2C_1_nope"})
}

// TestMintLeavesSpecAlone: a spec may be shared between tests.
func TestMintLeavesSpecAlone(t *testing.T) {
	claims := map[string]any{"a": emulator.Absent, "iat": noon}
	mint(t, emulator.NewTenant(nil), emulator.Spec{Claims: claims})
	equal(t, "iat", claims["iat"], any(noon))
	equal(t, "claims", len(claims), 2)
}

func TestMintedNoncesDiffer(t *testing.T) {
	b2c := fixed()
	one, two := mint(t, b2c, emulator.Spec{}), mint(t, b2c, emulator.Spec{})
	if one == two {
		t.Error("two sign-ins gave one and the same token")
	}
}
