// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"
)

const defaultRealm = "api"

// ServeHTTP writes the answer: status, headers as [Refusal.SetHeader] sets
// them, and a problem document (RFC 9457), which for HEAD is left out. Equal
// refusals give equal bytes. Where an adapter has set these headers already, before it
// called a handler of the application, they stay as they are now.
func (r *Refusal) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := r.MarshalJSON()
	if err != nil { // can't be: strings and a number
		body = []byte("{}")
	}
	body = append(body, '\n')
	h := w.Header()
	if !r.isSetIn(h) {
		r.SetHeader(h)
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(r.status())
	if req.Method != http.MethodHead {
		// A client that is gone is no failure here.
		_, _ = w.Write(body)
	}
}

// SetHeader sets the headers that belong to the answer whatever its body:
// WWW-Authenticate, Retry-After and Cache-Control.
func (r *Refusal) SetHeader(h http.Header) {
	h.Set("Cache-Control", "no-store")
	if c := r.challenge(); c != "" {
		h.Set("WWW-Authenticate", c)
	}
	if r.status() == http.StatusServiceUnavailable {
		h.Set("Retry-After", strconv.FormatInt(retrySeconds(r.RetryAfter), 10))
	}
}

// isSetIn reports whether the headers were handed over in this very map.
func (r *Refusal) isSetIn(h http.Header) bool {
	return r.headers != nil && reflect.ValueOf(r.headers).Pointer() == reflect.ValueOf(h).Pointer()
}

// MarshalJSON returns the problem document. Its type is about:blank, so its
// title is the status text (RFC 9457 section 4.2.1); the error member is the
// code of the challenge.
func (r *Refusal) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail,omitempty"`
		Error  string `json:"error,omitempty"`
	}{"about:blank", http.StatusText(r.status()), r.status(), r.Description, r.Code})
}

// challenge returns the value of WWW-Authenticate (RFC 6750 section 3). A
// request that came without credentials is told no error code, and a 5xx
// is no challenge: another token would not help. Where the metadata is belongs to the
// resource as its realm does, so every challenge says it: a resource may do so
// at any point (RFC 9728 section 5.2).
func (r *Refusal) challenge() string {
	status := r.status()
	if status >= 500 || (status != http.StatusUnauthorized && r.Code == "") {
		return ""
	}
	realm := r.realm
	if realm == "" {
		realm = defaultRealm
	}
	var b strings.Builder
	b.WriteString(`Bearer realm="` + realm + `"`)
	attribute := func(name, value string) {
		// What would need escaping, which only an application's own Refusal can
		// hold, is left out: clients are known to trip over escapes.
		if value != "" && quotable(value) {
			b.WriteString(", " + name + `="` + value + `"`)
		}
	}
	if r.Code != "" {
		attribute("error", r.Code)
		attribute("error_description", r.Description)
	}
	attribute("scope", r.scope())
	attribute("resource_metadata", r.metadataURL)
	if r.MaxAge >= time.Second {
		// Rounded down: a sign-in of exactly the age that is asked for passes.
		attribute("max_age", strconv.FormatInt(int64(r.MaxAge/time.Second), 10))
	}
	if claims := r.claimsAttribute(); claims != "" {
		attribute("authorization_uri", r.signInAt)
		attribute("claims", claims)
	}
	return b.String()
}

// scope returns what the challenge names: without a resource the scopes that lack,
// by the only names that are known (RFC 6750 section 3).
func (r *Refusal) scope() string {
	if r.metadataURL == "" && r.status() == http.StatusForbidden {
		return strings.Join(r.Scopes, " ")
	}
	return r.ask
}

// retrySeconds returns whole seconds, at least one and never less than asked
// for (RFC 9110 section 10.2.3).
func retrySeconds(d time.Duration) int64 {
	s := int64(d / time.Second)
	if d%time.Second > 0 {
		s++
	}
	return max(s, 1)
}
