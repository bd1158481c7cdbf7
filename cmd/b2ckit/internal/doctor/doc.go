// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package doctor holds a configuration against the world: are the flows there, do
// they have the issuer and keys that the validator wants, is the clock right, does
// the client secret work, is a redirect URI registered, does Redis do what the kit
// asks of it. What it finds is a report for a ticket.
//
// It has no opinion of its own: package authority says which issuer is right,
// package jwks which keys are used, package validator which token is good, package
// acquire what an error of B2C means. The doctor notes what went over the wire
// meanwhile, and adds what to do.
package doctor
