// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redischeck

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/url"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Config is a Redis to check. Make one with [Parse].
type Config struct {
	// Prefix begins the kit's keys. If empty, "b2ckit:".
	Prefix string
	// Roots are the authorities whose certificates are taken. If nil, the system's.
	Roots *x509.CertPool
	// Timeout bounds connecting and each command. If zero, 5 seconds.
	Timeout time.Duration

	options *redis.Options
}

// ErrPassword is why an address is refused that holds a password.
var ErrPassword = errors.New("the address holds a password, which other users of this machine can read there, and the shell keeps")

// Parse returns the Redis at an address such as rediss://user@redis.internal:6379/0,
// to which the password is given apart. No error shows the address.
func Parse(address, password string) (*Config, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the address of Redis is malformed; it looks like redis://HOST:6379, or rediss:// for TLS")
	}
	if _, ok := u.User.Password(); ok || u.Query().Has("password") {
		return nil, ErrPassword
	}
	o, err := redis.ParseURL(address)
	if err != nil {
		return nil, errors.New("the address of Redis is none; it looks like redis://HOST:6379, or rediss:// for TLS")
	}
	o.Password = password
	return &Config{options: o}, nil
}

// Quiet has go-redis write nothing by itself, which it does about connections that
// fail. It is for a whole program, before it uses any client.
func Quiet() { logging.Disable() }

// client returns a client that connects once, and says nothing by itself.
func (c *Config) client(d *dialer) *redis.Client {
	o := *c.options
	timeout := cmp.Or(c.Timeout, 5*time.Second)
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = timeout, timeout, timeout
	o.ContextTimeoutEnabled = true
	o.PoolSize, o.MaxRetries, o.DialerRetries = 1, -1, 1
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	if o.TLSConfig != nil {
		d.tls = o.TLSConfig.Clone()
		d.tls.RootCAs, d.tls.MinVersion = c.Roots, tls.VersionTLS12
		o.TLSConfig = nil // the dialer does it, and takes the time
	}
	o.Dialer = d.dial
	return redis.NewClient(&o)
}

func (c *Config) prefix() string { return cmp.Or(c.Prefix, "b2ckit:") }
