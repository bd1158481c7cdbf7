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
	"github.com/b2ckit/b2ckit/keyring"
	"github.com/b2ckit/b2ckit/settings"
)

// config is all that differs between one installation and another.
type config struct {
	b2c *settings.Settings // tenant, flows, app and API; nil until emulate has filled it in

	scope        string // of the API
	redirectURI  string // its path is callbackPath
	responseMode acquire.ResponseMode

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
func (c *config) origin() string { return strings.TrimSuffix(c.redirectURI, callbackPath) }

// secure reports whether they do so by https.
func (c *config) secure() bool { return strings.HasPrefix(c.redirectURI, "https:") }

// readConfig reads the environment. Where nothing is set for a tenant it is left out,
// for emulate to fill in. The error names each variable with a problem.
func readConfig(environ []string, origin string) (*config, error) {
	c := &config{redirectURI: origin + callbackPath, responseMode: acquire.Query}
	var problems []error
	problem := func(name, format string, args ...any) {
		problems = append(problems, fmt.Errorf("%s: "+format, append([]any{name}, args...)...))
	}
	var err error
	if c.ring, c.randomKey, err = readRing(getenv(environ, "SESSION_KEY")); err != nil {
		problem("SESSION_KEY", "%w", err)
	}
	from := "-address"
	if uri := getenv(environ, "B2C_REDIRECT_URI"); uri != "" {
		c.redirectURI, from = uri, "B2C_REDIRECT_URI"
	}
	if !validRedirectURI(c.redirectURI) {
		problem(from, "users can't come back to %q: want https://{host}%s, or http on a loopback host", c.redirectURI, callbackPath)
	}
	if mode := acquire.ResponseMode(getenv(environ, "B2C_RESPONSE_MODE")); mode != "" {
		if c.responseMode = mode; mode != acquire.Query && mode != acquire.FormPost {
			problem("B2C_RESPONSE_MODE", "%q: want query or form_post", mode)
		}
	}
	c.scope = getenv(environ, "B2C_SCOPE")
	c.b2c, err = settings.Read(&settings.Options{Environ: environ})
	if errors.Is(err, settings.ErrNone) {
		if c.scope != "" {
			problem("B2C_SCOPE", "is set, but there is no tenant; set all for a real tenant, or none for the emulated one")
		}
		return c, errors.Join(problems...)
	}
	if !strings.Contains(c.scope, "://") || !strings.HasSuffix(c.scope, "/"+tasksScope) {
		problem("B2C_SCOPE", "%q: want the API's App ID URI, a slash and %s", c.scope, tasksScope)
	}
	if err == nil && slices.Contains(c.b2c.Audiences(), c.b2c.ClientID()) {
		problem("B2C_AUDIENCE", "want the API's client id, which is not the app's own")
	}
	return c, errors.Join(append(problems, err)...)
}

// getenv returns a variable, "" if it is not there.
func getenv(environ []string, name string) (value string) {
	for _, pair := range environ {
		if n, v, _ := strings.Cut(pair, "="); n == name {
			value = v
		}
	}
	return value
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
