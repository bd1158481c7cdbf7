// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"time"
)

// Exchange is one request and what came of it. It does not change any more.
type Exchange struct {
	// URL is where it went.
	URL string
	// Status is the HTTP status, 0 if there was no answer.
	Status int
	// Proto is the version of HTTP, such as HTTP/2.0.
	Proto string
	// Header is the answer's.
	Header http.Header
	// Body is the beginning of the answer's, as far as it was read.
	Body string
	// Took is the time until the answer's head was there, with connecting.
	Took time.Duration
	// Addresses are what the name resolved to, Remote the one that was used. Empty
	// where a proxy or somebody else resolves, or the connection was there already.
	Addresses []net.IPAddr
	Remote    string
	// TLS is the state of the connection, nil for plain http.
	TLS *tls.ConnectionState
	// Err is why there was no answer.
	Err error

	began, sent, answered time.Time // the last two zero if it did not come to that
}

// Certificates returns the server's chain, its own first, whether or not it was
// accepted; nil if none was shown.
func (e *Exchange) Certificates() []*x509.Certificate {
	if e.TLS != nil {
		return e.TLS.PeerCertificates
	}
	if refused, ok := errors.AsType[*tls.CertificateVerificationError](e.Err); ok {
		return refused.UnverifiedCertificates
	}
	return nil
}

// Reached reports whether the host answered in any way, if only with a
// certificate.
func (e *Exchange) Reached() bool { return e.Status != 0 || len(e.Certificates()) > 0 }

// Offset returns by how much the server's clock is ahead of the local one, with
// its uncertainty: half of the time between request and answer, and half of the
// second that a Date counts in (RFC 9110 section 6.6.1). It is not ok without a
// Date, or if a cache gave the answer.
func (e *Exchange) Offset() (ahead, uncertainty time.Duration, ok bool) {
	date, err := http.ParseTime(e.Header.Get("Date"))
	if err != nil || e.answered.IsZero() || e.Header.Get("Age") != "" {
		return 0, 0, false
	}
	from := e.sent
	if from.IsZero() {
		from = e.began
	}
	half := e.answered.Sub(from) / 2
	// By the wall: a clock that is put right meanwhile is wrong before it.
	middle := from.Add(half).Round(0)
	return date.Add(time.Second / 2).Sub(middle), half + time.Second/2, true
}
