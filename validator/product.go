// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// graphAudiences are what tokens for Microsoft Graph are for: its name and its
// application id, which is the same in all tenants.
var graphAudiences = []string{"https://graph.microsoft.com", "https://graph.microsoft.com/", "00000003-0000-0000-c000-000000000000"}

// Product is whose token something looks like, by what it says of itself. The list is
// closed, and the words are stable.
type Product string

// The products.
const (
	ProductB2C        Product = "azure_ad_b2c"
	ProductExternalID Product = "external_id"
	ProductEntraV1    Product = "entra_v1"
	ProductEntraV2    Product = "entra_v2"
	ProductGraph      Product = "microsoft_graph"
)

// productOf goes by the issuer, and by the audience alone for Graph; "" if that tells
// nothing.
func productOf(issuer string, audience []string) Product {
	switch {
	case slices.ContainsFunc(audience, func(s string) bool { return slices.Contains(graphAudiences, s) }):
		return ProductGraph
	case strings.HasPrefix(issuer, "https://sts.windows.net/"):
		return ProductEntraV1
	case isEntraV2(issuer):
		return ProductEntraV2
	case isExternalID(issuer):
		return ProductExternalID
	case strings.HasPrefix(issuer, "http") && strings.HasSuffix(issuer, "/v2.0/"):
		return ProductB2C
	}
	return ""
}

// nameOf is what a product is called in texts.
func nameOf(product authority.Kind) string {
	switch product {
	case authority.EntraExternalID:
		return "External ID"
	case authority.EntraID:
		return "Entra ID"
	case authority.OpenIDConnect:
		return "the provider"
	default:
		return "B2C"
	}
}

// foreignProduct names the product that issues such tokens, if it is not B2C, and says
// what to do about them.
func foreignProduct(issuer string, audience []string) (h Hint, text string) {
	p := productOf(issuer, audience)
	switch h = Hint(p); p {
	case ProductGraph:
		return h, "this is a token for Microsoft Graph, which nobody else can verify; the client must ask for this API's scopes"
	case ProductEntraV1, ProductEntraV2:
		return h, "this is a token of Entra ID, not of B2C; the client must ask the flow's own token endpoint"
	case ProductExternalID:
		return h, "this is a token of an External ID tenant; trust that tenant (authority.ExternalID), or have the client ask a trusted flow"
	case ProductB2C:
	}
	return "", ""
}

// isEntraV2 tells the issuers of Entra ID from B2C's on the same host, which end in a
// slash.
func isEntraV2(issuer string) bool {
	return strings.HasPrefix(issuer, "https://login.microsoftonline.com/") && strings.HasSuffix(issuer, "/v2.0")
}

// isExternalID tells the issuers of External ID: their host is the tenant's GUID.
func isExternalID(issuer string) bool {
	rest, ok := strings.CutPrefix(issuer, "https://")
	host, _, _ := strings.Cut(rest, "/")
	return ok && strings.HasSuffix(host, ".ciamlogin.com")
}

// HintOfFlow guesses from a flow's name whether it resets passwords ([HintResetFlow])
// or edits profiles ([HintEditFlow]), so that its tokens should open no API; "" if the
// name says nothing of the kind.
func HintOfFlow(name string) Hint {
	h, _ := purposeOf(name)
	return h
}

// purposeOf guesses from a flow's name what it is for, if that is not to sign in.
func purposeOf(flow string) (h Hint, text string) {
	name := authority.FoldFlow(flow)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(name, w) })
	}
	switch {
	case has("susi", "signin", "sign_in", "sign-in", "signup", "sign_up", "sign-up"): // whatever else it does
	case has("reset", "forgot", "sspr"):
		return HintResetFlow, "by its name it resets passwords: leave it untrusted, and have the client send users through a sign-in flow afterwards"
	case has("_edit", "-edit", "editing", "profile"):
		return HintEditFlow, "by its name it edits profiles: leave it untrusted, and have the client keep the tokens of its sign-in flow"
	}
	return "", ""
}

// hasHeaderNonce reports whether the header has the mark of Graph's tokens.
func (t *signedToken) hasHeaderNonce() bool {
	text, err := strictBase64.DecodeString(t.head)
	if err != nil {
		return false
	}
	found, err := strictjson.Members(string(text), "nonce")
	return err == nil && found[0] != ""
}
