// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"encoding/binary"
	"maps"
	"sync"
	"sync/atomic"

	"github.com/b2ckit/b2ckit/authority"
)

// scopeKeys remembers what [apiScopes] has made of scopes as they were given, in
// whatever order: a program asks for few lists, and for each again and again.
// What is known already is found without a lock or an allocation.
type scopeKeys struct {
	kind  authority.Kind
	known atomic.Pointer[map[string]string] // by the list as appendScopes writes it; replaced, never changed
	mu    sync.Mutex                        // of those who replace it
}

const (
	maxScopeLists   = 256     // kept at most; beyond that they begin anew
	maxScopeListLen = 1 << 10 // of one that is kept
)

// of returns what [apiScopes] does.
func (k *scopeKeys) of(scopes []string) (string, *Error) {
	var buffer [maxScopeListLen / 4]byte
	list := appendScopes(buffer[:0], scopes)
	if known := k.known.Load(); known != nil {
		if key, ok := (*known)[string(list)]; ok {
			return key, nil
		}
	}
	key, err := apiScopes(k.kind, scopes)
	if err == nil && len(list) <= maxScopeListLen {
		k.remember(string(list), key)
	}
	return key, err
}

func (k *scopeKeys) remember(list, key string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	next := map[string]string{}
	if known := k.known.Load(); known != nil && len(*known) < maxScopeLists {
		next = maps.Clone(*known)
	}
	next[list] = key
	k.known.Store(&next)
}

// appendScopes writes the scopes so that no two lists read the same: each after
// its length, since what is no scope may hold anything.
func appendScopes(to []byte, scopes []string) []byte {
	for _, s := range scopes {
		to = binary.AppendUvarint(to, uint64(len(s)))
		to = append(to, s...)
	}
	return to
}
