// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/b2ckit/b2ckit/jwks"
)

// keyIndex finds keys by their ids, over the sets that were current when it was
// made. It decides nothing: what it finds counts only if the set of that
// authority still has it now. That there is no more to be found it knows while it
// is up to date, and else all sets are looked through. It is immutable.
type keyIndex struct {
	generation uint64
	at         time.Time

	keys map[string][]holders
	of   map[ownership]bool

	issuer  map[string]*anchor // by the issuer of a current set: the first that has it
	issuers []string           // of all authorities, current or else possible ones
	known   map[string]bool    // the same

	templates []*jwks.Set // of issuers with a placeholder, one of each

	headers *knownHeaders // of tokens that these keys have verified

	warm *anchor // the first that had keys, nil if none had
	cold int     // how many had none
}

// holders are the authorities that have the same key.
type holders struct {
	key     *jwks.Key
	anchors []*anchor
}

// ownership is that a key, as holders have it, is in a set of that issuer.
type ownership struct {
	key    *jwks.Key
	issuer string
}

func newKeyIndex(anchors []*anchor) *keyIndex {
	// The count is read first: a set that comes in the meantime makes the index old,
	// whether it is in it or not.
	x := &keyIndex{
		generation: jwks.Generation(), at: time.Now(),
		keys: map[string][]holders{}, of: map[ownership]bool{}, issuer: map[string]*anchor{}, known: map[string]bool{},
	}
	for _, a := range anchors {
		set := a.source.Current()
		if set == nil {
			x.cold++
			x.knows(a.authority.Issuers()...)
			continue
		}
		if x.warm == nil {
			x.warm = a
		}
		if x.issuer[set.Issuer()] == nil {
			x.issuer[set.Issuer()] = a
		}
		x.knows(set.Issuer())
		if a.isMultiTenant() && !slices.ContainsFunc(x.templates, func(s *jwks.Set) bool { return s.Issuer() == set.Issuer() }) {
			x.templates = append(x.templates, set)
		}
		for _, id := range set.KeyIDs() {
			if k, ok := set.Key(id); ok {
				x.of[ownership{x.hold(k, a), set.Issuer()}] = true
			}
		}
	}
	x.headers = newKnownHeaders(len(x.keys))
	return x
}

func (x *keyIndex) knows(issuers ...string) {
	for _, s := range issuers {
		if !x.known[s] {
			x.known[s], x.issuers = true, append(x.issuers, s)
		}
	}
}

// hold adds an authority to those that have the key, and returns it as they have
// it.
func (x *keyIndex) hold(k *jwks.Key, a *anchor) *jwks.Key {
	all := x.keys[k.ID()]
	for i := range all {
		if isLike(all[i].key, k) {
			all[i].anchors = append(all[i].anchors, a)
			return all[i].key
		}
	}
	x.keys[k.ID()] = append(all, holders{k, []*anchor{a}})
	return k
}

// closest returns those whose key is in a set of the issuer, and behind them a few
// others.
func (x *keyIndex) closest(all []holders, issuer string) []holders {
	var own, others []holders
	for _, h := range all {
		switch {
		case x.owns(h.key, issuer):
			own = append(own, h)
		case len(others) < few:
			others = append(others, h)
		}
	}
	return append(own, others...)
}

// owns reports whether the key is in a set of a token's issuer.
func (x *keyIndex) owns(key *jwks.Key, issuer string) bool {
	return x.of[ownership{key, issuer}] || slices.ContainsFunc(x.templates, func(s *jwks.Set) bool {
		return x.of[ownership{key, s.Issuer()}] && s.Issues(issuer)
	})
}

// issuedBy returns the first authority whose set is of a token's issuer, nil if there
// is none.
func (x *keyIndex) issuedBy(issuer string) *anchor {
	if a := x.issuer[issuer]; a != nil {
		return a
	}
	for _, s := range x.templates {
		if s.Issues(issuer) {
			return x.issuer[s.Issuer()]
		}
	}
	return nil
}

// hasTried is that of trust.
func (x *keyIndex) hasTried(id, issuer string, tried []*jwks.Key) (known bool) {
	for _, h := range x.keys[id] {
		if !x.owns(h.key, issuer) {
			continue
		}
		if !slices.ContainsFunc(tried, func(k *jwks.Key) bool { return isLike(h.key, k) }) {
			return false
		}
		known = true
	}
	return known
}

// isUpToDate reports whether no set has come since.
func (x *keyIndex) isUpToDate() bool { return x.generation == jwks.Generation() }

// lookEvery is after what time sets that have lapsed are missed.
const lookEvery = time.Second

// isRecent reports whether hardly any set can have lapsed since either.
func (x *keyIndex) isRecent() bool { return x.isUpToDate() && time.Since(x.at) < lookEvery }

// now returns the key if an authority has it still.
func (h *holders) now() *jwks.Key {
	for _, a := range h.anchors {
		if set := a.source.Current(); set != nil {
			if k, ok := set.Key(h.key.ID()); ok && isLike(k, h.key) {
				return k
			}
		}
	}
	return nil
}

// indexed keeps the index of some authorities. Its zero value has none, and stays
// so unless it is turned on: with sources that don't say when their sets change.
type indexed struct {
	on      bool
	latest  atomic.Pointer[keyIndex]
	renewal sync.Mutex
}

// renew makes a new index, unless somebody does so already; who asks goes on
// without it.
func (x *indexed) renew(anchors []*anchor) *keyIndex {
	if !x.on || !x.renewal.TryLock() {
		return nil
	}
	defer x.renewal.Unlock()
	latest := newKeyIndex(anchors)
	x.latest.Store(latest)
	return latest
}

// headers returns those that are known, nil if there is no index.
func (x *indexed) headers() *knownHeaders {
	if latest := x.latest.Load(); latest != nil {
		return latest.headers
	}
	return nil
}

// isCounted reports whether [jwks.Generation] tells of all changes of a source. A
// type of the user's may embed one that does, and hide it.
func isCounted(s jwks.Source) bool {
	switch s.(type) {
	case *jwks.Cache, *jwks.Static:
		return true
	}
	return false
}
