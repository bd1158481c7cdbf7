// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package b2cotel tells OpenTelemetry how the kit is doing: metrics and traces of
// validated tokens, fetched keys, acquired tokens and refused requests.
//
//	t, err := b2cotel.New(nil)
//	defer t.Close()
//	v, err := validator.New(flows, audience, t.Validator(nil))
//	t.Watch(v)
//	g := guard.New(v, t.Guard(nil))
//	app, err := acquire.NewConfidential(flow, clientID, secret, t.App(nil))
//
// It knows OpenTelemetry's API and no SDK: where measurements and spans go is the
// program's business. Names follow the semantic conventions where these have one, and
// are the kit's own otherwise, beginning with b2ckit; docs/telemetry.md lists them all.
//
// # What is never told
//
// Labels hold what is chosen by the configuration (authorities) or a closed list
// (reasons, causes, grants), and never a user, a client, an address, a text of a token
// or an error's text. So their number is bounded, and they are nobody's personal data.
//
// # Cost
//
// What is recorded with is made once, so a token seen before is measured without an
// allocation. It has no span of its own unless Options.RememberedSpans says so: a span
// costs more than the look.
package b2cotel
