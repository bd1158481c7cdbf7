// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package settings reads what teams have written down already: the sections
// AzureAdB2C, of B2C, and AzureAd, of External ID or Entra ID, of appsettings.json, as
// .NET's Microsoft.Identity.Web reads them, and environment variables. It hands out
// validator, guard and application.
//
//	s, err := settings.Read(nil)
//	g, v, err := s.Guard(nil, nil)
//	defer v.Close()
//	api := b2chttp.New(g, nil)
//
// # Where from
//
// In this order, later ones on top of earlier ones, key by key:
//
//   - appsettings.json of the working directory, with comments, trailing commas
//     and a byte order mark, and keys in any case,
//   - appsettings.{Environment}.json, the environment being ASPNETCORE_ENVIRONMENT
//     or DOTNET_ENVIRONMENT, and Production if there is none,
//   - .NET's variables, AzureAdB2C__ClientId, in any case,
//   - plain variables of B2C, B2C_CLIENT_ID, see docs/settings.md,
//   - Options.Values, of a command line for instance.
//
// # What is trusted
//
// Of B2C the validator trusts SignUpSignInPolicyId and what TrustedPolicies adds, which
// is a key of this package. The flows of ResetPasswordPolicyId and
// EditProfilePolicyId are links of the application: a token that a forgotten
// password brings opens no API.
//
// A section without a policy is of External ID or Entra ID, by its host. An API that
// moves has both sections, and the tokens of each product have to be for the client
// id of its own. Both are read unless Options.Sections names fewer.
//
// # Mistakes
//
// All come at once, a line each, with the key, variable or flag that the operator
// wrote. Two keys that contradict each other are a mistake, and so is a key that is
// spelled nearly as one that counts. What is for others is in [Settings.Notes].
// A secret is in no error, note or text of the Settings.
package settings
