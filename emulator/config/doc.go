// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package config reads the description of emulated tenants from a JSON file,
// for programs whose users configure them: b2ckit emulate reads its --config
// with it. A test in Go is better off with emulator.Options.
//
// [Example] is the default tenant written out in full, and so the list of all
// settings. Everything but the list of tenants can be left out:
//
//	{"tenants": [{"name": "fabrikam"}]}
//
// is a tenant named fabrikam with the default flows, apps and users. A list that
// is left out or empty is the default tenant's list, as in emulator.Options;
// what is left out of an element of a list has the default of that field.
//
// The settings of a tenant:
//
//   - kind: "b2c", "external-id" or "entra-id".
//   - name, id, domain, hosts, attributes: as in emulator.Options.
//   - issuer: "guid" or "tfp", the pattern of all flows that have none; of an
//     External ID tenant at a custom domain "guid", "entra" or "host".
//   - keysWithoutActivation: true leaves "nbf" out of custom policies' keys.
//   - emailScope: true accepts the scope email.
//   - signInAs: a name, email address, user name or id of a user. Everyone who
//     comes to sign in is that user at once. Without it people sign in on pages.
//   - highScaleOf, usersOf, oldIdAttribute, passwordsOf: what a tenant has from one
//     that stands before it, as the fields of [Migration] say.
//   - flows, apps, users: the fields of emulator.Flow, emulator.App and
//     emulator.User, by the names in their tags; an app's secrets are a list. A
//     kind or another value that has words is one of those that its String method
//     returns, a time is such as "1h" or "15m", and a certificate or a public key
//     its PEM or the base64 of its DER.
//
// Names are case-sensitive; an unknown or repeated one is a mistake. All mistakes
// are told at once, each as an [Error] that says where it is.
package config
