// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"cmp"
	"crypto/x509"
	"net/http"
	"net/url"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/redischeck"
)

// Config is what is checked. Each zero field leaves its checks out, or means the
// default.
type Config struct {
	// Authorities are the flows to check, at each host that is trusted. The audiences
	// that they name are what a token of the application may be for.
	Authorities []authority.Authority
	// Links are flows that users are sent to and whose tokens are not trusted. They
	// are not checked, but may be what a misspelt name meant.
	Links []string
	// AllowMissingFlow and AllowMissingRoles are the validator's options.
	AllowMissingFlow, AllowMissingRoles []string

	// App makes the application with its secret, and PublicApp the same without. If
	// nil, there is no secret, or no application.
	App, PublicApp func(*acquire.Options) (*acquire.App, error)
	// Applications are the sections of the settings that have one, if they are several:
	// then it takes a choice, and there is no App.
	Applications []string
	// Certificate is what the application authenticates with, nil for none.
	Certificate *x509.Certificate
	// Scope is what the application asks for a token for: {App ID URI}/.default.
	Scope string
	// RedirectURI is where users are sent back to.
	RedirectURI string

	// Redis is the server to check, nil for none.
	Redis *redischeck.Config

	// Transport makes the requests. If nil, a copy of http.DefaultTransport.
	Transport http.RoundTripper
	// Proxy says which proxy a request goes over, for the report. If nil,
	// http.ProxyFromEnvironment, which http.DefaultTransport goes by.
	Proxy func(*http.Request) (*url.URL, error)
	// RequestTimeout bounds each request. If zero, 5 seconds.
	RequestTimeout time.Duration
	// Now is the clock that is held against the servers'. If nil, time.Now.
	Now func() time.Time
}

func (c Config) withDefaults() Config {
	c.RequestTimeout = cmp.Or(c.RequestTimeout, 5*time.Second)
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
		if t, ok := c.Transport.(*http.Transport); ok {
			c.Transport = t.Clone()
		}
	}
	if c.Proxy == nil {
		c.Proxy = http.ProxyFromEnvironment
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}
