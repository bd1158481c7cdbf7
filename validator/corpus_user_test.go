// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"crypto/rsa"
	"strings"
)

const (
	webClient    = "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"
	daemonClient = "eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee"
)

func allow(ids ...string) vectorOption   { return func(v *vector) { v.allow = ids } }
func clients(ids ...string) vectorOption { return func(v *vector) { v.clients = ids } }
func flowIs(f string) vectorOption       { return func(v *vector) { v.flow = f } }
func userIs(u string) vectorOption       { return func(v *vector) { v.user = u } }

func (c *corpus) addFlows() {
	for _, row := range [][4]string{
		{"reset", `"B2C_1_reset"`, "flow", "a password-reset flow's token at a sign-in API"},
		{"other_case", `"b2c_1_SUSI"`, "accept", "tfp in other case: B2C is not consistent"},
		{"number", "1", "claim", "tfp is a number"},
		{"null", "null", "claim", "tfp is null"},
		{"array", `["B2C_1_susi"]`, "claim", "tfp is an array"},
		{"object", `{}`, "claim", "tfp is an object"},
		{"empty", `""`, "claim", "tfp is empty"},
		{"prefix", `"B2C_1_sus"`, "flow", "tfp cut short"},
		{"suffix", `"B2C_1_susi2"`, "flow", "tfp is a trusted name and more"},
		{"space", `"B2C_1_susi "`, "flow", "tfp and a space"},
		{"nul", `"B2C_1_susi\u0000"`, "flow", "tfp and a NUL"},
		{"list", `"B2C_1_susi,B2C_1_edit"`, "flow", "tfp is a list"},
		{"long_s", "\"B2C_1_\u017fusi\"", "flow", "tfp with a letter that Unicode folds to s"},
		{"no_prefix", `"susi"`, "flow", "tfp without its prefix"},
		{"custom_prefix", `"B2C_1A_susi"`, "flow", "tfp with the prefix of a custom policy"},
		{"wildcard", `"B2C_1_*"`, "flow", "tfp is a pattern"},
	} {
		opts := []vectorOption{}
		if row[2] == "accept" {
			opts = append(opts, flowIs("B2C_1_susi"))
		}
		c.claimsWith("tfp_"+row[0], row[2], row[3], opts, set("tfp", row[1]))
	}
	c.claimsWith("acr", "accept", "acr names the flow where there is no tfp", []vectorOption{flowIs("B2C_1_susi")}, drop("tfp"), add("acr", `"b2c_1_susi"`))
	c.claims("acr_upper", "accept", "acr in other case", drop("tfp"), add("acr", `"B2C_1_SUSI"`))
	c.claims("acr_reset", "flow", "acr names a flow that is not trusted", drop("tfp"), add("acr", `"b2c_1_reset"`))
	c.claims("acr_level", "flow", "acr is a level of assurance and no flow", drop("tfp"), add("acr", `"1"`))
	for _, row := range [][3]string{{"number", "1", "a number"}, {"null", "null", "null"}, {"bool", "true", "true"}, {"array", `["b2c_1_reset"]`, "an array"}, {"object", `{}`, "an object"}} {
		opts := []vectorOption{flowIs("B2C_1_susi")}
		c.claimsWith("acr_"+row[0]+"_behind_tfp", "accept", "acr is "+row[2]+" behind a good tfp, and decides nothing", opts, add("acr", row[1]))
		c.claimsWith("acr_"+row[0]+"_before_tfp", "accept", "acr is "+row[2]+" before a good tfp, and decides nothing", opts, drop("tfp"), add("acr", row[1]), add("tfp", `"B2C_1_susi"`))
	}
	c.claims("acr_number", "claim", "acr is a number, without a tfp", drop("tfp"), add("acr", "1"))
	c.claims("acr_null", "claim", "acr is null, without a tfp", drop("tfp"), add("acr", "null"))
	c.claims("acr_number_tfp_number", "claim", "neither acr nor tfp is a string", set("tfp", "1"), add("acr", "1"))
	c.claims("acr_good_tfp_null", "claim", "tfp is null, which a good acr doesn't make up for", set("tfp", "null"), add("acr", `"b2c_1_susi"`))
	c.claims("acr_number_tfp_reset", "flow", "acr is a number behind the tfp of another flow", set("tfp", `"B2C_1_reset"`), add("acr", "1"))
	c.claimsWith("acr_number_allowed", "claim", "acr is a number, from a client that may name no flow", []vectorOption{allow(webClient)}, drop("tfp"), add("acr", "1"))
	c.claims("acr_array", "claim", "acr is an array", drop("tfp"), add("acr", `["b2c_1_susi"]`))
	c.claims("acr_empty_beside_tfp", "accept", "acr is empty, beside a good tfp", add("acr", `""`))
	c.claims("acr_empty", "claim", "acr is empty", drop("tfp"), add("acr", `""`))
	c.claims("tfp_before_acr", "accept", "tfp beats an acr behind it", add("acr", `"b2c_1_reset"`))
	c.claims("tfp_reset_before_acr", "flow", "tfp of another flow beats a good acr behind it", set("tfp", `"B2C_1_reset"`), add("acr", `"b2c_1_susi"`))
	c.claims("tfp_after_acr", "accept", "tfp beats an acr before it", drop("tfp"), add("acr", `"b2c_1_reset"`), add("tfp", `"B2C_1_susi"`))
	c.claims("tfp_reset_after_acr", "flow", "tfp of another flow beats a good acr before it", drop("tfp"), add("acr", `"b2c_1_susi"`), add("tfp", `"B2C_1_reset"`))
	c.claims("tfp_empty_with_acr", "claim", "an empty tfp is not made up for by acr", set("tfp", `""`), add("acr", `"b2c_1_susi"`))
	c.claims("flow_missing", "flow", "neither tfp nor acr", drop("tfp"))
	c.claimsWith("flow_missing_allowed", "accept", "neither tfp nor acr, from a client that may", []vectorOption{allow(webClient), flowIs("none")}, drop("tfp"))
	c.claimsWith("flow_missing_other_client", "flow", "neither tfp nor acr, from a client that may not, while another may", []vectorOption{allow(daemonClient)}, drop("tfp"))
	c.claimsWith("flow_missing_no_client", "flow", "neither tfp nor acr nor azp, while a client may", []vectorOption{allow(daemonClient)}, drop("tfp", "azp"))
	c.claimsWith("flow_missing_empty_client", "flow", "neither tfp nor acr, and azp is empty", []vectorOption{allow(daemonClient)}, drop("tfp"), set("azp", `""`))
	c.claimsWith("flow_missing_upper_client", "flow", "neither tfp nor acr, from an allowed client in upper case", []vectorOption{allow(webClient)}, drop("tfp"), set("azp", quoted(strings.ToUpper(webClient))))
	c.claimsWith("flow_wrong_allowed_client", "flow", "a flow that is not trusted, from a client that may name none", []vectorOption{allow(webClient)}, set("tfp", `"B2C_1_reset"`))
	c.claimsWith("flow_missing_id_token", "not_access_token", "an ID token without a flow, for a client that may name none", []vectorOption{allow(webClient)}, drop("tfp", "scp"))
}

func (c *corpus) addKeyTrust() {
	partner := []mod{drop("tfp", "oid", "emails"), add("acr", `"b2c_1a_partner"`), add("email", `"ada@example.org"`), add("tid", quoted(contosoID)), add("newUser", "true")}
	as := func(key *rsa.PrivateKey, mods ...mod) string {
		return signToken(key, headerOf(key), payloadOf(mods...))
	}
	c.add("key_partner", "accept", "a custom policy's token in the starter pack's shape", as(c.partner, partner...), flowIs("B2C_1A_partner"), userIs("cccccccc-cccc-cccc-cccc-cccccccccccc"))
	c.add("key_partner_as_user_flow", "unknown_key", "the custom policy's key under a user flow's name", as(c.partner))
	c.add("key_user_flow_as_partner", "unknown_key", "the user flows' key, which all tenants share, under the custom policy's name", as(c.userFlow, partner...))
	c.add("key_partner_as_legacy", "unknown_key", "the custom policy's key with the issuer and name of another flow",
		as(c.partner, set("iss", quoted(legacyIssuer)), set("tfp", `"B2C_1_legacy"`)))
	c.add("key_stranger", "unknown_key", "a key that nobody publishes", as(c.stranger))
	c.add("key_partner_other_issuer", "issuer", "the custom policy's key and another tenant's issuer", as(c.partner, set("iss", `"https://contoso.b2clogin.com/`+fabrikamID+`/v2.0/"`)))
	c.add("key_partner_no_flow", "accept", "the custom policy's key, and a client that may name no flow", as(c.partner, drop("tfp")), allow(webClient), flowIs("none"))
}

func (c *corpus) addClients() {
	c.claimsWith("azp_listed", "accept", "azp is a listed client", []vectorOption{clients(daemonClient, webClient)})
	c.claimsWith("azp_other", "client", "azp is another client", []vectorOption{clients(daemonClient)})
	c.claimsWith("azp_missing", "client", "no azp while clients are listed", []vectorOption{clients(webClient)}, drop("azp"))
	c.claimsWith("azp_empty", "client", "azp is empty while clients are listed", []vectorOption{clients(webClient)}, set("azp", `""`))
	c.claimsWith("azp_upper", "client", "azp in upper case", []vectorOption{clients(webClient)}, set("azp", quoted(strings.ToUpper(webClient))))
	c.claimsWith("azp_appid", "client", "Entra's appid stands in for no azp", []vectorOption{clients(webClient)}, drop("azp"), add("appid", quoted(webClient)))
	c.claims("azp_none_asked", "accept", "no azp while no clients are listed", drop("azp"))
	for _, row := range [][2]string{{"number", "1"}, {"null", "null"}, {"array", `["` + webClient + `"]`}} {
		c.claims("azp_"+row[0], "claim", "azp is a "+row[0], set("azp", row[1]))
	}
}

func (c *corpus) addUsers() {
	const (
		oid      = "cccccccc-cccc-cccc-cccc-cccccccccccc"
		notSupp  = `"Not supported currently. Use oid claim."`
		realName = `"O\u0027Ada \u003cb\u003e \ud83d\ude00"`
	)
	c.claimsWith("user_both", "accept", "the user is oid, where there are both", []vectorOption{userIs(oid)}, set("sub", `"other"`))
	c.claimsWith("user_sub", "accept", "the user is sub, where there is no oid", []vectorOption{userIs("s-1")}, drop("oid"), set("sub", `"s-1"`))
	c.claimsWith("user_not_supported", "accept", "sub is the text that older flows write, oid is there", []vectorOption{userIs(oid)}, set("sub", notSupp))
	c.claimsWith("user_not_supported_alone", "accept", "sub is the text that older flows write, and there is no oid", []vectorOption{userIs("none")}, drop("oid"), set("sub", notSupp))
	c.claimsWith("user_none", "accept", "neither sub nor oid", []vectorOption{userIs("none")}, drop("oid", "sub"))
	c.claimsWith("user_empty_oid", "accept", "oid is empty", []vectorOption{userIs("s-1")}, set("oid", `""`), set("sub", `"s-1"`))
	for _, name := range []string{"sub", "oid"} {
		for _, row := range [][2]string{{"number", "1"}, {"null", "null"}, {"array", `["x"]`}} {
			c.claims("user_"+name+"_"+row[0], "claim", name+" is a "+row[0], set(name, row[1]))
		}
	}
	// What only describes the user does not decide.
	for _, row := range [][3]string{
		{"emails", `"ada@example.org"`, "emails is a string"},
		{"emails", `[]`, "emails is empty"},
		{"emails", `[1,null]`, "emails holds no strings"},
		{"emails", `1`, "emails is a number"},
		{"email", `"ada@example.org"`, "email beside emails"},
		{"email", `["ada@example.org"]`, "email is an array"},
		{"name", realName, "a name with markup and an emoji"},
		{"name", `null`, "name is null"},
		{"name", `["Ada"]`, "name is an array"},
		{"roles", `"admin"`, "roles is a string"},
		{"ver", `2`, "ver is a number"},
		{"nonce", `1`, "nonce is a number"},
	} {
		c.claims("describes_"+strings.ReplaceAll(strings.ReplaceAll(row[2], " ", "_"), "'", ""), "accept", row[2], set(row[0], row[1]))
	}
	c.claims("extension_attributes", "accept", "extension attributes of all types", add("extension_LoyaltyTier", `"gold"`), add("extension_Points", "12"), add("extension_Staff", "true"))

	// Claims in the order in which a real token had them.
	c.add("real_order", "accept", "the order of claims of a real token", signToken(c.userFlow, headerOf(c.userFlow),
		`{"exp":1750003600,"nbf":1750000000,"ver":"1.0","iss":"`+contosoIssuer+`","sub":"`+oid+`","aud":"`+corpusAudience+`","iat":1750000000,"auth_time":1750000000,"oid":"`+oid+`","name":"Ada Example","emails":["ada@example.org"],"tfp":"B2C_1_susi","scp":"tasks.read","azp":"`+webClient+`"}`),
		flowIs("B2C_1_susi"), userIs(oid))
	appOnly := object([]member{
		{"ver", `"1.0"`},
		{"iss", quoted(contosoIssuer)},
		{"aud", quoted(corpusAudience)},
		{"sub", `"dddddddd-dddd-dddd-dddd-dddddddddddd"`},
		{"azp", quoted(daemonClient)},
		{"scp", `"jobs.run jobs.read"`},
		{"iat", "1750000000"},
		{"nbf", "1750000000"},
		{"exp", "1750003600"},
	})
	c.add("real_app_only", "accept", "an app-only token of a client that may name no flow", signToken(c.userFlow, headerOf(c.userFlow), appOnly),
		allow(daemonClient), flowIs("none"), userIs("dddddddd-dddd-dddd-dddd-dddddddddddd"))
	c.add("real_app_only_not_allowed", "flow", "an app-only token without further configuration", signToken(c.userFlow, headerOf(c.userFlow), appOnly))
}
