// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/hint"
	"github.com/b2ckit/b2ckit/emulator/internal/socket"
)

// faults are those that a tenant has left to come over its requests.
type faults struct {
	model   *model
	clock   *clock
	listens atomic.Bool // the tenant is on a server

	mu   sync.Mutex
	left []Fault
}

// set replaces all faults.
func (f *faults) set(all []Fault) error {
	left := make([]Fault, 0, len(all))
	var wrong mistakes
	for i, fault := range all {
		f.check(&wrong, fmt.Sprintf("faults[%d]", i), fault)
		fault.fillDefaults()
		left = append(left, fault)
	}
	if err := errorsOf[Fault](wrong, "emulator: "); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left = left
	return nil
}

// all returns those that are left.
func (f *faults) all() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.left)
}

// check adds what is wrong with a fault. What can't go with its kind is only
// known once the kind is.
func (f *faults) check(wrong *mistakes, field string, fault Fault) {
	known := slices.Contains(FaultKinds(), fault.Kind)
	switch {
	case !known:
		wrong.add(field+".Kind:", "%q is no kind of fault; %s", fault.Kind, hint.ThereAre(FaultKinds()))
	case fault.Kind == FaultStuck && !f.listens.Load():
		wrong.add(field+".Kind:", "%s needs connections, and tenant %s is on no Server", fault.Kind, f.model.name)
	}
	switch {
	case fault.Endpoint != "" && !slices.Contains(Endpoints(), fault.Endpoint):
		wrong.add(field+".Endpoint:", "%q is no endpoint; %s", fault.Endpoint, hint.ThereAre(Endpoints()))
	case known && fault.Endpoint != "" && !fault.Kind.concerns(fault.Endpoint):
		wrong.add(field+".Endpoint:", "%s doesn't concern the endpoint %q", fault.Kind, fault.Endpoint)
	}
	if fault.Flow != "" && f.model.flow(fault.Flow) == nil {
		wrong.add(field+".Flow:", "tenant %s has no flow %q; %s", f.model.name, fault.Flow, hint.ThereAre(f.model.flowNames()))
	}
	if fault.Times < 0 {
		wrong.add(field+".Times:", "%d is negative", fault.Times)
	}
	if fault.RetryAfter < 0 || known && fault.RetryAfter > 0 && fault.Kind != FaultThrottled && fault.Kind != FaultServerError {
		wrong.add(field+".RetryAfter:", "%s can't go with %s", fault.RetryAfter, fault.Kind)
	}
	if fault.Delay < 0 || known && fault.Delay > 0 && fault.Kind != FaultSlow {
		wrong.add(field+".Delay:", "%s can't go with %s", fault.Delay, fault.Kind)
	}
	if known && fault.Status != 0 && (fault.Kind != FaultServerError || fault.Status < 500 || fault.Status > 599) {
		wrong.add(field+".Status:", "%d can't go with %s", fault.Status, fault.Kind)
	}
}

// take returns the faults that come over a request, and counts it.
func (f *faults) take(to route, on *socket.Connection) []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if on.IsStuck() { // since this request arrived; a connection counts once
		return []Fault{{Kind: FaultStuck}}
	}
	var hit []Fault
	answered := false
	left := f.left[:0:0]
	for _, fault := range f.left {
		if !answered && fault.matches(to, on) {
			if fault.Kind == FaultStuck {
				on.Stick()
			}
			hit = append(hit, fault)
			answered = fault.Kind.answers()
			if fault.Times == 1 {
				continue
			}
			if fault.Times > 0 {
				fault.Times--
			}
		}
		left = append(left, fault)
	}
	f.left = left
	return hit
}

// misbehave lets faults come over a request. It returns the writer for the rest
// of the answer and what to do at its end, which may panic; a nil writer means
// that there is nothing left to answer.
func (f *faults) misbehave(w http.ResponseWriter, c *call) (rest http.ResponseWriter, end func()) {
	end = func() {}
	rec := recordOf(w)
	for _, fault := range f.take(c.route, socket.Of(c.Request)) {
		rec.request.Faults = append(rec.request.Faults, fault.Kind)
		switch fault.Kind {
		case FaultSlow:
			if !socket.Wait(c.Request, fault.Delay) {
				panic(http.ErrAbortHandler)
			}
		case FaultHalfBody:
			half := &answer.Half{ResponseWriter: w}
			w, end = half, half.Cut
		case FaultWrongIssuer, FaultEmptyKeys, FaultOddKeys:
			c.faults = append(c.faults, fault.Kind)
		default:
			f.answer(w, c, fault)
			return nil, end
		}
	}
	return w, end
}

// answer is that of a fault which leaves nothing for others to spoil.
func (f *faults) answer(w http.ResponseWriter, c *call, fault Fault) {
	switch fault.Kind {
	case FaultDown:
		panic(http.ErrAbortHandler)
	case FaultServerError:
		answer.RetryAfter(w, fault.RetryAfter)
		answer.Page(w, fault.Status, "The service can't answer this request now.")
	case FaultThrottled:
		answer.RetryAfter(w, fault.RetryAfter)
		if c.endpoint == TokenEndpoint {
			refuse(w, f.model.telling, aadb2c.Throttled, f.clock.now())
		} else {
			answer.Page(w, http.StatusTooManyRequests, "Too many requests. Try again later.")
		}
	case FaultHang, FaultStuck:
		socket.Hang(c.Request)
	default: // FaultHTML
		answer.Page(w, http.StatusOK, "Sign in to this network to go on.")
	}
}
