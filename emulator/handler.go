// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
	"github.com/b2ckit/b2ckit/emulator/internal/guid"
	"github.com/b2ckit/b2ckit/emulator/internal/host"
	"github.com/b2ckit/b2ckit/emulator/internal/socket"
)

// handler answers the requests of a tenant: it records and counts them, and hands
// them to an interceptor, to faults and to the endpoint they ask for.
type handler struct {
	model     *model
	clock     *clock
	log       *activity
	faults    *faults
	endpoints map[Endpoint]func(http.ResponseWriter, *call)

	counts    counts
	intercept atomic.Pointer[func(http.ResponseWriter, *http.Request, http.Handler)]
}

func (h *handler) setIntercept(f func(w http.ResponseWriter, r *http.Request, next http.Handler)) {
	if f == nil {
		h.intercept.Store(nil)
		return
	}
	h.intercept.Store(&f)
}

// intercepted reports whether there is an interceptor.
func (h *handler) intercepted() bool { return h.intercept.Load() != nil }

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	arrived, to := time.Now(), h.model.route(r)
	rec := newRecord(w, r, to, h.clock.now())
	defer func() { // however the answer ends
		rec.request.Took = time.Since(arrived)
		h.log.answer(&rec.request)
	}()
	if !preflight(to.endpoint, r) {
		h.counts.add(to.endpoint)
	}
	if socket.Of(r).IsStuck() {
		rec.request.Faults = []FaultKind{FaultStuck}
		socket.Hang(r)
	}
	if intercept := h.intercept.Load(); intercept != nil {
		(*intercept)(rec, r, http.HandlerFunc(h.serve))
		if rec.request.Status == 0 && r.Context().Err() != nil { // it hung: net/http would answer with nothing and 200
			panic(http.ErrAbortHandler)
		}
		return
	}
	h.serve(rec, r)
}

// serve answers a request, which an interceptor may have made another one.
func (h *handler) serve(w http.ResponseWriter, r *http.Request) {
	c := &call{Request: r, route: h.model.route(r)}
	w.Header().Set("X-Ms-Gateway-Requestid", guid.New())
	// Not at loopback: a browser would go on to ask https of every other server
	// at localhost.
	if c.site.scheme == "https" && !host.Loopback(host.Name(c.site.host)) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	if !h.pass(w, c) {
		return
	}
	if c.endpoint == TokenEndpoint { // ahead of the faults, so that the request is recorded whole
		if sent, small := form.Read(w, r); small {
			c.form = sent
			recordOf(w).form(sent, r)
		}
	}
	w, end := h.faults.misbehave(w, c)
	if w != nil {
		h.endpoints[c.endpoint](w, c)
	}
	end()
}

// pass answers what no endpoint needs to see.
func (h *handler) pass(w http.ResponseWriter, c *call) bool {
	known := h.model.methodsOf(c.endpoint)
	switch {
	case c.endpoint == NoEndpoint:
		h.lose(w, c.URL.Path)
	case openToOrigins(c.endpoint, w, c.Request) && preflight(c.endpoint, c.Request):
		w.WriteHeader(http.StatusNoContent)
	case !slices.Contains(known, c.Method):
		answer.NotAllowed(w, strings.Join(known, ", "))
	default:
		return true
	}
	return false
}

// lose answers where nothing is.
func (h *handler) lose(w http.ResponseWriter, path string) {
	if e := h.model.telling.lost(h.model.names, path); e != nil {
		refuse(w, h.model.telling, e, h.clock.now())
		return
	}
	answer.NotFound(w)
}
