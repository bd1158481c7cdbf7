// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// ServeHTTP answers as B2C does on any of the tenant's hosts, and on any
// loopback host: metadata, key set and the authorize, token and logout endpoints
// of every flow, and its pages if there are any, in every form of URL.
// Everything else is B2C's 404, an HTML page.
//
// The issuer and the URLs in an answer follow the Host of the request. Their
// scheme is https, except for plain http to a loopback host.
func (t *Tenant) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	to, p := t.locate(r)
	rec, end := t.record(w, r, to, p)
	defer end()
	if !preflight(to, r) {
		t.count(to)
	}
	if connectionOf(r).isStuck() {
		rec.request.Faults = []FaultKind{FaultStuck}
		hang(r)
	}
	if intercept := t.intercept.Load(); intercept != nil {
		(*intercept)(rec, r, http.HandlerFunc(t.serve))
		if rec.request.Status == 0 && r.Context().Err() != nil { // it hung: net/http would answer with nothing and 200
			panic(http.ErrAbortHandler)
		}
		return
	}
	t.serve(rec, r)
}

// Intercept puts a function in front of every answer, to make the tenant hang,
// fail or lie: it may write anything itself, change the request, or let next
// answer. It replaces the one before at once; nil removes it. Requests are
// counted before it runs.
//
// The context of its request ends when the client goes away, over sockets and
// in process alike, so to hang is to wait for that; there is no answer if nothing
// is written by then:
//
//	b2c.Intercept(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
//		<-r.Context().Done()
//	})
//
// To cut an answer short, write a part of it and panic with
// [http.ErrAbortHandler].
//
// It may hijack a connection of a [Server] (see [http.Hijacker]), which HTTP/2
// doesn't allow: while there is such a function, new connections speak HTTP/1.1.
// Those that are open already go on as they are, so set it before the first
// request, or start the server with [ServerOptions.HTTP1].
func (t *Tenant) Intercept(f func(w http.ResponseWriter, r *http.Request, next http.Handler)) {
	if f == nil {
		t.intercept.Store(nil)
		return
	}
	t.intercept.Store(&f)
}

// serve answers a request, which an interceptor may have made another one.
func (t *Tenant) serve(w http.ResponseWriter, r *http.Request) {
	to, p := t.locate(r)
	w.Header().Set("X-Ms-Gateway-Requestid", randomGUID())
	// Not at loopback: a browser would go on to ask https of every other server
	// at localhost.
	if p.site.scheme == "https" && !loopback(hostname(p.site.host)) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	if to == NoEndpoint {
		notFound(w)
		return
	}
	if openToOrigins(to, w, r) && preflight(to, r) {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if known := t.methodsOf(to); !slices.Contains(known, r.Method) {
		notAllowed(w, strings.Join(known, ", "))
		return
	}
	var form url.Values
	small := true
	if to == TokenEndpoint { // ahead of the faults, so that the request is remembered whole
		if form, small = readForm(w, r); small {
			recordOf(w).form(form, r)
		}
	}
	w, cut := t.misbehave(w, r, to, &p)
	if w == nil {
		cut()
		return
	}
	switch to {
	case MetadataEndpoint:
		t.serveMetadata(w, p)
	case KeysEndpoint:
		t.serveKeys(w, p)
	case AuthorizeEndpoint:
		t.serveAuthorize(w, r, p)
	case LogoutEndpoint:
		t.serveLogout(w, r, p)
	case PagesEndpoint:
		t.serveJourney(w, r, p)
	default:
		noStore(w)
		if small {
			t.serveToken(w, r, p, form)
		} else {
			page(w, http.StatusRequestEntityTooLarge, "The request is too large.")
		}
	}
	cut()
}

// Counts is the number of requests a tenant has received, by what they asked
// for. An intercepted request counts like any other.
type Counts struct {
	Metadata  int // OpenID Connect metadata of a flow
	Keys      int // key set of a flow
	Authorize int // authorize endpoint, whatever it answered
	Token     int // token endpoint, whatever it answered
	Logout    int // logout endpoint, whatever it answered
	Pages     int // pages between the authorize endpoint and its answer
	NotFound  int // unknown host, tenant, flow or path
}

// Counts returns the requests received since the start or the last
// [Tenant.ResetCounts]. A request counts from the moment it arrives, before it
// is answered.
func (t *Tenant) Counts() Counts {
	return Counts{
		Metadata:  int(t.counts.metadata.Load()),
		Keys:      int(t.counts.keys.Load()),
		Authorize: int(t.counts.authorize.Load()),
		Token:     int(t.counts.token.Load()),
		Logout:    int(t.counts.logout.Load()),
		Pages:     int(t.counts.pages.Load()),
		NotFound:  int(t.counts.notFound.Load()),
	}
}

// ResetCounts sets all counts to zero, one after the other: don't call it while
// requests are on their way if the sums matter.
func (t *Tenant) ResetCounts() {
	t.counts.metadata.Store(0)
	t.counts.keys.Store(0)
	t.counts.authorize.Store(0)
	t.counts.token.Store(0)
	t.counts.logout.Store(0)
	t.counts.pages.Store(0)
	t.counts.notFound.Store(0)
}

func (t *Tenant) count(to Endpoint) {
	switch to {
	case MetadataEndpoint:
		t.counts.metadata.Add(1)
	case KeysEndpoint:
		t.counts.keys.Add(1)
	case AuthorizeEndpoint:
		t.counts.authorize.Add(1)
	case TokenEndpoint:
		t.counts.token.Add(1)
	case LogoutEndpoint:
		t.counts.logout.Add(1)
	case PagesEndpoint:
		t.counts.pages.Add(1)
	default:
		t.counts.notFound.Add(1)
	}
}
