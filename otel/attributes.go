// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel

import "go.opentelemetry.io/otel/attribute"

// The kit's own attributes. What has a name in the semantic conventions (error.type,
// http.…, server.…) goes by that.
const (
	authorityKey = attribute.Key("b2ckit.authority") // the authority's ID, which is its metadata URL
	productKey   = attribute.Key("b2ckit.product")   // b2c, external_id, entra_id, openid

	tokenKindKey  = attribute.Key("b2ckit.token.kind")            // access, id
	outcomeKey    = attribute.Key("b2ckit.validation.outcome")    // accepted, refused, unavailable
	rememberedKey = attribute.Key("b2ckit.validation.remembered") // whether the token was seen before

	documentKey = attribute.Key("b2ckit.fetch.document") // metadata, keys
	causeKey    = attribute.Key("b2ckit.fetch.cause")    // jwks.Cause
	viaKey      = attribute.Key("b2ckit.fetch.via")      // jwks.Via
	changeKey   = attribute.Key("b2ckit.keys.change")    // added, removed

	resultKey = attribute.Key("b2ckit.memory.result") // hit, miss

	grantKey   = attribute.Key("b2ckit.acquisition.grant")   // acquire.Grant
	sourceKey  = attribute.Key("b2ckit.acquisition.source")  // acquire.Source
	renewalKey = attribute.Key("b2ckit.acquisition.renewal") // whether it was to replace one that is kept

	acceptanceKey = attribute.Key("b2ckit.guard.acceptance") // token, nested (an outer rule has let it pass), anonymous
	hintKey       = attribute.Key("b2ckit.guard.hint")       // validator.Hint, where a refusal has one
)

// other is what error.type is where there is no name for it (semantic conventions).
const other = "_OTHER"
