// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/keyring"
)

// settings is all that differs between one installation and another.
type settings struct {
	tenant authority.Tenant

	signInFlow, editFlow, resetFlow string // the last two may be empty

	clientID, secret string
	redirectURI      string // its path is callbackPath
	responseMode     acquire.ResponseMode

	audience, scope string // of the API

	ring      *keyring.Ring // seals cookies
	randomKey bool

	emulated                       bool
	emulatedUser, emulatedPassword string
}

const (
	callbackPath = "/callback"
	tasksScope   = "tasks.read" // as the API knows it
)

// origin is where browsers find the app.
func (s *settings) origin() string { return strings.TrimSuffix(s.redirectURI, callbackPath) }

// secure reports whether they do so by https.
func (s *settings) secure() bool { return strings.HasPrefix(s.redirectURI, "https:") }

// readSettings reads the environment. With no B2C_TENANT the tenant is left
// empty, for emulate to fill in. The error names each variable with a problem.
func readSettings(getenv func(string) string, origin string) (*settings, error) {
	s := &settings{redirectURI: origin + callbackPath, responseMode: acquire.Query}
	var problems []error
	problem := func(name, format string, args ...any) {
		problems = append(problems, fmt.Errorf("%s: "+format, append([]any{name}, args...)...))
	}
	var err error
	if s.ring, s.randomKey, err = readRing(getenv("SESSION_KEY")); err != nil {
		problem("SESSION_KEY", "%w", err)
	}
	from := "-address"
	if uri := getenv("B2C_REDIRECT_URI"); uri != "" {
		s.redirectURI, from = uri, "B2C_REDIRECT_URI"
	}
	if !validRedirectURI(s.redirectURI) {
		problem(from, "users can't come back to %q: want https://{host}%s, or http on a loopback host", s.redirectURI, callbackPath)
	}
	if getenv("B2C_TENANT") == "" {
		for _, name := range []string{
			"B2C_TENANT_ID", "B2C_HOSTS", "B2C_SIGNIN_FLOW", "B2C_EDIT_FLOW", "B2C_RESET_FLOW", "B2C_CLIENT_ID",
			"B2C_CLIENT_SECRET", "B2C_REDIRECT_URI", "B2C_RESPONSE_MODE", "B2C_AUDIENCE", "B2C_SCOPE",
		} {
			if getenv(name) != "" {
				problem(name, "is set, but B2C_TENANT isn't; set all for a real tenant, or none for the emulated one")
			}
		}
		return s, errors.Join(problems...)
	}

	required := func(name string) string {
		value := getenv(name)
		if value == "" {
			problem(name, "is missing; with B2C_TENANT it is required")
		}
		return value
	}
	if id := required("B2C_TENANT_ID"); id != "" {
		if s.tenant, err = authority.B2C(getenv("B2C_TENANT"), id); err != nil {
			problem("B2C_TENANT, B2C_TENANT_ID", "%w", err)
		} else if hosts := strings.Fields(getenv("B2C_HOSTS")); len(hosts) > 0 {
			if s.tenant, err = s.tenant.WithHosts(hosts...); err != nil {
				problem("B2C_HOSTS", "%w", err)
			}
		}
	}
	s.signInFlow, s.editFlow, s.resetFlow = required("B2C_SIGNIN_FLOW"), getenv("B2C_EDIT_FLOW"), getenv("B2C_RESET_FLOW")
	for _, f := range []struct {
		name, flow string
		others     []string
	}{
		{"B2C_SIGNIN_FLOW", s.signInFlow, nil},
		{"B2C_EDIT_FLOW", s.editFlow, []string{s.signInFlow}},
		{"B2C_RESET_FLOW", s.resetFlow, []string{s.signInFlow, s.editFlow}},
	} {
		if f.flow == "" {
			continue
		}
		if err := s.tenant.Flow(f.flow).Err(); err != nil && s.tenant.ID() != "" {
			problem(f.name, "%w", err)
		}
		if slices.ContainsFunc(f.others, func(other string) bool { return strings.EqualFold(f.flow, other) }) {
			problem(f.name, "%q has another task already; each needs a flow of its own", f.flow)
		}
	}
	s.clientID, s.secret = required("B2C_CLIENT_ID"), required("B2C_CLIENT_SECRET")
	if mode := acquire.ResponseMode(getenv("B2C_RESPONSE_MODE")); mode != "" {
		if s.responseMode = mode; mode != acquire.Query && mode != acquire.FormPost {
			problem("B2C_RESPONSE_MODE", "%q: want query or form_post", mode)
		}
	}
	s.audience = required("B2C_AUDIENCE")
	if s.scope = required("B2C_SCOPE"); s.scope != "" && (!strings.Contains(s.scope, "://") || !strings.HasSuffix(s.scope, "/"+tasksScope)) {
		problem("B2C_SCOPE", "%q: want the API's App ID URI, a slash and %s", s.scope, tasksScope)
	}
	return s, errors.Join(problems...)
}

func readRing(text string) (ring *keyring.Ring, random bool, err error) {
	var keys [][]byte
	for i, field := range strings.Fields(text) {
		key, err := keyring.ParseKey(field)
		if err != nil {
			return nil, false, fmt.Errorf("key %d: %w", i+1, err)
		}
		keys = append(keys, key)
	}
	if random = len(keys) == 0; random {
		keys = append(keys, keyring.NewKey())
	}
	ring, err = keyring.New(keys[0], keys[1:]...)
	return ring, random, err
}

func validRedirectURI(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.Path != callbackPath || !strings.HasSuffix(text, u.Host+callbackPath) {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}
