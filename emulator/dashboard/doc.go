// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package dashboard shows emulated tenants in a browser and lets other programs
// drive them: pages and a small JSON API, behind one [http.Handler].
//
//	tenant := emulator.NewTenant(nil)
//	b2c, err := emulator.Start(&emulator.ServerOptions{Fallback: dashboard.New(tenant)}, tenant)
//
// The pages are then at the root of the server's own address. They show what a
// tenant is made of, the requests it has answered, and the tokens it has handed
// out, decoded claim by claim; they mint tokens, rotate keys, move the clock,
// switch faults and change people. They work without scripts.
//
// # Who may use it
//
// Whoever reaches the dashboard gets a token for anyone. It answers connections
// from loopback for loopback hosts alone, whatever the server listens on, and
// refuses what a page of another origin sends. It can't tell people on one
// machine apart, and a proxy on the machine opens it to the proxy's clients.
// Pages of the tenants at loopback hosts are of the same origin.
//
// # Control API
//
// All routes begin with /emulator/v1. Bodies are JSON, sent as application/json,
// of 64 KiB and 32 levels at most. Members that are unknown, for their case too,
// or there twice are refused. Durations are Go's, such as "1h30m", and times RFC
// 3339.
//
//	GET    /tenants                 everything about the tenants: flows, apps, users, keys, clock, faults, counts
//	GET    /requests?after=N        requests answered, the oldest first; those with a number above N
//	GET    /tokens?after=N          tokens handed out, likewise
//	POST   /mint                    {kind, flow, host, user, clientId, audience, scopes, flowClaim, issuedAt, authTime, lifetime, claims, header, omit}
//	POST   /rotate                  {container, overlap}
//	POST   /retire                  {container}
//	GET    /clock
//	POST   /clock                   {advance}
//	GET    /faults
//	PUT    /faults                  {faults: [{kind, endpoint, flow, times, retryAfter, delay, status}]}
//	POST   /revoke                  {user}
//	GET    /users
//	POST   /users                   {name, id, givenName, familyName, emails, identityProvider, username, password, claims}
//	PUT    /users                   the same; id says whom
//	DELETE /users?user=U
//
// Every body may have a "tenant" and every other request a parameter of that
// name: a tenant's name, domain or GUID, in any case. It may be left out where
// there is one tenant.
//
// What stands for a member that is left out:
//
//   - mint: as in [emulator.Spec], but for the host, which is the one that was
//     asked: as everywhere in B2C, issuers and URLs follow it. The kind is
//     "user", "app" or "id"; the flowClaim "tfp", "acr" or "none"; the user an
//     object id, an email address or a user name. Empty scopes mean no "scp". A
//     claim that is null is null in the token; omit lists claims to leave out.
//     The answer is {"token": "…"}.
//   - rotate and retire: the container is a container's name or a flow's; without
//     one, the container of the user flows. Without overlap old keys vanish at
//     once. The answer is {"container": …, "keys": […]}, the key ids, of which
//     the last one signs.
//   - clock: the answer is {"now": …, "offset": …}, the tenant's time and how far
//     it is ahead of the machine's.
//   - faults: as in [emulator.Fault]. PUT replaces all faults, an empty list
//     clears them. GET and PUT answer {"faults": […]} with what is set.
//   - revoke: everyone, if there is no user. It answers 204, as DELETE does.
//   - users: as in [emulator.User]. A password is never in an answer; PUT without
//     one keeps the old one, and all else is replaced. POST answers 201 and PUT
//     200, with the user.
//
// An error is {"error": "…"} with a text that begins with the field that is
// wrong, and has a line for each if there are several: 400, and 403 for who may not ask, 404 for a route that isn't there,
// 405 for a method, 413 for a body that is too large and 415 for one that isn't
// called application/json.
package dashboard
