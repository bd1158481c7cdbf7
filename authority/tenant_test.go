// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
)

func texts(all []authority.Authority) []string {
	var s []string
	for _, a := range all {
		s = append(s, a.String())
	}
	return s
}

func TestTenants(t *testing.T) {
	newTenant := func(hosts []string, opts *authority.Options) func() (authority.Tenant, error) {
		return func() (authority.Tenant, error) { return authority.NewTenant(guid, hosts, opts) }
	}
	for _, tc := range []struct {
		name string
		make func() (authority.Tenant, error)
		want []string
	}{
		{
			"B2C", func() (authority.Tenant, error) { return authority.B2C("contoso", guid) },
			[]string{"https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1A_partner"},
		},
		{
			"China", func() (authority.Tenant, error) { return authority.B2CChina("contoso", guid) },
			[]string{"https://contoso.b2clogin.cn/contoso.partner.onmschina.cn/B2C_1_susi", "https://contoso.b2clogin.cn/contoso.partner.onmschina.cn/B2C_1A_partner"},
		},
		{
			"custom domain by GUID", newTenant([]string{"Login.Contoso.com"}, nil),
			[]string{"https://login.contoso.com/11111111-1111-1111-1111-111111111111/B2C_1_susi", "https://login.contoso.com/11111111-1111-1111-1111-111111111111/B2C_1A_partner"},
		},
		{
			"custom domain, tfp form", newTenant([]string{"login.contoso.com"}, &authority.Options{Domain: "contoso.onmicrosoft.com", Form: authority.TFPForm}),
			[]string{"https://login.contoso.com/tfp/contoso.onmicrosoft.com/B2C_1_susi", "https://login.contoso.com/tfp/contoso.onmicrosoft.com/B2C_1A_partner"},
		},
		{
			"query form", newTenant([]string{"contoso.b2clogin.com"}, &authority.Options{Domain: "contoso.onmicrosoft.com", Form: authority.QueryForm}),
			[]string{"https://contoso.b2clogin.com/contoso.onmicrosoft.com?p=B2C_1_susi", "https://contoso.b2clogin.com/contoso.onmicrosoft.com?p=B2C_1A_partner"},
		},
		{
			"legacy te form", newTenant([]string{"login.microsoftonline.com"}, &authority.Options{Domain: "contoso.onmicrosoft.com", Form: authority.TEForm}),
			[]string{"https://login.microsoftonline.com/te/contoso.onmicrosoft.com/B2C_1_susi", "https://login.microsoftonline.com/te/contoso.onmicrosoft.com/B2C_1A_partner"},
		},
		{
			"emulator", newTenant([]string{"http://127.0.0.1:8080"}, nil),
			[]string{"http://127.0.0.1:8080/11111111-1111-1111-1111-111111111111/B2C_1_susi", "http://127.0.0.1:8080/11111111-1111-1111-1111-111111111111/B2C_1A_partner"},
		},
		{
			"two hosts", newTenant([]string{"login.contoso.com", "contoso.b2clogin.com"}, nil),
			[]string{
				"https://login.contoso.com/11111111-1111-1111-1111-111111111111/B2C_1_susi", "https://login.contoso.com/11111111-1111-1111-1111-111111111111/B2C_1A_partner",
				"https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/B2C_1_susi", "https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/B2C_1A_partner",
			},
		},
	} {
		tenant, err := tc.make()
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		all := tenant.Flows("B2C_1_susi", "B2C_1A_partner")
		if got := texts(all); !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
		for _, a := range all {
			if a.Err() != nil || a.TenantID() != guid {
				t.Errorf("%s: %v: got tenant %q, error %v", tc.name, a, a.TenantID(), a.Err())
			}
			// What was built reads back the same, but for the GUID where the
			// URL holds the domain.
			back := parsed(t, a.String())
			if back.TenantID() == "" {
				back, _ = back.WithTenantID(guid)
			}
			if back != a {
				t.Errorf("%s: %v reads back as %v", tc.name, a, back)
			}
		}
		if first := tenant.Flow("B2C_1_susi"); first != all[0] {
			t.Errorf("%s: Flow gives %v, want %v", tc.name, first, all[0])
		}
	}
}

func TestMigrationHasTwoIssuers(t *testing.T) {
	tenant, err := contoso(t).WithHosts("login.contoso.com", "contoso.b2clogin.com")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tenant.ID(), "11111111-1111-1111-1111-111111111111"; got != want {
		t.Errorf("got the tenant %q, want %q", got, want)
	}
	all := tenant.Flows("B2C_1_susi")
	want := []string{
		"https://login.contoso.com/contoso.onmicrosoft.com/B2C_1_susi",
		"https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi",
	}
	if got := texts(all); !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	custom, old := "https://login.contoso.com/11111111-1111-1111-1111-111111111111/v2.0/", "https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0/"
	if !all[0].MatchIssuer(custom) || all[0].MatchIssuer(old) || !all[1].MatchIssuer(old) || all[1].MatchIssuer(custom) {
		t.Error("an authority takes the issuer of another host")
	}
}

func TestTenantRefuses(t *testing.T) {
	hosts := []string{"contoso.b2clogin.com"}
	for _, tc := range []struct {
		name, id string
		hosts    []string
		opts     *authority.Options
		want     []string
	}{
		{"no GUID", "", hosts, nil, []string{"tenantID", "empty"}},
		{"domain for GUID", "contoso.onmicrosoft.com", hosts, nil, []string{"tenantID", "not a GUID"}},
		{"zero GUID", "00000000-0000-0000-0000-000000000000", hosts, nil, []string{"tenantID", "empty GUID"}},
		{"GUID with line feed", guid + "\n", hosts, nil, []string{"tenantID", "not a GUID"}},
		{"GUID in full-width digits", strings.ReplaceAll(guid, "1", "１"), hosts, nil, []string{"tenantID", "not a GUID"}},
		{"no hosts", guid, nil, nil, []string{"hosts", "empty"}},
		{"empty host", guid, []string{""}, nil, []string{"host", "empty"}},
		{"bracket on the left", guid, []string{"[localhost"}, nil, []string{"host", "IPv6 address"}},
		{"bracket on the right", guid, []string{"localhost]"}, nil, []string{"host"}},
		{"brackets around a name", guid, []string{"[localhost]"}, nil, []string{"host", "IPv6 address"}},
		{"brackets around IPv4", guid, []string{"[127.0.0.1]"}, nil, []string{"host", "IPv6 address"}},
		{"half an IPv6 host", guid, []string{"::1]"}, nil, []string{"host"}},
		{"half an IPv6 origin", guid, []string{"http://::1]:80"}, nil, []string{"host"}},
		{"number at the end", guid, []string{"1.2.3.4.5"}, nil, []string{"host", "malformed host"}},
		{"hex number at the end", guid, []string{"127.0x1"}, nil, []string{"host", "malformed host"}},
		{"octal number at the end", guid, []string{"127.0.0.08"}, nil, []string{"host", "malformed host"}},
		{"huge number at the end", guid, []string{"127.99999999999999999999"}, nil, []string{"host", "malformed host"}},
		{"0x at the end", guid, []string{"a.0x"}, nil, []string{"host", "malformed host"}},
		{"host twice", guid, []string{"a.example", "A.example:443"}, nil, []string{"hosts", "twice"}},
		{"host with path", guid, []string{"a.example/x"}, nil, []string{"host"}},
		{"host with user", guid, []string{"ada@a.example"}, nil, []string{"host"}},
		{"host http", guid, []string{"http://a.example"}, nil, []string{"host", "loopback"}},
		{"host Kelvin", guid, []string{"b2c\u212a.example"}, nil, []string{"host"}},
		{"host with IPv6 zone", guid, []string{"http://[::1%lo]"}, nil, []string{"host"}},
		{"host control", guid, []string{"a.example\r\n"}, nil, []string{"host"}},
		{"host long", guid, []string{strings.Repeat("a.", 1<<20)}, nil, []string{"host"}},
		{"domain", guid, hosts, &authority.Options{Domain: "contoso"}, []string{"Options.Domain"}},
		{"domain slash", guid, hosts, &authority.Options{Domain: "contoso.com/x"}, []string{"Options.Domain"}},
		{"domain other GUID", guid, hosts, &authority.Options{Domain: "21111111-1111-1111-1111-111111111111"}, []string{"Options.Domain", "contradicts"}},
		{"form", guid, hosts, &authority.Options{Form: 9}, []string{"Options.Form"}},
	} {
		_, err := authority.NewTenant(tc.id, tc.hosts, tc.opts)
		checkError(t, tc.name, err, tc.want...)
	}
	for _, name := range []string{"", "contoso.onmicrosoft.com", "con toso", "contoso/", "-contoso", "contoso-", "conto\u017fo", "c\n", strings.Repeat("a", 64)} {
		_, err := authority.B2C(name, guid)
		checkError(t, "B2C", err, "name")
		_, err = authority.B2CChina(name, guid)
		checkError(t, "B2CChina", err, "name")
		_, err = authority.ExternalID(name, guid)
		checkError(t, "ExternalID", err, "name")
	}
	_, err := authority.ExternalID("contoso", "")
	checkError(t, "ExternalID", err, "tenantID")
}

// A configuration is mended in one go: each mistake has its line.
func TestAllMistakesAtOnce(t *testing.T) {
	_, err := authority.NewTenant("contoso", []string{"a.example", "http://b.example", "A.example", ""}, &authority.Options{Domain: "contoso", Form: 9})
	checkErrors(t, "NewTenant", err, "tenantID: ", `"http://b.example" must be https`, `"A.example" named twice`, `host: "" is empty`, "Options.Domain: ", "Options.Form: ")
	_, err = authority.NewTenant("", nil, nil)
	checkErrors(t, "NewTenant of nothing", err, "tenantID: empty", "hosts: empty")
	_, err = authority.B2C("contoso.onmicrosoft.com", "")
	checkErrors(t, "B2C", err, "name: ", "tenantID: ")
	_, err = authority.B2CChina("", guid+"x")
	checkErrors(t, "B2CChina", err, "name: ", "tenantID: ")
	_, err = authority.ExternalID("", "")
	checkErrors(t, "ExternalID", err, "name: ", "tenantID: ")
	_, err = contoso(t).WithHosts("b.example/x", "c d")
	checkErrors(t, "WithHosts", err, `"b.example/x"`, `"c d"`)
}

func TestFlowNames(t *testing.T) {
	tenant := contoso(t)
	for _, name := range []string{"B2C_1_susi", "b2c_1a_x", "B2c_1A_.-_", "B2C_1_" + strings.Repeat("a", 128)} {
		if err := tenant.Flow(name).Err(); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{
		"", "susi", "B2C_1_", "B2C_1A_", "B2C_11_x", "B2C_1_a b", "B2C_1_a/b", "B2C_1_a?b", "B2C_1_a#b", "B2C_1_a%62",
		"B2C_1_su\u017fi", "B2C_1_\u212a", "\u1e9e", "B2C_1_a\n", "\nB2C_1_a", "B2C_1_a\x00", "B2C_1_é", "B2C_1_" + strings.Repeat("a", 129), strings.Repeat("B2C_1_a", 1<<18),
	} {
		a := tenant.Flow(name)
		checkError(t, "Flow", a.Err(), "flow")
		for _, a := range tenant.Flows("B2C_1_good", name)[1:] {
			checkError(t, "Flows", a.Err(), "flow")
		}
		if a.Issuers() != nil || a.MatchIssuer("https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0/") {
			t.Errorf("an authority with the flow %q matches an issuer", name)
		}
		if _, err := a.WithTenantID(guid); err == nil {
			t.Errorf("WithTenantID forgets the error of the flow %q", name)
		}
	}
}

func TestFoldFlow(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		same bool
	}{
		{"B2C_1_Susi", "b2c_1_sUSI", true},
		{"B2C_1_susi", "B2C_1_susi2", false},
		{"B2C_1_susi", "B2C_1_sus", false},
		{"B2C_1_susi", "B2C_1_\u017fusi", false},
		{"B2C_1_k", "B2C_1_\u212a", false},
		{"B2C_1_i", "B2C_1_\u0130", false},
		{"[", "{", false}, // 0x20 apart, and no letters
		{"@", "`", false},
		{"", "", true},
	} {
		if got := authority.SameFlow(tc.a, tc.b); got != tc.same {
			t.Errorf("SameFlow(%q, %q): got %v", tc.a, tc.b, got)
		}
		if got := authority.FoldFlow(tc.a) == authority.FoldFlow(tc.b); got != tc.same {
			t.Errorf("FoldFlow of %q and %q: equal %v", tc.a, tc.b, got)
		}
	}
	tenant := contoso(t)
	if a, b := tenant.Flow("B2C_1_SUSI"), tenant.Flow("b2c_1_susi"); a.ID() != b.ID() || a.String() == b.String() {
		t.Errorf("got %v and %v; want one identity, two spellings", a, b)
	}
	if !tenant.Flow("b2c_1A_x").IsCustomPolicy() || tenant.Flow("B2C_1_A_x").IsCustomPolicy() {
		t.Error("IsCustomPolicy is wrong")
	}
}

func TestEmptyValues(t *testing.T) {
	var a authority.Authority
	checkError(t, "Authority{}", a.Err(), "empty Authority")
	if a.String() != "" || a.MetadataURL() != "" || a.Issuers() != nil || a.MatchIssuer("") {
		t.Errorf("the zero Authority has URLs or issuers: %q, %q", a, a.Issuers())
	}
	var tenant authority.Tenant
	checkError(t, "Tenant{}", tenant.Flow("B2C_1_susi").Err(), "empty Tenant")
	if all := tenant.Flows("B2C_1_a", "B2C_1_b"); len(all) != 1 || all[0].Err() == nil {
		t.Errorf("the zero Tenant has flows: %v", all)
	}
	if _, err := tenant.WithHosts("a.example"); err == nil {
		t.Error("the zero Tenant takes hosts")
	}
}
