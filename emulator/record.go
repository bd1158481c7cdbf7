// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"bufio"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
)

// record is the writer of an answer, and what is recorded of it.
type record struct {
	http.ResponseWriter
	request Request
}

func newRecord(w http.ResponseWriter, r *http.Request, to route, now time.Time) *record {
	rec := &record{ResponseWriter: w, request: Request{
		At: now, Endpoint: to.endpoint, Method: shortened(r.Method), Host: shortened(r.Host), Path: shortened(r.URL.Path),
	}}
	if to.flow != nil {
		rec.request.Flow = to.flow.Name
	}
	rec.parameters(r.URL.Query())
	return rec
}

// fails records the error of the answer.
func (r *record) fails(e *failure.Error) { r.request.Error = e.Code }

// WriteHeader records the status.
func (r *record) WriteHeader(status int) {
	if r.request.Status == 0 && status >= http.StatusOK {
		r.request.Status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write records that there was an answer.
func (r *record) Write(p []byte) (int, error) {
	if r.request.Status == 0 {
		r.request.Status = http.StatusOK
	}
	return r.ResponseWriter.Write(p)
}

// Flush is for interceptors that ask for an [http.Flusher].
func (r *record) Flush() {
	if r.request.Status == 0 {
		r.request.Status = http.StatusOK
	}
	_ = http.NewResponseController(r.ResponseWriter).Flush() // every writer here can
}

// Hijack is for interceptors that ask for an [http.Hijacker].
func (r *record) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(r.ResponseWriter).Hijack()
}

// Unwrap is for [http.ResponseController].
func (r *record) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// recordOf returns the record under the writers that an interceptor may have
// put over it; one that is thrown away if there is none.
func recordOf(w http.ResponseWriter) *record {
	for {
		switch v := w.(type) {
		case *record:
			return v
		case interface{ Unwrap() http.ResponseWriter }:
			w = v.Unwrap()
		default:
			return &record{}
		}
	}
}

// secrets are the parameters whose values nobody may read again.
var secrets = []string{
	"client_secret", "password", "code", "code_verifier", "refresh_token", "client_assertion", "assertion",
	"id_token_hint", "access_token", "id_token", "token", "tx", "device_code",
}

// isSecret reports whether nobody may read a parameter's values again. A plain
// challenge is the verifier (RFC 7636 §4.2). In another case a name is a
// mistake, and its value no less of a secret.
func isSecret(name string, among url.Values) bool {
	return slices.Contains(secrets, strings.ToLower(name)) || name == "code_challenge" && form.Get(among, "code_challenge_method") != "S256"
}

// parametersKept bounds how many values of a query or form are kept.
const parametersKept = 64

// parameters adds those of a query or a form.
func (r *record) parameters(values url.Values) {
	if r.request.Parameters == nil {
		r.request.Parameters = url.Values{}
	}
	left := parametersKept
	for _, name := range slices.Sorted(maps.Keys(values)) {
		kept := make([]string, min(len(values[name]), left))
		for i := range kept {
			value := values[name][i]
			kept[i] = shortened(value)
			if isSecret(name, values) || strings.HasPrefix(value, "eyJ") {
				kept[i] = "…"
			}
		}
		r.request.Parameters[shortened(name)] = kept
		if left -= len(kept); left == 0 {
			break
		}
	}
	if id := form.Get(values, "client_id"); id != "" {
		r.request.ClientID = shortened(id)
	}
}

// form adds what a token request sent besides its query.
func (r *record) form(sent url.Values, in *http.Request) {
	r.parameters(sent)
	if id, _, ok := in.BasicAuth(); ok {
		r.request.ClientID = shortened(form.Decoded(id))
	}
}

// shortened bounds what one request can make a tenant remember.
func shortened(s string) string {
	const most = 512
	if len(s) > most {
		return s[:most] + "…"
	}
	return strings.Clone(s) // a part of a long query would hold all of it
}
