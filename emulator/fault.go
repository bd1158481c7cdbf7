// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/socket"
)

// Fault is a way for a tenant to misbehave.
//
// The tags of its fields are their names in the control API.
type Fault struct {
	// Kind is what goes wrong; it is required.
	Kind FaultKind `json:"kind"`

	// Endpoint is where. If empty, at every endpoint that the kind concerns; see
	// there.
	Endpoint Endpoint `json:"endpoint,omitempty"`

	// Flow is the flow it concerns, in any case. If empty, all.
	Flow string `json:"flow,omitempty"`

	// Times is how many requests it comes over. If zero, all until the faults are
	// changed. With [FaultStuck] it is how many connections, and if zero, one.
	Times int `json:"times,omitempty"`

	// RetryAfter is sent with [FaultThrottled] and [FaultServerError] as
	// Retry-After, in seconds, rounded up. If zero, there is no such header:
	// whether B2C sends one is not known.
	RetryAfter time.Duration `json:"retryAfter,omitempty"`

	// Delay is how late the answer is with [FaultSlow]. If zero, 5 seconds.
	Delay time.Duration `json:"delay,omitempty"`

	// Status is the HTTP status of a [FaultServerError], 500 to 599. If zero,
	// 500.
	Status int `json:"status,omitempty"`
}

// FaultKind is what goes wrong.
type FaultKind string

const (
	// FaultDown cuts the connection before an answer, over HTTP/2 with all
	// requests under way on it.
	FaultDown FaultKind = "down"
	// FaultServerError is HTTP 500, or Fault.Status, with an HTML page.
	FaultServerError FaultKind = "server-error"
	// FaultThrottled is HTTP 429, with Fault.RetryAfter; at the token endpoint
	// with AADB2C90229. The body that B2C sends is not known.
	FaultThrottled FaultKind = "throttled"
	// FaultSlow is a good answer, but late by Fault.Delay.
	FaultSlow FaultKind = "slow"
	// FaultHang is no answer until the client goes away.
	FaultHang FaultKind = "hang"
	// FaultStuck sticks the connection that a request comes over: neither that
	// request nor any later one on the same connection is answered until the
	// client goes away, whatever it asks for, and also when the faults have been
	// changed meanwhile. The connection itself lives on, and answers HTTP/2 pings.
	// Other connections are good once Fault.Times is used up, so a client that
	// dials anew has its answer. Only a tenant of a [Server] has connections;
	// requests over [Tenant.Transport] are not concerned.
	FaultStuck FaultKind = "stuck"
	// FaultHalfBody cuts the connection, as [FaultDown] does, in the middle of the
	// body. An answer without a body is cut before it begins.
	FaultHalfBody FaultKind = "half-body"
	// FaultHTML is HTTP 200 with an HTML page in place of the answer, as of a
	// captive portal.
	FaultHTML FaultKind = "html"
	// FaultWrongIssuer puts another tenant's issuer into the metadata, the only
	// endpoint it concerns.
	FaultWrongIssuer FaultKind = "wrong-issuer"
	// FaultEmptyKeys is a key set without keys. It concerns key sets alone.
	FaultEmptyKeys FaultKind = "empty-keys"
	// FaultOddKeys puts keys that nobody should use around the good ones in a key
	// set: other types and uses, too short, broken. It concerns key sets alone.
	FaultOddKeys FaultKind = "odd-keys"
)

// FaultKinds returns all kinds of faults.
func FaultKinds() []FaultKind {
	return []FaultKind{
		FaultDown, FaultServerError, FaultThrottled, FaultSlow, FaultHang, FaultStuck, FaultHalfBody, FaultHTML,
		FaultWrongIssuer, FaultEmptyKeys, FaultOddKeys,
	}
}

// concerns reports whether a kind of fault can come over an endpoint.
func (k FaultKind) concerns(e Endpoint) bool {
	switch k {
	case FaultWrongIssuer:
		return e == MetadataEndpoint
	case FaultEmptyKeys, FaultOddKeys:
		return e == KeysEndpoint
	default:
		return e != NoEndpoint
	}
}

// answers reports whether a kind of fault leaves nothing for others to spoil.
func (k FaultKind) answers() bool {
	switch k {
	case FaultDown, FaultServerError, FaultThrottled, FaultHang, FaultStuck, FaultHTML:
		return true
	default:
		return false
	}
}

// fillDefaults sets what is zero and has another default.
func (f *Fault) fillDefaults() {
	switch {
	case f.Kind == FaultServerError && f.Status == 0:
		f.Status = 500
	case f.Kind == FaultSlow && f.Delay == 0:
		f.Delay = 5 * time.Second
	case f.Kind == FaultStuck && f.Times == 0:
		f.Times = 1
	}
}

// matches reports whether a fault comes over a request.
func (f *Fault) matches(to route, on *socket.Connection) bool {
	return f.Kind.concerns(to.endpoint) && (f.Endpoint == "" || f.Endpoint == to.endpoint) &&
		(f.Flow == "" || strings.EqualFold(f.Flow, to.flow.Name)) &&
		(f.Kind != FaultStuck || on != nil)
}
