// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// apiRoot is what the paths of the API begin with.
const apiRoot = "/emulator/v1/"

type (
	requestView struct {
		Number     int                  `json:"number"`
		At         time.Time            `json:"at"`
		Took       string               `json:"took"`
		Endpoint   emulator.Endpoint    `json:"endpoint,omitempty"`
		Flow       string               `json:"flow,omitempty"`
		Method     string               `json:"method"`
		Host       string               `json:"host"`
		Path       string               `json:"path"`
		Parameters url.Values           `json:"parameters,omitempty"`
		ClientID   string               `json:"clientId,omitempty"`
		Status     int                  `json:"status"`
		Error      string               `json:"error,omitempty"`
		Faults     []emulator.FaultKind `json:"faults,omitempty"`
	}

	issuedView struct {
		Number   int       `json:"number"`
		At       time.Time `json:"at"`
		Kind     string    `json:"kind"`
		Flow     string    `json:"flow"`
		ClientID string    `json:"clientId"`
		Token    string    `json:"token"`
	}

	faultList struct {
		Faults []faultView `json:"faults"`
	}

	keyList struct {
		Container string   `json:"container"`
		Keys      []string `json:"keys"`
	}

	// ofTenant goes into every body.
	ofTenant struct {
		Tenant string `json:"tenant"`
	}
)

func (o ofTenant) tenantName() string { return o.Tenant }

// answer is what a route does: the value is the JSON that is sent, and nil is no
// content.
type answer func(r *http.Request) (any, error)

// routeAPI adds the routes of the API.
func (d *dashboard) routeAPI(mux *http.ServeMux) {
	routes := map[string]map[string]answer{
		"tenants":  {http.MethodGet: d.getTenants},
		"requests": {http.MethodGet: d.getRequests},
		"tokens":   {http.MethodGet: d.getTokens},
		"mint":     {http.MethodPost: d.postMint},
		"rotate":   {http.MethodPost: d.postRotate},
		"retire":   {http.MethodPost: d.postRetire},
		"clock":    {http.MethodGet: d.getClock, http.MethodPost: d.postClock},
		"faults":   {http.MethodGet: d.getFaults, http.MethodPut: d.putFaults},
		"revoke":   {http.MethodPost: d.postRevoke},
		"users": {
			http.MethodGet: d.getUsers, http.MethodPost: d.postUsers, http.MethodPut: d.putUsers, http.MethodDelete: d.deleteUsers,
		},
	}
	for name, methods := range routes {
		mux.HandleFunc(apiRoot+name, func(w http.ResponseWriter, r *http.Request) { serveAPI(w, r, methods) })
	}
	mux.HandleFunc(apiRoot, func(w http.ResponseWriter, r *http.Request) {
		writeError(w, r, http.StatusNotFound, "there is no such route")
	})
}

func serveAPI(w http.ResponseWriter, r *http.Request, methods map[string]answer) {
	do := methods[r.Method]
	if do == nil {
		var allowed []string
		for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
			if methods[m] != nil {
				allowed = append(allowed, m)
			}
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		writeError(w, r, http.StatusMethodNotAllowed, r.Method+" doesn't go here")
		return
	}
	// A form or a text is what a page of another origin could send without being
	// asked for leave. JSON isn't.
	if r.Method == http.MethodPost || r.Method == http.MethodPut {
		if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != "application/json" {
			writeError(w, r, http.StatusUnsupportedMediaType, "the body must be called application/json")
			return
		}
	}
	v, err := do(r)
	switch _, tooLarge := errors.AsType[*http.MaxBytesError](err); {
	case tooLarge:
		writeError(w, r, http.StatusRequestEntityTooLarge, "the body is too large")
	case err != nil:
		writeError(w, r, http.StatusBadRequest, err.Error())
	case v == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		status := http.StatusOK
		if _, added := v.(created); added {
			status = http.StatusCreated
		}
		writeJSON(w, status, v)
	}
}

// created is the answer with a user that was added.
type created struct{ userView }

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	_ = e.Encode(v) // the client may be gone
}

// writeError answers in the way of the path: the API in JSON, the rest as text.
func writeError(w http.ResponseWriter, r *http.Request, status int, text string) {
	if strings.HasPrefix(r.URL.Path, apiRoot) {
		writeJSON(w, status, map[string]string{"error": text})
		return
	}
	http.Error(w, text, status)
}

// read reads the body of a request into a T, and finds the tenant it names.
func read[T interface{ tenantName() string }](d *dashboard, r *http.Request) (body T, t *emulator.Tenant, err error) {
	if r.URL.RawQuery != "" {
		return body, nil, wrong("query", "isn't looked at: put it into the body")
	}
	if err = strictJSON(r.Body, &body); err != nil {
		return body, nil, err
	}
	t, err = d.tenant(body.tenantName())
	return body, t, err
}

// query returns the parameters of a request without a body. Others than those
// that are known are refused.
func (d *dashboard) query(r *http.Request, known ...string) (url.Values, *emulator.Tenant, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, nil, wrong("query", "can't be read")
	}
	for name := range values {
		if name != "tenant" && !slices.Contains(known, name) {
			return nil, nil, wrong(name, "there is no such parameter")
		}
		if len(values[name]) > 1 {
			return nil, nil, wrong(name, "is there twice")
		}
	}
	t, err := d.tenant(values.Get("tenant"))
	return values, t, err
}

// after reads a request for what has a number above the parameter of that name;
// 0 if there is none.
func (d *dashboard) after(r *http.Request) (t *emulator.Tenant, number int, err error) {
	values, t, err := d.query(r, "after")
	if err != nil || !values.Has("after") {
		return t, 0, err
	}
	number, err = strconv.Atoi(values.Get("after"))
	if err != nil || number < 0 {
		return nil, 0, wrong("after", "%q is no number of a request or token", values.Get("after"))
	}
	return t, number, nil
}
