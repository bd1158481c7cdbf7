// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // G505: what clients send as "x5t" is SHA-1
	"crypto/sha256"
	"crypto/x509"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/aadsts"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/jws"
)

// clientAssertionType is the only one that is known.
const clientAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// assertionSkew is how far the clocks of a client and a tenant may be apart.
const assertionSkew = 5 * time.Minute

// assertion is what a client authenticates with in place of a secret: a token
// that it has signed itself, with the key of a registered certificate, or one
// that another issuer made for it.
type assertion struct {
	app *App
	now time.Time

	// endpoint reports whether an audience is the token endpoint, in one of the
	// forms of its URL.
	endpoint func(audience string) bool
}

// check returns what is wrong with an assertion, or nil. A client's own is named
// by its issuer, or by the thumbprint that another issuer's lacks. Nothing but
// that is looked at before the signature: what a token says that nobody vouches
// for says nothing of the clocks.
func (a assertion) check(text string) *failure.Error {
	token, ok := jws.Read(text)
	if !ok {
		return aadsts.MalformedAssertion
	}
	own := strings.EqualFold(token.Issuer, a.app.ID)
	if !own && (token.Thumbprint == "" && token.SHA1 == "" || a.app.trusts(token.Issuer)) {
		if refusal := federated(a.app, token); refusal != nil {
			return refusal
		}
		return a.inTime(token)
	}
	if !own || !strings.EqualFold(token.Subject, a.app.ID) {
		return aadsts.AssertionClient
	}
	if refusal := a.signed(token); refusal != nil {
		return refusal
	}
	if refusal := a.inTime(token); refusal != nil {
		return refusal
	}
	if len(token.Audiences) != 1 || !a.endpoint(token.Audiences[0]) {
		return aadsts.AssertionAudience
	}
	return nil
}

// trusts reports whether an app has a credential of an issuer.
func (a *App) trusts(issuer string) bool {
	for _, f := range a.Federated {
		if f.Issuer == issuer {
			return true
		}
	}
	return false
}

// signed looks for the certificate that a token names by its thumbprint.
func (a assertion) signed(token *jws.Token) *failure.Error {
	for _, c := range a.app.Certificates {
		if !namedBy(c, token) {
			continue
		}
		key, ok := c.PublicKey.(*rsa.PublicKey)
		switch {
		case !ok || !token.SignedBy(key, jws.PS256, jws.RS256):
			return aadsts.AssertionSignature.With("The provided signature value did not match the expected signature value.")
		case a.now.After(c.NotAfter):
			return aadsts.AssertionSignature.With("The key used is expired.")
		}
		return nil
	}
	return aadsts.AssertionSignature.With("The key was not found.")
}

// namedBy reports whether a token names a certificate: MSAL Go writes "x5t#S256"
// in standard base64, and older clients have "x5t" alone.
func namedBy(c *x509.Certificate, token *jws.Token) bool {
	if token.Thumbprint != "" {
		digest := sha256.Sum256(c.Raw)
		return jws.Names(token.Thumbprint, digest[:])
	}
	digest := sha1.Sum(c.Raw) //nolint:gosec // G401: see the import
	return jws.Names(token.SHA1, digest[:])
}

func (a assertion) inTime(token *jws.Token) *failure.Error {
	if token.InTime(a.now, assertionSkew) {
		return nil
	}
	return aadsts.AssertionTime.With(clockText(a.now), claimText(token.NotBefore), claimText(token.Expires))
}

// clockText is a time as these errors have it.
func clockText(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.0000000Z") }

// claimText is the same for a claim, which may be missing or no time at all.
func claimText(seconds *float64) string {
	const most = 1 << 36 // far behind the year 4000
	if seconds == nil || *seconds < 0 || *seconds > most {
		return clockText(time.Unix(0, 0))
	}
	return clockText(time.Unix(int64(*seconds), 0))
}
