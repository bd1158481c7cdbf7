// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"

	"github.com/b2ckit/b2ckit/jwks"
)

// unavailableError is the refusal to say anything of a token whose keys can't
// be had.
func unavailableError(err error) *Error {
	e := &Error{Reason: ErrUnavailable, Hint: hintOfOutage(err), Err: err}
	if u, ok := errors.AsType[*jwks.UnavailableError](err); ok {
		e.RetryAfter = u.RetryAfter
	}
	return e
}

// hintOfOutage names why keys are away, as far as the error tells.
func hintOfOutage(err error) Hint {
	f, fetched := errors.AsType[*jwks.FetchError](err)
	switch {
	case errors.Is(err, jwks.ErrClosed):
		return HintClosed
	case !fetched:
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			return HintTimeout
		}
		return HintHeldBack
	case f.Status == http.StatusTooManyRequests:
		return HintThrottled
	case f.Status == http.StatusNotFound:
		return HintNoSuchFlow
	case f.Status != 0:
		return HintHTTPStatus
	case f.Err == nil:
		return HintDocument
	}
	return hintOfTransport(f.Err)
}

// hintOfTransport names why no answer came.
func hintOfTransport(err error) Hint {
	timeout := net.Error(nil)
	switch {
	case isA[*net.DNSError](err):
		return HintDNS
	case isA[*tls.CertificateVerificationError](err), isA[x509.UnknownAuthorityError](err), isA[x509.HostnameError](err),
		isA[x509.CertificateInvalidError](err), isA[tls.RecordHeaderError](err), isA[tls.AlertError](err):
		return HintTLS
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return HintTimeout
	case isA[*net.OpError](err):
		return HintConnect
	}
	return HintConnect
}

func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
