// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package report

import "time"

// State is what came of a check. The list is closed.
type State string

// The states, as they are printed.
const (
	OK      State = "ok"
	Warn    State = "warn"    // it works, and somebody should look at it
	Fail    State = "FAIL"    // it does not work
	Skipped State = "skipped" // it was not checked; Found says why
)

// Check is the name of a check: stable, and what docs/doctor.md is searched for.
type Check string

// All checks there are, in the order in which they are reported.
const (
	Settings    Check = "settings"
	Connection  Check = "connection"
	TLS         Check = "tls"
	Clock       Check = "clock"
	OtherHost   Check = "other-host"
	Metadata    Check = "metadata"
	Issuer      Check = "issuer"
	Endpoints   Check = "endpoints"
	Keys        Check = "keys"
	Credentials Check = "client-credentials"
	Token       Check = "token"
	RedirectURI Check = "redirect-uri"
	Redis       Check = "redis"
	RedisTLS    Check = "redis-tls"
	RedisACL    Check = "redis-acl"
	RedisMemory Check = "redis-memory"
	RedisKeys   Check = "redis-keys"
)

// Checks returns all checks in their order.
func Checks() []Check {
	return []Check{
		Settings, Connection, TLS, Clock, OtherHost, Metadata, Issuer, Endpoints, Keys,
		Credentials, Token, RedirectURI, Redis, RedisTLS, RedisACL, RedisMemory, RedisKeys,
	}
}

// Fact is something that was seen, whether good or bad.
type Fact struct {
	// Name is stable. What ends in _ms is in milliseconds, in _s in seconds.
	Name string
	// Value is a string, an int or a list of strings.
	Value any
}

// Finding is what came of one check of one thing.
type Finding struct {
	Check Check
	// Flow and Host are what was checked, empty if it is neither's.
	Flow, Host string
	State      State
	// Found is what was found, or why nothing was looked for; no full stop.
	Found string
	// Do is what to do about it, empty if nothing.
	Do    string
	Facts []Fact
}

// subject names what was checked, empty if there is one such thing alone.
func (f *Finding) subject() string {
	switch {
	case f.Flow != "" && f.Host != "":
		return f.Flow + " at " + f.Host
	case f.Host != "":
		return f.Host
	}
	return f.Flow
}

// Milliseconds returns a time for a fact. It rounds up, so that nothing takes none.
func Milliseconds(d time.Duration) int { return int((d + time.Millisecond - 1) / time.Millisecond) }
