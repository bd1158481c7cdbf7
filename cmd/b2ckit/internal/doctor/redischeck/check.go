// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redischeck

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// patience is what packages rediscache and rediskeys give an operation by default.
const patience = 50 * time.Millisecond

// Check connects to the Redis and returns what it found; nil is none. It leaves
// nothing behind.
func Check(ctx context.Context, c *Config) []report.Finding {
	if c == nil {
		return []report.Finding{{Check: report.Redis, State: report.Skipped, Found: "no Redis was given (--redis)"}}
	}
	d := new(dialer)
	client := c.client(d)
	defer func() { _ = client.Close() }()
	v := &visit{client: client, dialer: d, prefix: c.prefix(), user: c.options.Username}
	found := v.checks(ctx)
	for i := range found {
		found[i].Host = c.options.Addr
	}
	return found
}

func (v *visit) checks(ctx context.Context) []report.Finding {
	reached := v.reach(ctx)
	found := []report.Finding{reached, v.tls()}
	if reached.State == report.Fail || reached.State == report.Skipped {
		return found
	}
	return append(found, v.acl(ctx), v.memory(), v.keys(ctx))
}

// reach connects, authenticates, and takes the round trip's time.
func (v *visit) reach(ctx context.Context) report.Finding {
	f := report.Finding{Check: report.Redis, State: report.OK}
	began := time.Now()
	err := v.client.Ping(ctx).Err()
	connected := time.Since(began)
	if ctx.Err() != nil {
		f.State, f.Found = report.Skipped, "the checks ended early"
		return f
	}
	if err != nil && !redis.HasErrorPrefix(err, "NOPERM") {
		f.State, f.Found, f.Do = report.Fail, foreign.Text(err.Error()), v.adviceReach(err)
		return f
	}
	trip := v.roundTrip(ctx)
	f.Found = fmt.Sprintf("connected in %d ms, a round trip takes %d ms", report.Milliseconds(connected), report.Milliseconds(trip))
	f.Facts = []report.Fact{
		{Name: "redis_connect_ms", Value: report.Milliseconds(connected)}, {Name: "redis_round_trip_ms", Value: report.Milliseconds(trip)},
	}
	v.info = readInfo(v.client.Info(ctx).Result())
	if version := v.info.get("redis_version"); version != "" {
		f.Facts = append(f.Facts, report.Fact{Name: "redis_version", Value: foreign.Text(version)})
	}
	switch {
	case v.info.get("role") == "slave":
		f.State, f.Found = report.Fail, "this is a replica, which takes no writes"
		f.Do = "name the primary, or let the client find it by Sentinel"
	case trip > patience:
		f.State = report.Warn
		f.Do = fmt.Sprintf("an operation is given %v (Options.Timeout of rediscache and rediskeys): bring Redis nearer, or set more", patience)
	}
	return f
}

// roundTrip returns the middle one of a few.
func (v *visit) roundTrip(ctx context.Context) time.Duration {
	const tries = 5
	var took [tries]time.Duration
	for i := range took {
		began := time.Now()
		_ = v.client.Ping(ctx).Err() // a refusal takes a round trip, too
		took[i] = time.Since(began)
	}
	slices.Sort(took[:])
	return took[tries/2]
}

func (v *visit) adviceReach(err error) string {
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case redis.HasErrorPrefix(err, "NOAUTH"):
		return "give the password, by REDIS_PASSWORD or --redis-password-file"
	case redis.HasErrorPrefix(err, "WRONGPASS"):
		return "correct the user in the address, or the password"
	case redis.HasErrorPrefix(err, "DENIED"):
		return "Redis is in protected mode: it wants a password, or an address to bind"
	case untrusted:
		return "if Redis has a certificate of a private CA, name its file by --ca-file"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there: correct host and port, or start Redis. Where it is away, the kit works on without it"
	case v.dialer.tls == nil:
		return "does the server want TLS (rediss://)? Is it reached from here at all?"
	}
	return "does the server speak TLS on that port? Is it reached from here at all?"
}

func (v *visit) tls() report.Finding {
	f := report.Finding{Check: report.RedisTLS, State: report.OK}
	saw := v.dialer.seen()
	switch host, _, _ := net.SplitHostPort(v.client.Options().Addr); {
	case v.dialer.tls == nil && isLoopback(host):
		f.State, f.Found = report.Skipped, "no TLS, on loopback"
	case v.dialer.tls == nil:
		f.State, f.Found = report.Warn, "no TLS: whoever is on the way reads the password, and can answer in Redis's place"
		f.Do = "use rediss://, if the network is not the server's own; values are encrypted in any case"
	case saw.state == nil && isRefused(saw.err):
		f.State, f.Found = report.Fail, foreign.Text(saw.err.Error())
		f.Do = "if Redis has a certificate of a private CA, name its file by --ca-file"
	case saw.state == nil:
		f.State, f.Found = report.Skipped, "there was no handshake"
	default:
		leaf := saw.state.PeerCertificates[0]
		f.Found = fmt.Sprintf("%s, in %d ms", tls.VersionName(saw.state.Version), report.Milliseconds(saw.shake))
		f.Facts = []report.Fact{
			{Name: "redis_tls", Value: tls.VersionName(saw.state.Version)},
			{Name: "redis_tls_ms", Value: report.Milliseconds(saw.shake)},
			{Name: "redis_certificate_until", Value: leaf.NotAfter.UTC().Format(time.DateOnly)},
		}
	}
	return f
}

func isRefused(err error) bool {
	_, isVerification := errors.AsType[*tls.CertificateVerificationError](err)
	_, isHost := errors.AsType[x509.HostnameError](err)
	return isVerification || isHost
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
