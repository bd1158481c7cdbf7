// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// failure is how a request failed: it decides when the next one may be made,
// and by whom.
type failure uint8

const (
	failedOther     failure = iota
	failedThrottled         // HTTP 429: nobody comes to the host
	failedUnsent            // no connection: so do the others' requests
	failedLasting           // no such flow, or another's issuer: a second won't mend it
)

// ofHost reports whether it says something of the host as a whole.
func (f failure) ofHost() bool { return f == failedThrottled || f == failedUnsent }

func statusFailure(status int) failure {
	if status == http.StatusTooManyRequests {
		return failedThrottled
	}
	return failedOther
}

// sending watches for how far a request gets. Transports other than net/http's
// don't tell.
type sending struct{ wanted, got atomic.Bool }

func traceSending(ctx context.Context) (context.Context, *sending) {
	s := new(sending)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { s.wanted.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { s.got.Store(true) },
	}), s
}

// failure tells requests that could not be sent from those that were: there was
// no connection for them, for want of DNS, of someone who listens, or of a
// certificate to trust.
func (s *sending) failure(err error) failure {
	op, _ := errors.AsType[*net.OpError](err)
	_, name := errors.AsType[*net.DNSError](err)
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	if s.wanted.Load() && !s.got.Load() || name || certificate || op != nil && (op.Op == "dial" || op.Op == "proxyconnect") {
		return failedUnsent
	}
	return failedOther
}
