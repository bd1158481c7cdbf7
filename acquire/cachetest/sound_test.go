// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cachetest_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/acquire/cachetest"
)

// sound is a Leaser and a Lister in which nothing is wrong.
type sound struct {
	*mapCache
	mu     sync.Mutex
	leases map[string]*time.Time
}

func newSound() *sound { return &sound{mapCache: newMapCache(), leases: make(map[string]*time.Time)} }

func (s *sound) Lease(_ context.Context, key string, ttl time.Duration) (release func(), ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if until := s.leases[key]; until != nil && time.Now().Before(*until) {
		return nil, false, nil
	}
	mine := new(time.Now().Add(ttl))
	s.leases[key] = mine
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.leases[key] == mine {
			delete(s.leases, key)
		}
	}, true, nil
}

func (s *sound) Keys(_ context.Context, prefix, page string, limit int) (keys []string, next string, err error) {
	s.mapCache.mu.Lock()
	defer s.mapCache.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(s.entries)) {
		switch {
		case !strings.HasPrefix(key, prefix) || key <= page || !time.Now().Before(s.entries[key].until):
		case len(keys) == limit:
			return keys, keys[limit-1], nil
		default:
			keys = append(keys, key)
		}
	}
	return keys, "", nil
}

func TestMapCachePasses(t *testing.T) {
	cachetest.Run(t, func(*testing.T) acquire.Cache { return newMapCache() })
}

func TestSoundLeaserPasses(t *testing.T) {
	cachetest.Run(t, func(*testing.T) acquire.Cache { return newSound() })
}

// Caches may share a store.
func TestSharedStorePasses(t *testing.T) {
	s := newSound()
	cachetest.Run(t, func(*testing.T) acquire.Cache { return s })
}
