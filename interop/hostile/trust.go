// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"strings"
)

// unquoted is the text of a claim that is a plain string.
func unquoted(d *Draft, name string) string { return strings.Trim(d.Claims.Get(name), `"`) }

// rewrite is an edit that changes the text of a claim.
func rewrite(class, name, how string, f func(string) string) Edit {
	return Edit{class, name + " " + how, func(d *Draft) {
		if text := unquoted(d, name); text != "" {
			d.Claims = d.Claims.With(name, Quote(f(text)))
		}
	}}
}

func replacer(old, new string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, new, 1) }
}

// texts are spellings that are nearly the right text.
var texts = []struct {
	how string
	f   func(string) string
}{
	{"upper", strings.ToUpper},
	{"title", func(s string) string { return strings.ToUpper(s[:1]) + s[1:] }},
	{"space behind", func(s string) string { return s + " " }},
	{"space before", func(s string) string { return " " + s }},
	{"line feed", func(s string) string { return s + "\n" }},
	{"tab", func(s string) string { return s + "\t" }},
	{"NUL", func(s string) string { return s + "\x00" }},
	{"NUL and more", func(s string) string { return s + "\x00.evil.example" }},
	{"cut", func(s string) string { return s[:len(s)-1] }},
	{"cut before", func(s string) string { return s[1:] }},
	{"twice", func(s string) string { return s + s }},
	{"more", func(s string) string { return s + "x" }},
	{"before", func(s string) string { return "x" + s }},
	{"star", func(string) string { return "*" }},
	{"percent", func(s string) string { return strings.Replace(s, s[len(s)-1:], "%"+"2f", 1) }},
	{"comma", func(s string) string { return s + ",x" }},
	{"list", func(s string) string { return "x " + s }},
	{"zero width", func(s string) string { return s + "\u200b" }},
	{"soft hyphen", func(s string) string { return s[:1] + "\u00ad" + s[1:] }},
	{"full width", func(s string) string { return s[:len(s)-1] + string(rune(s[len(s)-1])+0xfee0) }},
	{"long s", func(s string) string { return strings.Replace(s, "s", "ſ", 1) }},
	{"Kelvin", func(s string) string { return strings.Replace(s, "k", "\u212a", 1) }},
	{"Cyrillic", func(s string) string { return strings.Replace(s, "c", "с", 1) }},
	{"dotless", func(s string) string { return strings.Replace(s, "i", "ı", 1) }},
}

// trustEdits are about whose token it is: issuer, audience, flow, kind, client.
func trustEdits() (all []Edit) {
	for _, t := range texts {
		for _, name := range []string{"iss", "aud", "tfp", "azp"} {
			all = append(all, rewrite("claim "+name+" is nearly right", name, t.how, t.f))
		}
	}
	for _, pair := range [][2]string{
		{"https://", "http://"},
		{"https://", "HTTPS://"},
		{"https://", ""},
		{"/v2.0/", "/v2.0"},
		{"/v2.0/", "/v2.0//"},
		{"/v2.0/", "/v1.0/"},
		{"/v2.0/", "/"},
		{".com/", ".com:443/"},
		{".com/", ".com./"},
		{".com/", ".com.evil.example/"},
		{"//", "//user@"},
		{"//", "//evil.example/https://"},
		{".b2clogin.com", ".b2clogin.cn"},
		{"contoso", "fabrikam"},
		{"contoso.b2clogin.com", "login.microsoftonline.com"},
		{"contoso.b2clogin.com", "sts.windows.net"},
		{"/775527ff", "/{tenantid}/775527ff"},
		{"775527ff", "885527ff"},
		{"775527ff-9a37-4307-8b3d-cc311f58d925", "contoso.onmicrosoft.com"},
		{"775527ff-9a37-4307-8b3d-cc311f58d925", "common"},
		{"775527ff-9a37-4307-8b3d-cc311f58d925", "tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi"},
		{"/v2.0/", "/v2.0/?a=b"},
		{"/v2.0/", "/v2.0/#a"},
		{"/v2.0/", "/v2.0/../v2.0/"},
		{"-", "%2D"},
	} {
		all = append(all, rewrite("claim iss is another issuer", "iss", pair[0]+" "+pair[1], replacer(pair[0], pair[1])))
	}
	aud := func(class, value string) {
		all = append(all, Edit{class, "aud " + value, func(d *Draft) {
			d.Claims = d.Claims.With("aud", strings.ReplaceAll(value, "AUD", d.Claims.Get("aud")))
		}})
	}
	for _, value := range []string{`[AUD]`, `[AUD,"x"]`, `["x",AUD]`, `[AUD,AUD]`, `["x","y",AUD]`} {
		aud("aud in an array", value)
	}
	for _, value := range []string{`[AUD,1]`, `[1,AUD]`, `[AUD,null]`, `[null,AUD]`, `[AUD,true]`, `[AUD,[]]`, `[AUD,{}]`, `[AUD,1e400]`} {
		aud("aud has a member that is no text beside ours", value)
	}
	aud("aud has a member that is no text beside ours", `[AUD,""]`)
	for _, value := range []string{`[[AUD]]`, `{"a":AUD}`, `[{"a":AUD}]`, `["[\"x\"]"]`, `["x","y"]`, `"https://contoso.onmicrosoft.com/api"`, `"api://90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"`, `"00000000-0000-0000-0000-000000000000"`} {
		aud("aud is not ours", value)
	}
	for _, flow := range []string{"B2C_1_reset", "B2C_1_susi2", "B2C_1_sus", "susi", "B2C_1A_susi", "B2C_1_susi,B2C_1_reset", "urn:flow:B2C_1_susi", "b2c_1_SUSI", "B2C_1_SUSI", "b2c_1_susi"} {
		all = append(all, claim("claim tfp names a flow", "tfp", Quote(flow)))
		all = append(all, Edit{"claim acr names a flow", flow, func(d *Draft) { d.Claims = d.Claims.Without("tfp").With("acr", Quote(flow)) }})
		all = append(all, Edit{"a claim that decides nothing is odd", "acr " + flow, func(d *Draft) {
			if tfp := d.Claims.Get("tfp"); tfp != "" {
				d.Claims = d.Claims.With("acr", Quote(flow))
			}
		}})
	}
	for _, value := range odd {
		all = append(all, Edit{"claim acr of a wrong type or value, without tfp", value, func(d *Draft) { d.Claims = d.Claims.Without("tfp").With("acr", value) }})
	}
	for _, scp := range []string{"tasks.read", "  tasks.read  ", "\ttasks.read", "tasks.read\u00a0", "\u00a0", ",", " ", "   "} {
		all = append(all, claim("claim scp of a wrong type or value", "scp", Quote(scp)))
	}
	kind := func(class, name string, f func(Object) Object) {
		all = append(all, Edit{class, name, func(d *Draft) { d.Claims = f(d.Claims) }})
	}
	kind("no access token", "an ID token of an app that is its own API", func(o Object) Object { return o.Without("scp").Without("azp").With("nonce", `"n"`) })
	kind("no access token", "an ID token with a hash", func(o Object) Object { return o.Without("scp").With("at_hash", `"x"`).With("c_hash", `"x"`) })
	kind("no access token", "roles for scp", func(o Object) Object { return o.Without("scp").With("roles", `["admin"]`) })
	kind("no access token", "scope for scp", func(o Object) Object { return o.Renamed("scp", "scope") })
	kind("no access token", "app-only by idtyp", func(o Object) Object { return o.Without("scp").With("idtyp", `"app"`) })
	kind("no flow", "no flow", func(o Object) Object { return o.Without("tfp").Without("acr") })
	kind("no flow", "a daemon's token", func(o Object) Object {
		return o.Without("tfp").Without("acr").Without("auth_time").Without("name").With("sub", `"d"`)
	})
	return all
}
