// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/guid"
	"github.com/b2ckit/b2ckit/internal/jose"
)

// Key is one public key that may verify signatures. It is immutable.
type Key struct {
	id         string
	public     crypto.PublicKey // *rsa.PublicKey or *ecdsa.PublicKey
	algs       algorithms
	issuer     string
	thumbprint [32]byte
	until      time.Time // end of the grace after the key left the set; zero while it is in it
}

// ID returns the key id (kid), which is unique within its set.
func (k *Key) ID() string { return k.id }

// Public returns the key, a *rsa.PublicKey or an *ecdsa.PublicKey. Do not modify it.
func (k *Key) Public() crypto.PublicKey { return k.public }

// Bits returns the key's size, that of its modulus or curve.
func (k *Key) Bits() int {
	if public, ok := k.public.(*rsa.PublicKey); ok {
		return public.N.BitLen()
	}
	return elliptic.P256().Params().BitSize
}

// Issuer returns the issuer that the key itself names (the member issuer of its
// JWK, which Microsoft's External ID and Entra ID have), "" if it names none. For
// B2C it is not read. Whether it fits a token is for
// [authority.Authority.KeyIssuerFits] to say.
func (k *Key) Issuer() string { return k.issuer }

// Allows reports whether the key may verify signatures of an algorithm: the
// authority allows it, it is one for keys of this type, and the key's JWK names
// it or none.
func (k *Key) Allows(alg authority.Algorithm) bool { return k.algs.has(alg) }

// Verify reports whether a signature of that algorithm over input is the key's.
// It is false for an algorithm that the key does not allow.
func (k *Key) Verify(alg authority.Algorithm, input, signature []byte) bool {
	if !k.algs.has(alg) {
		return false
	}
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		if alg == authority.PS256 {
			return jose.VerifyPS256(public, input, signature) == nil
		}
		return jose.VerifyRS256(public, input, signature) == nil
	case *ecdsa.PublicKey:
		return jose.VerifyES256(public, input, signature) == nil
	}
	return false
}

// SameAs reports whether both have the same key material. The same key id may
// name different keys in the sets of different authorities, and the same key may
// name another issuer or allow other algorithms there.
func (k *Key) SameAs(other *Key) bool {
	return k == other || k.thumbprint == other.thumbprint
}

// equals reports whether both are the same key that means the same.
func (k *Key) equals(other *Key) bool {
	return k.SameAs(other) && k.algs == other.algs && k.issuer == other.issuer
}

// Set is what one authority publishes at one time: its exact issuer and its
// usable keys. It is immutable and safe for concurrent use.
type Set struct {
	issuer     string
	head, tail string // of the issuer, around the placeholder; both empty if it has none
	keys       map[string]*Key
	ignored    []IgnoredKey
	refused    map[string]bool // kids of the ignored keys
}

// IgnoredKey is a key of the document that is not used.
type IgnoredKey struct {
	// ID is the key id, escaped if it holds odd characters.
	ID string
	// Reason tells why.
	Reason string
}

// placeholder stands for the tenant's GUID in the issuer of Entra ID's multi-tenant
// metadata.
const placeholder = "{tenantid}"

// under returns the same keys for another issuer.
func (s *Set) under(issuer string) *Set {
	if s.issuer == issuer {
		return s
	}
	other := *s
	other.issuer, other.head, other.tail = issuer, "", ""
	if head, tail, ok := strings.Cut(issuer, placeholder); ok {
		other.head, other.tail = head, tail
	}
	return &other
}

// Issuer returns the issuer of the authority's metadata. For a list of Entra ID
// tenants it holds the placeholder {tenantid}; see [Set.Issues].
func (s *Set) Issuer() string { return s.issuer }

// Issues reports whether a token's issuer is this set's: it equals that of the
// metadata byte for byte, where that has the placeholder {tenantid} with any GUID in
// lower case in its place. Whether a tenant is allowed is not the set's to say.
func (s *Set) Issues(issuer string) bool {
	if s.head == "" {
		return issuer == s.issuer
	}
	id, ok := strings.CutPrefix(issuer, s.head)
	id, ok2 := strings.CutSuffix(id, s.tail)
	return ok && ok2 && guid.Is(id) && guid.Fold(id) == id
}

// Key returns the key with exactly this id.
func (s *Set) Key(id string) (*Key, bool) {
	k, ok := s.keys[id]
	if !ok || !k.until.IsZero() && !time.Now().Before(k.until) {
		return nil, false
	}
	return k, true
}

// KeyIDs returns the ids of the usable keys, sorted.
func (s *Set) KeyIDs() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.keys)), func(id string) bool {
		_, ok := s.Key(id)
		return !ok
	})
}

// Ignored returns the keys of the document that are not used, and why.
func (s *Set) Ignored() []IgnoredKey { return slices.Clone(s.ignored) }

// withGrace returns the set together with the keys of old that it lacks, each
// for the grace period after it was first missed.
func (s *Set) withGrace(old *Set, grace time.Duration) *Set {
	if grace <= 0 || old == nil {
		return s
	}
	keys := maps.Clone(s.keys)
	for id := range old.keys {
		k, ok := old.Key(id)
		if _, again := keys[id]; again || !ok || s.refused[id] {
			continue // a key that is published, but no longer fit for use, has not left
		}
		leaving := *k
		if leaving.until.IsZero() {
			leaving.until = time.Now().Add(grace)
		}
		keys[id] = &leaving
	}
	next := *s
	next.keys = keys
	return &next
}

// sameKeys reports whether two sets have the same issuer and keys.
func sameKeys(a, b *Set) bool {
	if len(a.keys) != len(b.keys) || a.issuer != b.issuer {
		return false
	}
	for id, k := range a.keys {
		if other, ok := b.keys[id]; !ok || !k.equals(other) {
			return false
		}
	}
	return true
}
