// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package validator decides whether an access token or ID token is good, and
// says why not.
//
//	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
//	v, err := validator.New(tenant.Flows("B2C_1_susi"), "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", nil)
//	defer v.Close()
//	token, err := v.Validate(ctx, raw)
//
// A token is good only if everything in it belongs to one trusted authority:
// its issuer equals that authority's issuer byte for byte, its key is in that
// authority's key set, its flow claim (tfp, else acr) names that authority's
// flow, and its audience is one of that authority's. B2C's user flows sign with one key shared by all B2C
// tenants of the world, so a good signature alone proves nothing: the tenant
// and the audience are required arguments and can't be switched off.
//
// External ID, Entra ID and other OpenID Connect providers are trusted beside B2C, or
// without it, each by its own rules: there are no flows; an app's own token has roles at
// Microsoft's; tid is the issuer's; a key that names an issuer signs for that one alone;
// and each authority has the algorithms that it was configured with.
//
// What a route asks beyond that (scopes, roles, one of several flows, a fresh
// sign-in, a look-up of the application's own) are [Requirement] values, see
// [Scope] and its neighbours.
//
// A token that was verified is remembered, by its hash, until it expires, its key or
// authority goes, or there is no room (Options.MemoryBytes). It gets the verdict that it
// would get otherwise, for little more than the hash. Each caller gets a copy of its own, and
// no requirement goes by what has been written to one.
//
// An app that signs users in checks the ID tokens it gets with [IDTokens], by
// the same rules. Each of the two refuses the other's tokens.
//
// Every refusal is an [*Error] with one [Reason] of a closed list.
package validator
