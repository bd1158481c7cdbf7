// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import "strings"

func (c *corpus) addIssuers() {
	for _, row := range [][4]string{
		{"null", "null", "claim", "iss is null"},
		{"number", "1", "claim", "iss is a number"},
		{"array", `["` + contosoIssuer + `"]`, "claim", "iss is an array"},
		{"object", `{"iss":"` + contosoIssuer + `"}`, "claim", "iss is an object"},
		{"empty", `""`, "claim", "iss is empty"},
		{"other_tenant", `"https://fabrikam.b2clogin.com/99999999-9999-4999-8999-999999999999/v2.0/"`, "issuer", "another tenant under the user-flow key that all tenants share"},
		{"other_guid", `"https://contoso.b2clogin.com/99999999-9999-4999-8999-999999999999/v2.0/"`, "issuer", "another tenant's GUID on this tenant's host"},
		{"zero_guid", `"https://contoso.b2clogin.com/00000000-0000-0000-0000-000000000000/v2.0/"`, "issuer", "the zero GUID"},
		{"upper_guid", quoted(strings.Replace(contosoIssuer, contosoID, strings.ToUpper(contosoID), 1)), "issuer", "the GUID in upper case"},
		{"other_host", `"https://login.contoso.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"`, "issuer", "the tenant on a host that is not trusted"},
		{"legacy_host", `"https://login.microsoftonline.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"`, "issuer", "the tenant on the legacy host"},
		{"upper_host", quoted(strings.Replace(contosoIssuer, "contoso", "Contoso", 1)), "issuer", "a capital in the host"},
		{"host_suffix", quoted(strings.Replace(contosoIssuer, ".com/", ".com.evil.example/", 1)), "issuer", "the host with a suffix"},
		{"host_homograph", quoted(strings.Replace(contosoIssuer, "contoso", "c\u043entoso", 1)), "issuer", "a Cyrillic letter in the host"},
		{"user_info", quoted(strings.Replace(contosoIssuer, "https://", "https://x@", 1)), "issuer", "a user name before the host"},
		{"port", quoted(strings.Replace(contosoIssuer, ".com/", ".com:443/", 1)), "issuer", "the default port said"},
		{"http", quoted(strings.Replace(contosoIssuer, "https", "http", 1)), "issuer", "http for https"},
		{"upper_scheme", quoted(strings.Replace(contosoIssuer, "https", "HTTPS", 1)), "issuer", "the scheme in upper case"},
		{"no_slash", quoted(strings.TrimSuffix(contosoIssuer, "/")), "issuer", "no slash at the end: not B2C's"},
		{"two_slashes", quoted(contosoIssuer + "/"), "issuer", "two slashes at the end"},
		{"suffix", quoted(contosoIssuer + "x"), "issuer", "the right issuer is only the beginning"},
		{"prefix", quoted("x" + contosoIssuer), "issuer", "the right issuer is only the end"},
		{"space", quoted(contosoIssuer + " "), "issuer", "a space at the end"},
		{"nul", quoted(contosoIssuer + `\u0000`), "issuer", "a NUL at the end"},
		{"line_feed", quoted(contosoIssuer + `\n`), "issuer", "a line feed at the end"},
		{"query", quoted(contosoIssuer + "?p=B2C_1_susi"), "issuer", "a query at the end"},
		{"v1", quoted(strings.Replace(contosoIssuer, "v2.0", "v1.0", 1)), "issuer", "v1.0 for v2.0"},
		{"domain", `"https://contoso.b2clogin.com/contoso.onmicrosoft.com/v2.0/"`, "issuer", "the tenant's domain for its GUID"},
		{"template", `"https://contoso.b2clogin.com/{tenantid}/v2.0/"`, "issuer", "a template is no wildcard"},
		{"percent", quoted(strings.Replace(contosoIssuer, "v2", "v%32", 1)), "issuer", "the same URL spelled with a percent escape"},
		{"metadata_url", `"https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/v2.0/"`, "issuer", "the metadata URL's form"},
		{"tfp_form", `"https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi/v2.0/"`, "issuer", "the tfp form of a flow whose metadata has the GUID form"},
		{"tfp_form_of_partner", `"https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1a_partner/v2.0/"`, "issuer", "the tfp form of another trusted flow"},
		{"tfp_form_upper", quoted(strings.Replace(legacyIssuer, "b2c_1_legacy", "B2C_1_legacy", 1)), "issuer", "a tfp issuer with the flow in other case: the metadata's spelling counts"},
		{"entra_v1", `"https://sts.windows.net/775527ff-9a37-4307-8b3d-cc311f58d925/"`, "issuer", "Entra ID v1 of the same tenant"},
		{"entra_v2", `"https://login.microsoftonline.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0"`, "issuer", "Entra ID v2 of the same tenant"},
		{"external_id", `"https://775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0"`, "issuer", "External ID with the same GUID"},
		{"long", `"https://contoso.b2clogin.com/` + strings.Repeat("x", 3000) + `"`, "issuer", "an issuer of 3 kB"},
	} {
		c.claims("iss_"+row[0], row[2], row[3], set("iss", row[1]))
	}
	c.claims("iss_missing", "claim", "no iss", drop("iss"))
	legacy := []mod{set("iss", quoted(legacyIssuer)), set("tfp", `"B2C_1_legacy"`)}
	c.claimsWith("iss_tfp", "accept", "a flow with an issuer of its own (AuthorityWithTfp)",
		[]vectorOption{func(v *vector) { v.flow = "B2C_1_legacy" }}, legacy...)
	c.claims("iss_tfp_other_flow", "flow", "the issuer of one trusted flow, the tfp of another", set("iss", quoted(legacyIssuer)))
	c.claims("iss_shared_other_flow", "issuer", "the shared issuer, the tfp of a flow with its own issuer", set("tfp", `"B2C_1_legacy"`))
}

func (c *corpus) addAudiences() {
	for _, row := range [][4]string{
		{"null", "null", "claim", "aud is null"},
		{"number", "1", "claim", "aud is a number"},
		{"true", "true", "claim", "aud is true"},
		{"object", `{"0":"` + corpusAudience + `"}`, "claim", "aud is an object"},
		{"empty", `""`, "claim", "aud is empty"},
		{"empty_array", `[]`, "claim", "aud is an empty array"},
		{"array_of_empty", `[""]`, "claim", "aud is an array of an empty string"},
		{"array_with_empty", `["` + corpusAudience + `",""]`, "claim", "aud holds an empty string beside ours"},
		{"array_with_number", `["` + corpusAudience + `",1]`, "claim", "aud holds a number beside ours: all members are strings"},
		{"array_with_null", `[null,"` + corpusAudience + `"]`, "claim", "aud holds null beside ours"},
		{"nested", `[["` + corpusAudience + `"]]`, "claim", "aud is a nested array (CVE-2020-26160)"},
		{"array", `["` + corpusAudience + `"]`, "accept", "aud is an array of ours"},
		{"array_with_other", `["other","` + corpusAudience + `"]`, "accept", "aud is an array with ours in it (RFC 7519 section 4.1.3)"},
		{"array_of_others", `["other","another"]`, "audience", "aud is an array without ours"},
		{"other", `"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"`, "audience", "another API's token"},
		{"client", `"bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"`, "audience", "aud is the client"},
		{"app_id_uri", `"https://contoso.onmicrosoft.com/tasks"`, "audience", "aud is the App ID URI"},
		{"api_uri", `"api://` + corpusAudience + `"`, "audience", "aud is Entra's api:// URI"},
		{"upper", quoted(strings.ToUpper(corpusAudience)), "audience", "aud in upper case"},
		{"prefix", quoted(corpusAudience[:35]), "audience", "aud cut short"},
		{"suffix", quoted(corpusAudience + "0"), "audience", "aud is ours and more"},
		{"space", quoted(corpusAudience + " "), "audience", "aud is ours and a space"},
		{"nul", quoted(corpusAudience + `\u0000`), "audience", "aud is ours and a NUL"},
		{"list", quoted("other " + corpusAudience), "audience", "aud is a list in one string"},
		{"comma", quoted(corpusAudience + ",other"), "audience", "aud is a list with a comma"},
		{"star", `"*"`, "audience", "aud is a star"},
		{"braces", quoted("{" + corpusAudience + "}"), "audience", "aud is ours in braces"},
	} {
		c.claims("aud_"+row[0], row[2], row[3], set("aud", row[1]))
	}
	c.claims("aud_missing", "claim", "no aud", drop("aud"))
}

func (c *corpus) addScopes() {
	for _, row := range [][4]string{
		{"empty", `""`, "not_access_token", "scp is empty"},
		{"space", `" "`, "not_access_token", "scp is a space"},
		{"spaces", `"   "`, "not_access_token", "scp is spaces"},
		{"one", `"tasks.read"`, "accept", "one scope"},
		{"two_spaces", `" tasks.read  tasks.write "`, "accept", "more spaces than needed"},
		{"null", "null", "claim", "scp is null"},
		{"number", "1", "claim", "scp is a number"},
		{"true", "true", "claim", "scp is true"},
		{"array", `["tasks.read"]`, "claim", "scp is an array (RFC 9068 has a string)"},
		{"object", `{}`, "claim", "scp is an object"},
	} {
		c.claims("scp_"+row[0], row[2], row[3], set("scp", row[1]))
	}
	c.claims("scp_missing", "not_access_token", "no scp: an ID token of a single-app registration", drop("scp", "azp"), add("at_hash", `"Q1w2e3R4t5Y6u7I8o9P0aA"`))
	c.claims("scp_missing_azp", "not_access_token", "no scp, although there is azp", drop("scp"))
	c.claims("scp_missing_roles", "not_access_token", "roles for scp: in B2C they are user claims", drop("scp"), add("roles", `["tasks.read"]`))
	c.claims("scp_named_scope", "not_access_token", "scope for scp", drop("scp"), add("scope", `"tasks.read"`))
	c.claims("scp_id_token", "audience", "an ID token for the client", drop("scp", "azp"), set("aud", `"bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"`))
}
