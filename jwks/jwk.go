// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/jose"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

const maxIssuerBytes = 512 // of a key's own issuer

// keyRules are what the keys of one authority may be. They are comparable: a key
// that was read by others means something else.
type keyRules struct {
	algorithms
	issuers bool // a key's own issuer counts
}

func newKeyRules(a authority.Authority) keyRules {
	return keyRules{algorithmsOf(a), a.Kind() != authority.AzureADB2C}
}

// privateMembers are those that private and symmetric keys have (RFC 7518
// sections 6.2.2, 6.3.2 and 6.4.1).
var privateMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

// members are what counts in a JWK.
type members struct {
	id, kty, issuer string
	alg             authority.Algorithm
	n, e            string // of RSA
	crv, x, y       string // of EC
	bad             string // the first one that does not fit
}

// read takes over one member.
func (r keyRules) read(m *members, name string, v strictjson.Value) {
	var ok bool
	var s string
	switch name {
	case "kid":
		s, ok = v.String()
		m.id, ok = strings.Clone(s), ok && isVisible(s) // else it would hold the document in memory
	case "kty":
		m.kty, ok = v.String()
	case "n":
		m.n, ok = v.String()
	case "e":
		m.e, ok = v.String()
	case "use":
		s, ok = v.String()
		ok = ok && s == "sig"
	case "alg":
		s, ok = v.String()
		m.alg = authority.Algorithm(s)
		ok = ok && r.has(m.alg)
	case "key_ops":
		var ops []string
		ops, ok = v.Strings()
		ok = ok && slices.Contains(ops, "verify")
	default:
		ok = r.readFurther(m, name, v)
	}
	if !ok && m.bad == "" {
		m.bad = name
	}
}

// readFurther takes over what counts for some authorities alone, and finds private
// keys.
func (r keyRules) readFurther(m *members, name string, v strictjson.Value) (ok bool) {
	var to *string
	switch {
	case name == "issuer" && r.issuers:
		s, ok := v.String()
		m.issuer = strings.Clone(s)
		return ok && s != "" && len(s) <= maxIssuerBytes
	case name == "crv" && r.es256:
		to = &m.crv
	case name == "x" && r.es256:
		to = &m.x
	case name == "y" && r.es256:
		to = &m.y
	default:
		return !slices.Contains(privateMembers, name)
	}
	*to, ok = v.String()
	return ok
}

// parseKey reads and checks one JWK. A JWK without alg is normal for Microsoft; its
// nbf is ignored, since a key signs as soon as it is published.
func (r keyRules) parseKey(jwk strictjson.Value) (k *Key, id string, err error) {
	if len(jwk) == 0 || jwk[0] != '{' {
		return nil, "", errors.New("is not a JSON object")
	}
	var m members
	err = strictjson.Object(string(jwk), func(name string, v strictjson.Value) error {
		r.read(&m, name, v)
		return nil
	})
	switch {
	case err != nil:
		return nil, m.id, err
	case slices.Contains(privateMembers, m.bad):
		return nil, m.id, errors.New("is a private or symmetric key")
	case m.bad == "issuer":
		return nil, m.id, fmt.Errorf("has an issuer that is no text of 1 to %d bytes", maxIssuerBytes)
	case m.bad != "":
		return nil, m.id, fmt.Errorf("has a %s that does not fit %s signing key", m.bad, r.text())
	case m.id == "":
		return nil, m.id, errors.New("has no kid")
	case m.kty == "RSA" && r.ofRSA() != algorithms{}:
		k, err = r.rsaKey(&m)
	case m.kty == "EC" && r.ofEC() != algorithms{}:
		k, err = r.ecKey(&m)
	default:
		err = errors.New("is not of type " + r.types())
	}
	return k, m.id, err
}

func (r keyRules) rsaKey(m *members) (*Key, error) {
	public, err := jose.RSAPublicKey(m.n, m.e)
	if err != nil {
		return nil, err
	}
	// RFC 7638 section 3.2, from the numbers themselves so that equal keys are equal.
	b64 := base64.RawURLEncoding.EncodeToString
	return r.newKey(m, public, r.ofRSA(),
		`{"e":"`+b64(big.NewInt(int64(public.E)).Bytes())+`","kty":"RSA","n":"`+b64(public.N.Bytes())+`"}`)
}

func (r keyRules) ecKey(m *members) (*Key, error) {
	public, err := jose.ECPublicKey(m.crv, m.x, m.y)
	if err != nil {
		return nil, err
	}
	// There is one way to write them.
	return r.newKey(m, public, r.ofEC(), `{"crv":"P-256","kty":"EC","x":"`+m.x+`","y":"`+m.y+`"}`)
}

// newKey makes a key of the algorithms that fit its type, or of the one that its
// JWK names.
func (keyRules) newKey(m *members, public crypto.PublicKey, fit algorithms, forThumbprint string) (*Key, error) {
	if m.alg != "" {
		if fit = fit.only(m.alg); fit == (algorithms{}) {
			return nil, errors.New("has an alg that does not fit its type " + m.kty)
		}
	}
	return &Key{id: m.id, public: public, algs: fit, issuer: m.issuer, thumbprint: sha256.Sum256([]byte(forThumbprint))}, nil
}
