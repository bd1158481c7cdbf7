// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator/config"
)

// one wraps the settings of one tenant, or of one element of its lists.
func one(list, element string) string {
	if list == "" {
		return `{"tenants": [{` + element + `}]}`
	}
	return `{"tenants": [{"` + list + `": [{` + element + `}]}]}`
}

func TestMistakes(t *testing.T) {
	const id = "11111111-1111-1111-1111-111111111111"
	api := `"name": "api", "appIdUri": "https://contoso.onmicrosoft.com/tasks", "scopes": ["a"]`
	for _, c := range []struct{ text, want string }{
		// JSON.
		{"", `b2c.json:1:1: unexpected end of JSON input: the file is empty; {"tenants": [{}]} is the default tenant`},
		{"tenants:\n- name: a", "b2c.json:1:2: invalid character 'e' in literal true (expecting 'r'): it is no JSON object"},
		{"{\n  \"tenants\": [}", "b2c.json:2:15: invalid character '}' looking for beginning of value"},
		{`{"tenants": [{}]} {}`, "b2c.json:1:19: invalid character '{' after top-level value"},
		{`{"tenants": [{}],}`, "b2c.json:1:18: invalid character '}' looking for beginning of object key string: nothing follows the comma before it"},
		{"{\"tenants\": [{}, \n ]}", "b2c.json:2:2: invalid character ']' looking for beginning of value: nothing follows the comma before it"},
		{"{\n// ours\n}", "b2c.json:2:1: invalid character '/' looking for beginning of object key string: JSON has no comments"},
		{"{'tenants': []}", "b2c.json:1:2: invalid character '\\'' looking for beginning of object key string: JSON has double quotes"},
		{`{"tenants": [{"name": "a" "id": "b"}]}`, "b2c.json:1:27: invalid character '\"' after object key:value pair: is there a comma before it?"},
		{"\ufeff{\"tenants\": [{}],}", "b2c.json:1:18: invalid character '}' looking for"},
		{"\xff\xfe{\x00}\x00", "b2c.json: is UTF-16 text, as PowerShell writes it: save it as UTF-8"},
		{"{\"tenants\": [{\"name\": \"\xff\"}]}", "b2c.json: is no UTF-8 text"},
		{`null`, "b2c.json: null is no object"},
		{`[]`, "b2c.json: a list is no object"},
		{`{"tenants": [{"name": "a", "name": "b"}]}`, "b2c.json: tenants[0].name: is there twice"},

		// Form.
		{`{}`, `b2c.json: tenants: there is no tenant; {"tenants": [{}]} is the default one`},
		{`{"tenant": []}`, `b2c.json: tenant: there is no such setting; is "tenants" meant?`},
		{`{"flows": []}`, "b2c.json: flows: there is no such setting; there are tenants"},
		{`{"tenants": {}}`, "b2c.json: tenants: an object is no list: write it in [ ]"},
		{one("", `"Name": "a"`), `b2c.json: tenants[0].Name: there is no such setting; is "name" meant?`},
		{one("", `"nome": "a"`), `b2c.json: tenants[0].nome: there is no such setting; is "name" meant?`},
		{one("", `"Name": "a", "name": "b"`), "b2c.json: tenants[0].Name: there is no such setting; there are kind, name, id, domain, hosts, keysWithoutActivation, "},
		{one("", `"is": "a"`), "b2c.json: tenants[0].is: there is no such setting; there are kind, name, id, domain, hosts, keysWithoutActivation, "},
		{one("apps", `"name": "a", "redirectUri": []`), `b2c.json: tenants[0].apps[0].redirectUri: there is no such setting; is "redirectUris" meant?`},
		{one("apps", `"name": "a", "cleintId": ""`), `b2c.json: tenants[0].apps[0].cleintId: there is no such setting; is "clientId" meant?`},
		{one("users", `"name": "a", "userName": ""`), `b2c.json: tenants[0].users[0].userName: there is no such setting; is "username" meant?`},
		{one("", `"\u001b[31m": 1`), `b2c.json: tenants[0].\u001b[31m: there is no such setting`},
		{one("", `"name": 1`), "b2c.json: tenants[0].name: a number is no string: write it in quotes, or leave it out"},
		{one("", `"name": null`), "b2c.json: tenants[0].name: null is no string"},
		{one("", `"keysWithoutActivation": "yes"`), "b2c.json: tenants[0].keysWithoutActivation: a string is neither true nor false: write one of them, without quotes"},
		{one("", `"hosts": ["a", true]`), "b2c.json: tenants[0].hosts[1]: true is no string"},
		{one("", `"issuer": "entra"`), `b2c.json: tenants[0].issuer: is entra, which a tenant of the kind b2c has not`},
		{one("flows", `"name": "B2C_1_a"}, {"name": "B2C_1_b"}, {"name": "B2C_1_c", "kind": "signin"`), `b2c.json: tenants[0].flows[2].kind: "signin" is none of sign-up-sign-in, edit-profile, reset-password, ropc`},
		{one("flows", `"kind": 1`), "b2c.json: tenants[0].flows[0].kind: a number is no string: write \"sign-up-sign-in\", \"edit-profile\", \"reset-password\" or \"ropc\""},
		{one("flows", `"lifetime": 3600`), `b2c.json: tenants[0].flows[0].lifetime: a number is no string: write a time such as "90s", "15m" or "1h"`},
		{one("flows", `"issuer": true`), `b2c.json: tenants[0].flows[0].issuer: true is no string: write "guid", "tfp", "entra" or "host"`},
		{one("flows", `"flowClaim": null`), `b2c.json: tenants[0].flows[0].flowClaim: null is no string: write "tfp", "acr" or "none"`},
		{one("flows", `"forgotPassword": false`), `b2c.json: tenants[0].flows[0].forgotPassword: false is no string: write "in-flow" or "error"`},
		{one("apps", `"kind": 1`), `b2c.json: tenants[0].apps[0].kind: a number is no string: write "web", "spa" or "native"`},
		{one("flows", `"issuer": "GUID"`), `b2c.json: tenants[0].flows[0].issuer: "GUID" is none of guid, tfp, entra, host`},
		{one("flows", `"flowClaim": "oid"`), `b2c.json: tenants[0].flows[0].flowClaim: "oid" is none of tfp, acr, none`},
		{one("flows", `"lifetime": "1 hour"`), `b2c.json: tenants[0].flows[0].lifetime: "1 hour" is no time of a second or more, such as 90s, 15m or 24h`},
		{one("flows", `"refreshLifetime": "-1h"`), `b2c.json: tenants[0].flows[0].refreshLifetime: "-1h" is no time of a second or more, such as 90s, 15m or 24h`},
		{one("flows", `"forgotPassword": "no"`), `b2c.json: tenants[0].flows[0].forgotPassword: "no" is none of in-flow, error`},
		{one("apps", `"kind": "daemon"`), `b2c.json: tenants[0].apps[0].kind: "daemon" is none of web, spa, native`},
		{one("users", `"password": 12345`), "b2c.json: tenants[0].users[0].password: a number is no string"},

		// What the emulator checks.
		{one("", `"name": "Con toso"`), `b2c.json: tenants[0].name: "Con toso" is no tenant name`},
		{one("", `"id": "contoso"`), `b2c.json: tenants[0].id: "contoso" is no GUID`},
		{one("", `"domain": "https://x"`), `b2c.json: tenants[0].domain: "https://x" is no domain name`},
		{one("", `"hosts": ["a.example", "127.0.0.1"]`), `b2c.json: tenants[0].hosts[1]: "127.0.0.1" is a loopback host`},
		{one("", `"hosts": ["a.example", "A.example"]`), `b2c.json: tenants[0].hosts[1]: "a.example" is there twice`},
		{one("", `"flows": []`), `b2c.json: tenants[0].flows: is empty; leave it out for contoso's`},
		{one("", `"hosts": []`), `b2c.json: tenants[0].hosts: is empty; leave it out for the default`},
		{one("flows", ``), `b2c.json: tenants[0].flows[0].name: "" is neither B2C_1_`},
		{one("flows", `"name": "B2C_1_a"}, {"name": "b2c_1_A"`), `b2c.json: tenants[0].flows[1].name: "b2c_1_A" is there twice`},
		{one("apps", ``), `b2c.json: tenants[0].apps[0].name: is empty`},
		{one("apps", `"name": "a", "clientId": "x"`), `b2c.json: tenants[0].apps[0].clientId: "x" is no GUID`},
		{one("apps", `"name": "a", "objectId": "x"`), `b2c.json: tenants[0].apps[0].objectId: "x" is no GUID`},
		{one("apps", `"name": "a", "clientId": "`+id+`"}, {"name": "b", "clientId": "`+id+`"`), `b2c.json: tenants[0].apps[1].clientId: "` + id + `" is there twice`},
		{one("apps", `"name": "a", "scopes": ["x"]`), `b2c.json: tenants[0].apps[0].appIdUri: is empty, but`},
		{one("apps", `"name": "a", "appIdUri": "tasks"`), `b2c.json: tenants[0].apps[0].appIdUri: "tasks" is no absolute URI`},
		{one("apps", `"name": "a", "appIdUri": "https://x", "appRoles": ["a b"]`), `b2c.json: tenants[0].apps[0].appRoles[0]: "a b" is no name`},
		{one("apps", `"name": "a", "kind": "spa", "secrets": ["hush"]`), `b2c.json: tenants[0].apps[0].secrets[0]: is set, but only a web app has one`},
		{one("apps", `"name": "a", "secrets": ["hush", ""]`), `b2c.json: tenants[0].apps[0].secrets[1]: is empty`},
		{one("users", `"name": "a", "claims": []`), `b2c.json: tenants[0].users[0].claims: a list is no object: write {"name": value}`},
		{one("users", `"name": "a", "claims": {"b": {"c": 1, "c": 2}}`), `b2c.json: tenants[0].users[0].claims.b.c: is there twice`},
		{one("apps", `"name": "a", "redirectUris": ["https://x/", "/callback"]`), `b2c.json: tenants[0].apps[0].redirectUris[1]: "/callback" is neither`},
		{one("apps", `"name": "a", "redirectUris": ["localhost:80"]`), `b2c.json: tenants[0].apps[0].redirectUris[0]: "localhost:80" has no scheme; write http://localhost:80`},
		{one("apps", `"name": "a", "redirectUris": ["127.0.0.1:8400"]`), `b2c.json: tenants[0].apps[0].redirectUris[0]: "127.0.0.1:8400" has no scheme; write http://127.0.0.1:8400`},
		{one("apps", `"name": "a", "redirectUris": ["[::1]:80/cb"]`), `b2c.json: tenants[0].apps[0].redirectUris[0]: "[::1]:80/cb" has no scheme; write http://[::1]:80/cb`},
		{one("apps", `"name": "a", "redirectUris": ["app.example:443/cb"]`), `b2c.json: tenants[0].apps[0].redirectUris[0]: "app.example:443/cb" has no scheme; write https://app.example:443/cb`},
		{one("apps", api+`}, {"name": "b", "granted": ["a"]`), `b2c.json: tenants[0].apps[1].granted[0]: "a" is no scope or role of an API here; there are https://contoso.onmicrosoft.com/tasks/a`},
		{one("users", ``), `b2c.json: tenants[0].users[0].name: is empty`},
		{one("users", `"name": "a", "id": "x"`), `b2c.json: tenants[0].users[0].id: "x" is no GUID`},
		{one("users", `"name": "a", "password": "hush"`), `b2c.json: tenants[0].users[0].password: is set, but there is neither username nor emails`},
		{one("users", `"name": "a", "username": "a", "password": "hush", "identityProvider": "google.com"`), `b2c.json: tenants[0].users[0].password: is set, but google.com knows`},
		{one("users", `"name": "a", "username": "x", "password": "hush"}, {"name": "b", "username": "X", "password": "hush"`), `b2c.json: tenants[0].users[1]: signs in as "X", as another user does`},

		// What a file adds.
		{one("", `"signInAs": "Kim"`), `b2c.json: tenants[0].signInAs: "Kim" is no user of the tenant; there are Ada Example (ada@example.org), Lin Example (lin@example.org)`},
		{one("", `"signInAs": "Lin Example", "users": []`), `b2c.json: tenants[0].signInAs: "Lin Example" is no user of the tenant`},
		{one("", `"signInAs": "kim", "users": [{"name": "Kim"}, {"name": "Other", "username": "KIM"}]`), `b2c.json: tenants[0].signInAs: "kim" is more than one user, Kim (`},
		{`{"tenants": [{}, {}]}`, `b2c.json: tenants[1].name: "contoso" is that of tenants[0] too`},
		{`{"tenants": [{}, {"name": "b", "hosts": ["b", "contoso.b2clogin.com"]}]}`, `b2c.json: tenants[1].hosts[1]: "contoso.b2clogin.com" is that of tenants[0] too`},
		{`{"tenants": [{}, {"name": "b", "domain": "Contoso.onmicrosoft.com"}]}`, `b2c.json: tenants[1].domain: "Contoso.onmicrosoft.com" is that of tenants[0] too`},
		{`{"tenants": [{"id": "` + id + `"}, {"name": "b", "id": "` + id + `"}]}`, `b2c.json: tenants[1].id: "` + id + `" is that of tenants[0] too`},
	} {
		_, err := config.Parse("b2c.json", []byte(c.text))
		first := ""
		if err != nil {
			first, _, _ = strings.Cut(err.Error(), "\n")
		}
		if !strings.HasPrefix(first, c.want) {
			t.Errorf("%s:\n got %s\nwant %s", c.text, first, c.want)
		}
		if strings.Contains(first, "hush") || strings.Contains(first, "12345") || strings.Contains(first, "Options") {
			t.Errorf("%s: got %s", c.text, first)
		}
	}
}

// TestAllMistakes: all there are come at once, those of form first, and none that
// only follows from another.
func TestAllMistakes(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{
			one("", `"x": 1, "flows": [{"kind": "a"}, {"y": 2}], "name": 3`),
			"tenants[0].x tenants[0].flows[0].kind tenants[0].flows[1].y tenants[0].name tenants[0].flows[0].name tenants[0].flows[1].name",
		},
		{ // nine, of all sorts
			`{"tenants": [
				{"name": "Fabrikam", "keys": 1, "signInAs": "nobody",
				 "flows": [{"name": "signin", "lifetime": 3600}, {"name": "B2C_1_a", "kind": "signin"}],
				 "apps": [
					{"name": "api", "appIdUri": "https://x/api", "scopes": ["read"]},
					{"name": "web", "clientId": "x", "secrets": ["a"], "redirectUris": ["/callback"], "granted": ["https://x/api/write"]}]}]}`,
			"tenants[0].keys tenants[0].flows[0].lifetime tenants[0].flows[1].kind tenants[0].name tenants[0].flows[0].name " +
				"tenants[0].apps[1].clientId tenants[0].apps[1].redirectUris[0] tenants[0].apps[1].granted[0] tenants[0].signInAs",
		},
		{ // several tenants, of which one has a mistake
			`{"tenants": [{"name": "a", "domain": "x y"}, {"hosts": ["a.b2clogin.com"]}, {}, {"name": "b", "id": 1}]}`,
			"tenants[3].id tenants[0].domain tenants[1].hosts[0] tenants[2].name",
		},
		{`{"tenants": 1}`, "tenants"},
		{`{"tenants": ["fabrikam", {"name": "b"}]}`, "tenants[0]"},
		{one("", `"users": [{"name": 1, "username": "kim"}], "signInAs": "Kim Example"`), "tenants[0].users[0].name"},
		{one("", `"users": [{"name": "Kim", "password": 1}], "signInAs": "Lou"`), "tenants[0].users[0].password tenants[0].signInAs"},
		{one("", `"name": "X Y", "signInAs": "00000000-0000-0000-0000-000000000000"`), "tenants[0].name"},
		{one("", `"name": "X Y", "signInAs": "Lou"`), "tenants[0].name tenants[0].signInAs"},
		{one("apps", `"name": "a", "appIdURI": "https://x", "scopes": ["r"]}, {"name": "b", "granted": ["https://x/r"]`), "tenants[0].apps[0].appIdURI"},
		{one("apps", `"name": "a", "appIdUri": 1, "scopes": ["r"]}, {"name": "b", "granted": ["https://x/r", "https://x/w"]`), "tenants[0].apps[0].appIdUri tenants[0].apps[1].granted[1]"},
		{one("apps", `"name": "a", "appIdUri": "https://x", "scopes": "r"}, {"name": "b", "granted": ["https://x/r"]`), "tenants[0].apps[0].scopes"},
		{one("apps", `"name": "a", "appIdUri": "https://x/", "scopes": ["r"]}, {"name": "b", "granted": ["https://x/r", "https://x/w"]`), "tenants[0].apps[0].appIdUri tenants[0].apps[1].granted[1]"},
		{one("users", `"name": "a", "emails": "a@x.example", "password": "hush"`), "tenants[0].users[0].emails"},
		{one("apps", `"name": "a", "secrets": ["", ""]`), "tenants[0].apps[0].secrets[0] tenants[0].apps[0].secrets[1]"},
		{one("apps", `"name": "a", "secrets": [1]`), "tenants[0].apps[0].secrets[0]"},
	} {
		_, err := config.Parse("b2c.json", []byte(c.text))
		if err == nil {
			t.Fatal("no error")
		}
		var got []string
		for line := range strings.Lines(err.Error()) {
			path, _, _ := strings.Cut(strings.TrimPrefix(line, "b2c.json: "), ": ")
			got = append(got, path)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.text, strings.Join(got, " "), c.want)
		}
	}
}

// TestManyUsers: what there is is listed as far as someone reads it.
func TestManyUsers(t *testing.T) {
	text := one("", `"signInAs": "x", "users": [{"name": "a\u001b"}`+strings.Repeat(`, {"name": "b", "username": "c"}`, 9)+`]`)
	_, err := config.Parse("b2c.json", []byte(text))
	if want := `there are a\u001b, b (c), b (c), b (c), b (c), b (c), b (c), b (c) and 2 more`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestByteOrderMark: editors on Windows write one.
func TestByteOrderMark(t *testing.T) {
	same(t, parse(t, "\ufeff"+string(config.Example())).NewTenants()[0], parse(t, string(config.Example())).NewTenants()[0])
}
