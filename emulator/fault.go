// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"slices"
	"strings"
	"time"
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

// SetFaults makes the tenant misbehave from the next request on. It replaces
// all faults there were; without any, the tenant behaves. Where several concern
// a request, they come over it in their order, as long as there is an answer to
// spoil: a slow answer may then be cut, but two errors come over two requests.
// An error names every field that is wrong, on a line each, and changes nothing; [FaultStuck] is one
// unless the tenant is on a [Server] that isn't closed.
//
// A request for an unknown host, tenant or flow gets its 404 whatever the faults
// are. For other ways to misbehave there is [Tenant.Intercept], behind which
// faults happen.
func (t *Tenant) SetFaults(faults ...Fault) error {
	left := make([]Fault, 0, len(faults))
	var wrong mistakes
	for i, f := range faults {
		t.checkFault(&wrong, fmt.Sprintf("faults[%d]", i), f)
		if f.Status == 0 && f.Kind == FaultServerError {
			f.Status = 500
		}
		if f.Delay == 0 && f.Kind == FaultSlow {
			f.Delay = 5 * time.Second
		}
		if f.Times == 0 && f.Kind == FaultStuck {
			f.Times = 1
		}
		left = append(left, f)
	}
	if err := wrong.errors("emulator: "); err != nil {
		return err
	}
	t.memory.mu.Lock()
	defer t.memory.mu.Unlock()
	t.memory.faults = left
	return nil
}

// MustSetFaults is [Tenant.SetFaults], but panics instead of returning an error.
func (t *Tenant) MustSetFaults(faults ...Fault) {
	if err := t.SetFaults(faults...); err != nil {
		panic(err)
	}
}

// Faults returns the faults that are set, with every default filled in. Those
// that have come over all their requests are gone, and Times is what is left of
// the others.
func (t *Tenant) Faults() []Fault {
	t.memory.mu.Lock()
	defer t.memory.mu.Unlock()
	return slices.Clone(t.memory.faults)
}

// checkFault adds what is wrong with a fault. What can't go with its kind is only
// known once the kind is.
func (t *Tenant) checkFault(wrong *mistakes, field string, f Fault) {
	known := slices.Contains(FaultKinds(), f.Kind)
	switch {
	case !known:
		wrong.add(field+".Kind:", "%q is no kind of fault; %s", f.Kind, thereAre(FaultKinds()))
	case f.Kind == FaultStuck && !t.listens.Load():
		wrong.add(field+".Kind:", "%s needs connections, and tenant %s is on no Server", f.Kind, t.opts.Name)
	}
	switch {
	case f.Endpoint != "" && !slices.Contains(Endpoints(), f.Endpoint):
		wrong.add(field+".Endpoint:", "%q is no endpoint; %s", f.Endpoint, thereAre(Endpoints()))
	case known && f.Endpoint != "" && !f.Kind.concerns(f.Endpoint):
		wrong.add(field+".Endpoint:", "%s doesn't concern the endpoint %q", f.Kind, f.Endpoint)
	}
	if f.Flow != "" && t.flow(f.Flow) == nil {
		wrong.add(field+".Flow:", "tenant %s has no flow %q; %s", t.opts.Name, f.Flow, t.thereAreFlows())
	}
	if f.Times < 0 {
		wrong.add(field+".Times:", "%d is negative", f.Times)
	}
	if f.RetryAfter < 0 || known && f.RetryAfter > 0 && f.Kind != FaultThrottled && f.Kind != FaultServerError {
		wrong.add(field+".RetryAfter:", "%s can't go with %s", f.RetryAfter, f.Kind)
	}
	if f.Delay < 0 || known && f.Delay > 0 && f.Kind != FaultSlow {
		wrong.add(field+".Delay:", "%s can't go with %s", f.Delay, f.Kind)
	}
	if known && f.Status != 0 && (f.Kind != FaultServerError || f.Status < 500 || f.Status > 599) {
		wrong.add(field+".Status:", "%d can't go with %s", f.Status, f.Kind)
	}
}

// faultsFor returns the faults that come over a request, and counts it.
func (t *Tenant) faultsFor(to Endpoint, p place, on *connection) []Fault {
	t.memory.mu.Lock()
	defer t.memory.mu.Unlock()
	if on.isStuck() { // since this request arrived; a connection counts once
		return []Fault{{Kind: FaultStuck}}
	}
	var hit []Fault
	answered := false
	left := t.memory.faults[:0:0]
	for _, f := range t.memory.faults {
		matches := f.Kind.concerns(to) && (f.Endpoint == "" || f.Endpoint == to) &&
			(f.Flow == "" || strings.EqualFold(f.Flow, p.flow.Name)) &&
			(f.Kind != FaultStuck || on != nil)
		if matches && !answered {
			if f.Kind == FaultStuck {
				on.stuck.Store(true)
			}
			hit = append(hit, f)
			answered = f.Kind.answers()
			if f.Times == 1 {
				continue
			}
			if f.Times > 0 {
				f.Times--
			}
		}
		left = append(left, f)
	}
	t.memory.faults = left
	return hit
}
