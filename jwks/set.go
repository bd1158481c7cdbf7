// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"crypto/rsa"
	"maps"
	"slices"
	"time"
)

// Key is one RSA public key that may verify RS256 signatures. It is
// immutable.
type Key struct {
	id         string
	public     *rsa.PublicKey
	thumbprint [32]byte
	until      time.Time // end of the grace after the key left the set; zero while it is in it
}

// ID returns the key id (kid), which is unique within its set.
func (k *Key) ID() string { return k.id }

// Public returns the key. Do not modify it.
func (k *Key) Public() *rsa.PublicKey { return k.public }

// SameAs reports whether both have the same key material. The same key id may
// name different keys in the sets of different authorities.
func (k *Key) SameAs(other *Key) bool {
	return k == other || k.thumbprint == other.thumbprint
}

// Set is what one authority publishes at one time: its exact issuer and its
// usable keys. It is immutable and safe for concurrent use.
type Set struct {
	issuer  string
	keys    map[string]*Key
	ignored []IgnoredKey
	refused map[string]bool // kids of the ignored keys
}

// IgnoredKey is a key of the document that is not used.
type IgnoredKey struct {
	// ID is the key id, escaped if it holds odd characters.
	ID string
	// Reason tells why.
	Reason string
}

// under returns the same keys for another issuer.
func (s *Set) under(issuer string) *Set {
	if s.issuer == issuer {
		return s
	}
	other := *s
	other.issuer = issuer
	return &other
}

// Issuer returns the issuer of the authority's metadata. A token's iss must
// equal it byte for byte.
func (s *Set) Issuer() string { return s.issuer }

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
	return &Set{issuer: s.issuer, keys: keys, ignored: s.ignored, refused: s.refused}
}

// sameKeys reports whether two sets have the same issuer and keys.
func sameKeys(a, b *Set) bool {
	if len(a.keys) != len(b.keys) || a.issuer != b.issuer {
		return false
	}
	for id, k := range a.keys {
		if other, ok := b.keys[id]; !ok || !k.SameAs(other) {
			return false
		}
	}
	return true
}
