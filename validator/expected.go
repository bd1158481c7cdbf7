// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// Expected is what an ID token has to fit besides the app: the sign-in that it
// answers, and what came with it. Each empty field leaves its check out. An
// app that signs users in through a browser sets Nonce always; answers to a
// refresh token or a password come over the app's own connection, and have
// none.
type Expected struct {
	// Nonce is the nonce that the sign-in was begun with. The token's must be
	// the same.
	Nonce string

	// AccessToken is the access token that came with the ID token. If the
	// latter has an at_hash, which B2C does not put into all, that must fit.
	AccessToken string

	// Code is the authorization code that came with the ID token. If the latter
	// has a c_hash, that must fit.
	Code string

	// MaxAge is how long ago the user may have signed in, plus the leeway; the
	// token must have an auth_time then. Negative means as recently as clocks
	// can tell, like max_age=0 in the request. Less than a millisecond has lost
	// its unit, and no token passes.
	MaxAge time.Duration
}

// check compares verified claims with what is expected.
func (w *Expected) check(c *claims, k *clock) *Error {
	if w.Nonce != "" {
		switch nonce, _ := c.nonce.String(); {
		case c.nonce == "":
			return refuse(ErrNonce, "nonce", "the ID token has no nonce, but the sign-in was begun with one; nothing tells that this is its answer")
		case nonce != w.Nonce: // or it is not a string
			return refuse(ErrNonce, "nonce", "the nonce is not the one that the sign-in was begun with, so this answers another sign-in: a replay, two tabs that share one state, or an attack")
		}
	}
	if e := checkHash("at_hash", "access token", c.atHash, w.AccessToken); e != nil {
		return e
	}
	if e := checkHash("c_hash", "code", c.cHash, w.Code); e != nil {
		return e
	}
	switch {
	case w.MaxAge == 0:
		return nil
	case lostUnit(w.MaxAge):
		return refuse(ErrSignInTooOld, "auth_time", "Expected.MaxAge: %v", unitError(w.MaxAge))
	}
	return k.checkSignIn(c.authTime, max(w.MaxAge, 0), k.leeway)
}

// checkHash compares at_hash or c_hash (OpenID Connect Core sections 3.1.3.6 and
// 3.3.2.11) with what was issued together with the token. All algorithms that
// there are here have SHA-256, and so has the hash.
func checkHash(claim, what string, hash strictjson.Value, issued string) *Error {
	if issued == "" || hash == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(issued))
	switch got, ok := hash.String(); {
	case !ok:
		return refuse(ErrHash, claim, "%s is not a string", claim)
	case got != base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2]):
		return refuse(ErrHash, claim, "%s does not fit the %s: the two were not issued together, or one of them was exchanged", claim, what)
	}
	return nil
}

// String tells which fields are set, and not what they hold.
func (w Expected) String() string {
	var set []string
	for _, f := range []struct {
		name string
		set  bool
	}{{"nonce", w.Nonce != ""}, {"access token", w.AccessToken != ""}, {"code", w.Code != ""}, {"max age " + w.MaxAge.String(), w.MaxAge != 0}} {
		if f.set {
			set = append(set, f.name)
		}
	}
	return "expected: " + strings.Join(set, ", ")
}

// GoString is String.
func (w Expected) GoString() string { return w.String() }

// LogValue is String, since access token and code are secrets.
func (w Expected) LogValue() slog.Value { return slog.StringValue(w.String()) }
