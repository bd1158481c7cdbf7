// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package health

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"time"
)

// Stated is what can tell how it is doing, under a name; [Of] makes one.
type Stated struct {
	name  string
	state func() any
	err   error
}

// Of gives what can tell its state a name, under which [Debug] shows it: a
// [validator.Validator], a [validator.IDTokens], an App of package acquire, a
// jwks.Cache.
func Of[S any](name string, part interface{ State() S }) Stated {
	switch {
	case name == "":
		return Stated{err: fmt.Errorf("the part %T has no name", part)}
	case isNil(part):
		return Stated{err: fmt.Errorf("part %q is nil", name)}
	}
	return Stated{name: name, state: func() any { return part.State() }}
}

// Debug returns a handler that shows the state of the parts as JSON, in the order in
// which they are given: for each authority its issuer, key ids and their age, the last
// success and the last error, when the next fetch is due and how many there have been,
// and how full the memory of verified tokens is. Members have the names of the fields
// of [validator.State] and its like, in snake_case; times are in UTC, durations in
// seconds, and null is what has not happened.
//
// It shows no token, no secret and no user, but it tells which authorities are
// trusted, and what keeps them from answering, which is nobody else's business: mount
// it where the outside can't reach it, on a listener of its own.
//
//	internal := http.NewServeMux()
//	internal.Handle("/debug/b2ckit", health.Debug(health.Of("api", v)))
//	go http.Serve(listener, internal) // 127.0.0.1, or a port that is not published
//
// It asks nobody and waits for nothing. GET and HEAD are answered, and else 405; no
// cache may keep the answer.
//
// Debug panics if a part is nil, or has no name or another one's.
func Debug(parts ...Stated) http.Handler {
	seen := map[string]bool{}
	for _, p := range parts {
		if p.err == nil && p.state == nil {
			p.err = fmt.Errorf("a part is not made by Of")
		}
		if p.err == nil && seen[p.name] {
			p.err = fmt.Errorf("two parts have the name %q", p.name)
		}
		if p.err != nil {
			panic("health: Debug: " + p.err.Error())
		}
		seen[p.name] = true
	}
	return readOnly(debug(parts))
}

type debug []Stated

func (d debug) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	states := make(object, 0, len(d))
	for _, p := range d {
		states = append(states, member{p.name, plain(reflect.ValueOf(p.state()))})
	}
	text, err := json.MarshalIndent(object{
		{"time", time.Now().UTC()},
		{"parts", states},
	}, "", "  ")
	if err != nil { // a NaN, which no State of the kit has
		http.Error(w, "the state can't be written as JSON", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(text, '\n')) // a client that is gone is no failure here
}
