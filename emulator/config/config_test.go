// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/config"
)

func parse(t *testing.T, text string) *config.File {
	t.Helper()
	f, err := config.Parse("b2c.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// same compares what can be seen of two tenants.
func same(t *testing.T, got, want *emulator.Tenant) {
	t.Helper()
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"name", got.Name(), want.Name()},
		{"id", got.ID(), want.ID()},
		{"domain", got.Domain(), want.Domain()},
		{"hosts", got.Hosts(), want.Hosts()},
		{"flows", got.Flows(), want.Flows()},
		{"apps", got.Apps(), want.Apps()},
		{"users", got.Users(), want.Users()},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", c.what, c.got, c.want)
		}
	}
}

// TestExample: the example is the default tenant, password and all.
func TestExample(t *testing.T) {
	f := parse(t, string(config.Example()))
	b2c := f.NewTenants()[0]
	same(t, b2c, emulator.NewTenant(nil))
	if _, ok := b2c.CheckPassword("lin@example.org", emulator.DefaultPassword); !ok {
		t.Error("the password isn't that of the default tenant")
	}
	if f.Tenants[0].SignInAs != "" {
		t.Errorf("got SignInAs %q", f.Tenants[0].SignInAs)
	}
	config.Example()[0] = 'x'
	parse(t, string(config.Example()))
}

// TestExampleIsComplete: no setting is missing from the example, since it is the
// list of them.
func TestExampleIsComplete(t *testing.T) {
	text := string(config.Example())
	_, err := config.Parse("b2c.json", []byte(`{"tenants":[{"?":0,"flows":[{"?":0}],"apps":[{"?":0}],"users":[{"?":0}]}]}`))
	if err == nil {
		t.Fatal("no error")
	}
	names := 0
	for line := range strings.Lines(err.Error()) {
		_, list, ok := strings.Cut(strings.TrimSpace(line), "no such setting; there are ")
		if !ok { // what is required is missing, too
			continue
		}
		for name := range strings.SplitSeq(list, ", ") {
			names++
			if !strings.Contains(text, `"`+name+`": `) {
				t.Errorf("the example doesn't have %q", name)
			}
		}
	}
	if names < 38 {
		t.Errorf("got %d settings, want those of four types:\n%v", names, err)
	}
}

func TestDefaults(t *testing.T) {
	same(t, parse(t, `{"tenants": [{}]}`).NewTenants()[0], emulator.NewTenant(nil))
	same(t, parse(t, `{"tenants": [{"name": "fabrikam"}]}`).NewTenants()[0], emulator.NewTenant(&emulator.Options{Name: "fabrikam"}))
}

// TestEmptyLists: an empty list is empty, and only one that is left out is contoso's.
func TestEmptyLists(t *testing.T) {
	for text, want := range map[string][2]int{
		`{"tenants": [{"users": []}]}`:             {5, 0},
		`{"tenants": [{"apps": []}]}`:              {0, 2},
		`{"tenants": [{"users": [], "apps": []}]}`: {0, 0},
	} {
		b2c := parse(t, text).NewTenants()[0]
		if got := [2]int{len(b2c.Apps()), len(b2c.Users())}; got != want {
			t.Errorf("%s: got %v apps and users, want %v", text, got, want)
		}
	}
}

func TestSettings(t *testing.T) {
	all := parse(t, `{"tenants": [
		{"name": "fabrikam", "issuer": "tfp", "hosts": ["login.fabrikam.example", "b2c"], "domain": "fabrikam.example",
		 "keysWithoutActivation": true, "emailScope": true,
		 "flows": [
			{"name": "B2C_1_a", "lifetime": "15m", "refreshLifetime": "24h", "refreshWindow": "48h", "stringNumbers": true, "refreshOnce": true, "flowClaim": "none", "lowerTfp": true, "noSubject": true, "claims": ["oid", "name"]},
			{"name": "B2C_1A_c", "userInfo": ["sub", "name"]},
			{"name": "B2C_1_b", "kind": "ropc", "issuer": "guid", "keyContainer": "own", "flowClaim": "acr", "requireLogoutHint": true, "forgotPassword": "error"}],
		 "apps": [{"name": "page", "kind": "spa", "implicit": true}, {"name": "phone", "kind": "native", "anyLocalhostPort": true}, {"name": "site", "kind": "web", "secrets": ["one", "two", "three"]}],
		 "users": [{"name": "Kim", "username": "kim", "password": "p", "claims": {"extension_Plan": "gold", "n": 12345678901234567890, "list": [{"a": 1}]}}]},
		{"name": "adatum", "issuer": "tfp"}]}`).NewTenants()
	b2c, adatum := all[0], all[1]
	if file := parse(t, `{"tenants": [{"emailScope": true}, {"name": "b"}]}`); !file.Tenants[0].Options.EmailScope || file.Tenants[1].Options.EmailScope {
		t.Errorf("got %+v", file.Tenants)
	}
	want := []emulator.Flow{
		{Name: "B2C_1_a", KeyContainer: "UserFlowKeys", Issuer: emulator.IssuerTFP, FlowClaim: emulator.ClaimNone, Lifetime: 15 * time.Minute, RefreshLifetime: 24 * time.Hour, RefreshWindow: 48 * time.Hour, StringNumbers: true, RefreshOnce: true, LowerTFP: true, NoSubject: true, Claims: []string{"oid", "name"}},
		{Name: "B2C_1A_c", KeyContainer: "B2C_1A_c", Issuer: emulator.IssuerTFP, FlowClaim: emulator.ClaimACR, Lifetime: time.Hour, RefreshLifetime: 14 * 24 * time.Hour, RefreshWindow: 90 * 24 * time.Hour, UserInfo: []string{"sub", "name"}},
		{Name: "B2C_1_b", Kind: emulator.ROPC, KeyContainer: "own", FlowClaim: emulator.ClaimACR, Lifetime: time.Hour, RefreshLifetime: 14 * 24 * time.Hour, RefreshWindow: 90 * 24 * time.Hour, RequireLogoutHint: true, ForgotPassword: emulator.ForgotError},
	}
	if !reflect.DeepEqual(b2c.Flows(), want) {
		t.Errorf("flows:\n got %+v\nwant %+v", b2c.Flows(), want)
	}
	for i, want := range []emulator.AppKind{emulator.SPA, emulator.NativeApp, emulator.WebApp} {
		if got := b2c.Apps()[i]; got.Kind != want || got.Implicit != (i == 0) || got.AnyLocalhostPort != (i == 1) {
			t.Errorf("app %d: got %+v", i, got)
		}
	}
	if site := b2c.Apps()[2]; site.Secret != "one" || !reflect.DeepEqual(site.MoreSecrets, []string{"two", "three"}) {
		t.Errorf("secrets: got %q and %q", site.Secret, site.MoreSecrets)
	}
	claims, err := json.Marshal(b2c.User().Claims)
	if got, want := string(claims), `{"extension_Plan":"gold","list":[{"a":1}],"n":12345678901234567890}`; err != nil || got != want {
		t.Errorf("claims: got %s, %v, want %s", got, err, want)
	}
	if got, want := b2c.Issuer(""), "https://login.fabrikam.example/tfp/"+b2c.ID()+"/b2c_1_a/v2.0/"; got != want {
		t.Errorf("issuer: got %s, want %s", got, want)
	}
	if got, want := adatum.Issuer("B2C_1A_partner"), "https://adatum.b2clogin.com/tfp/"+adatum.ID()+"/b2c_1a_partner/v2.0/"; got != want {
		t.Errorf("issuer of a default flow: got %s, want %s", got, want)
	}
	b2c.Rotate(emulator.UserFlowKeys, false)
	if adatum.CurrentKey("").ID() != b2c.CurrentKey("").ID() {
		t.Error("the tenants don't share the user-flow key")
	}
}

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b2c.json")
	if _, err := config.Read(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want one of a missing file", err)
	}
	if err := os.WriteFile(path, []byte(`{"tenants": [{"x": 1}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := config.Read(path)
	mistake, ok := errors.AsType[*config.Error](err)
	if !ok || mistake.File != "b2c.json" || mistake.Field != "tenants[0].x" {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(path, config.Example(), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Read(path); err != nil {
		t.Error(err)
	}
}
