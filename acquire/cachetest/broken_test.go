// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cachetest_test

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/acquire/cachetest"
)

// broken is a sound Leaser and Lister in which something is replaced.
type broken struct {
	*sound
	get    func(ctx context.Context, key string) ([]byte, error)
	set    func(ctx context.Context, key string, value []byte, ttl time.Duration) error
	delete func(ctx context.Context, key string) error
	lease  func(ctx context.Context, key string, ttl time.Duration) (func(), bool, error)
	keys   func(ctx context.Context, prefix, page string, limit int) ([]string, string, error)
}

func (b *broken) Keys(ctx context.Context, prefix, page string, limit int) ([]string, string, error) {
	return b.keys(ctx, prefix, page, limit)
}

func (b *broken) Get(ctx context.Context, key string) ([]byte, error) { return b.get(ctx, key) }

func (b *broken) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	return b.set(ctx, key, value, ttl)
}

func (b *broken) Delete(ctx context.Context, key string) error { return b.delete(ctx, key) }

func (b *broken) Lease(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
	return b.lease(ctx, key, ttl)
}

var errBroken = errors.New("broken")

// faults are ways for a cache to be wrong, and a check that must find each.
var faults = []struct {
	name, finds string
	inject      func(b *broken)
}{
	{"a miss is an error", "Miss", func(b *broken) {
		b.get = func(ctx context.Context, key string) ([]byte, error) {
			if v, _ := b.sound.Get(ctx, key); v != nil {
				return v, nil
			}
			return nil, errBroken
		}
	}},
	{"a miss is empty, not nil", "Miss", func(b *broken) {
		b.get = func(ctx context.Context, key string) ([]byte, error) {
			v, err := b.sound.Get(ctx, key)
			return append([]byte{}, v...), err
		}
	}},
	{"deleting nothing is an error", "Miss", func(b *broken) {
		b.delete = func(ctx context.Context, key string) error {
			if v, _ := b.sound.Get(ctx, key); v == nil {
				return errBroken
			}
			return b.sound.Delete(ctx, key)
		}
	}},
	{"keeps nothing", "SetAndGet", func(b *broken) {
		b.set = func(context.Context, string, []byte, time.Duration) error { return nil }
	}},
	{"reading takes the value away", "SetAndGet", func(b *broken) {
		b.get = func(ctx context.Context, key string) ([]byte, error) {
			v, err := b.sound.Get(ctx, key)
			_ = b.sound.Delete(ctx, key)
			return v, err
		}
	}},
	{"the first value stays", "Replace", func(b *broken) {
		b.set = func(ctx context.Context, key string, value []byte, ttl time.Duration) error {
			if v, _ := b.sound.Get(ctx, key); v != nil {
				return nil
			}
			return b.sound.Set(ctx, key, value, ttl)
		}
	}},
	{"a shorter value leaves the rest of a longer one", "Replace", func(b *broken) {
		b.set = func(ctx context.Context, key string, value []byte, ttl time.Duration) error {
			if v, _ := b.sound.Get(ctx, key); len(v) > len(value) {
				value = append(bytes.Clone(value), v[len(value):]...)
			}
			return b.sound.Set(ctx, key, value, ttl)
		}
	}},
	{"deletes nothing", "Delete", func(b *broken) {
		b.delete = func(context.Context, string) error { return nil }
	}},
	{"keeps the caller's slice", "Copies", func(b *broken) {
		b.set = func(_ context.Context, key string, value []byte, ttl time.Duration) error {
			b.mapCache.mu.Lock()
			defer b.mapCache.mu.Unlock()
			b.entries[key] = entry{value, time.Now().Add(ttl)}
			return nil
		}
	}},
	{"gives away its own slice", "Copies", func(b *broken) {
		b.get = func(_ context.Context, key string) ([]byte, error) {
			b.mapCache.mu.Lock()
			defer b.mapCache.mu.Unlock()
			return b.entries[key].value, nil
		}
	}},
	{"stops at a zero byte", "AnyBytes", changeValue(func(v []byte) []byte { before, _, _ := bytes.Cut(v, []byte{0}); return before })},
	{"takes values for UTF-8", "AnyBytes", changeValue(func(v []byte) []byte { return bytes.ToValidUTF8(v, []byte("?")) })},
	{"trims values", "AnyBytes", changeValue(bytes.TrimSpace)},
	{"an empty value changes nothing", "AnyBytes", func(b *broken) {
		b.set = func(ctx context.Context, key string, value []byte, ttl time.Duration) error {
			if len(value) == 0 {
				return nil
			}
			return b.sound.Set(ctx, key, value, ttl)
		}
	}},
	{"cuts large values", "LargeValue", changeValue(func(v []byte) []byte { return v[:min(len(v), 4096)] })},
	{"folds the case of keys", "KeysDontMix", changeKey(strings.ToLower)},
	{"cuts keys", "KeysDontMix", changeKey(func(k string) string { return k[:min(len(k), 38)] })},
	{"takes keys for paths", "KeysDontMix", changeKey(func(k string) string { return strings.ReplaceAll(k, "/../", "") })},
	{"deletes by prefix", "KeysDontMix", func(b *broken) {
		b.delete = func(_ context.Context, key string) error {
			b.mapCache.mu.Lock()
			defer b.mapCache.mu.Unlock()
			for k := range b.entries {
				if strings.HasPrefix(k, key) {
					delete(b.entries, k)
				}
			}
			return nil
		}
	}},
	{"never expires", "Expiry", changeTTL(func(time.Duration) time.Duration { return 1000 * time.Hour })},
	{"rounds short lives to for ever", "Expiry", changeTTL(func(ttl time.Duration) time.Duration {
		if ttl < time.Millisecond {
			return 1000 * time.Hour
		}
		return ttl
	})},
	{"takes nanoseconds for milliseconds", "Expiry", changeTTL(func(ttl time.Duration) time.Duration { return ttl * 1e3 })},
	{"one life for all", "Expiry", changeTTL(func(time.Duration) time.Duration { return time.Second })},
	{"replacing keeps the old life", "ReplaceRenewsTTL", func(b *broken) {
		b.set = func(ctx context.Context, key string, value []byte, ttl time.Duration) error {
			b.mapCache.mu.Lock()
			if e, ok := b.entries[key]; ok {
				ttl = time.Until(e.until)
			}
			b.mapCache.mu.Unlock()
			return b.sound.Set(ctx, key, value, ttl)
		}
	}},
	{"mixes up two values", "Concurrency", func(b *broken) {
		b.set = func(ctx context.Context, key string, value []byte, ttl time.Duration) error {
			if v, _ := b.sound.Get(ctx, key); len(v) > 0 {
				value = append(bytes.Clone(value), v[0])
			}
			return b.sound.Set(ctx, key, value, ttl)
		}
	}},
	{"fails when busy", "Concurrency", func(b *broken) {
		var mu sync.Mutex
		b.get = func(ctx context.Context, key string) ([]byte, error) {
			if !mu.TryLock() {
				return nil, errBroken
			}
			defer mu.Unlock()
			time.Sleep(time.Millisecond)
			return b.sound.Get(ctx, key)
		}
	}},
	{"waits though the context is cancelled", "CancelledContext", func(b *broken) {
		b.get = func(ctx context.Context, key string) ([]byte, error) {
			if ctx.Err() != nil {
				time.Sleep(time.Hour)
			}
			return b.sound.Get(ctx, key)
		}
	}},
	{"sets only after a wait", "CancelledContext", func(b *broken) {
		b.set = func(ctx context.Context, key string, value []byte, ttl time.Duration) error {
			if ctx.Err() != nil {
				time.Sleep(time.Hour)
			}
			return b.sound.Set(ctx, key, value, ttl)
		}
	}},
	{"a cancelled context breaks it", "CancelledContext", func(b *broken) {
		var dead bool
		b.get = func(ctx context.Context, key string) ([]byte, error) {
			if dead = dead || ctx.Err() != nil; dead {
				return nil, errBroken
			}
			return b.sound.Get(ctx, key)
		}
	}},
	{"a cancelled context gets something else", "CancelledContext", func(b *broken) {
		b.get = func(ctx context.Context, key string) ([]byte, error) {
			if ctx.Err() != nil {
				return []byte{}, nil
			}
			return b.sound.Get(ctx, key)
		}
	}},
	{"leases to all", "LeaseExcludes", func(b *broken) {
		b.lease = func(context.Context, string, time.Duration) (func(), bool, error) { return func() {}, true, nil }
	}},
	{"leases to whoever asks twice", "LeaseExcludes", func(b *broken) {
		b.lease = func(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
			release, ok, err := b.sound.Lease(ctx, key, ttl)
			if !ok {
				delete(b.leases, key)
			}
			return release, ok, err
		}
	}},
	{"leases to nobody", "LeaseExcludes", func(b *broken) {
		b.lease = func(context.Context, string, time.Duration) (func(), bool, error) { return nil, false, nil }
	}},
	{"a lease has no release", "LeaseExcludes", func(b *broken) {
		b.lease = func(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
			_, ok, err := b.sound.Lease(ctx, key, ttl)
			return nil, ok, err
		}
	}},
	{"release does nothing", "LeaseRelease", changeRelease(func(func()) {})},
	{"release waits", "LeaseRelease", changeRelease(func(release func()) { time.Sleep(time.Hour); release() })},
	{"a lease never expires", "LeaseExpiry", changeLease(func(time.Duration) time.Duration { return 1000 * time.Hour })},
	{"one life for all leases", "LeaseExpiry", changeLease(func(time.Duration) time.Duration { return time.Millisecond })},
	{"release gives away another's lease", "LeaseLateRelease", func(b *broken) {
		b.lease = func(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
			_, ok, err := b.sound.Lease(ctx, key, ttl)
			return func() { delete(b.leases, key) }, ok, err
		}
	}},
	{"release after another's does nothing", "LeaseLateRelease", func(b *broken) {
		var released bool
		b.lease = func(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
			release, ok, err := b.sound.Lease(ctx, key, ttl)
			return func() {
				if !released {
					released = true
					release()
				}
			}, ok, err
		}
	}},
	{"one lease for all keys", "LeaseKeysDontMix", func(b *broken) {
		b.lease = func(ctx context.Context, _ string, ttl time.Duration) (func(), bool, error) {
			return b.sound.Lease(ctx, "all", ttl)
		}
	}},
	{"release gives away all leases", "LeaseKeysDontMix", func(b *broken) {
		b.lease = func(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
			_, ok, err := b.sound.Lease(ctx, key, ttl)
			return func() { clear(b.leases) }, ok, err
		}
	}},
	{"a lease takes the place of the value", "LeaseLeavesValues", func(b *broken) {
		b.lease = func(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
			release, ok, err := b.sound.Lease(ctx, key, ttl)
			if ok {
				_ = b.sound.Set(ctx, key, []byte("lease"), ttl)
			}
			return release, ok, err
		}
	}},
	{"release takes the value along", "LeaseLeavesValues", func(b *broken) {
		b.lease = func(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
			release, ok, err := b.sound.Lease(ctx, key, ttl)
			return func() { release(); _ = b.sound.Delete(ctx, key) }, ok, err
		}
	}},
	{"setting ends the lease", "LeaseLeavesValues", func(b *broken) {
		b.set = func(ctx context.Context, key string, value []byte, ttl time.Duration) error {
			delete(b.leases, key)
			return b.sound.Set(ctx, key, value, ttl)
		}
	}},
	{"looks before it leases", "LeaseConcurrency", func(b *broken) {
		b.lease = func(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
			if v, _ := b.sound.Get(ctx, "lease:"+key); v != nil {
				return nil, false, nil
			}
			time.Sleep(time.Millisecond)
			return func() {}, true, b.sound.Set(ctx, "lease:"+key, []byte("mine"), ttl)
		}
	}},
	{"leases wait though the context is cancelled", "LeaseCancelledContext", func(b *broken) {
		b.lease = func(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
			if ctx.Err() != nil {
				time.Sleep(time.Hour)
			}
			return b.sound.Lease(ctx, key, ttl)
		}
	}},
	{"lists everybody's keys", "ListPages", changeList(func(b *broken, _, page string, limit int) ([]string, string, error) {
		return b.sound.Keys(context.Background(), "", page, limit)
	})},
	{"has one page", "ListPages", changeList(func(b *broken, prefix, page string, limit int) ([]string, string, error) {
		keys, _, err := b.sound.Keys(context.Background(), prefix, page, limit)
		return keys, "", err
	})},
	{"has no limit", "ListPages", changeList(func(b *broken, prefix, page string, _ int) ([]string, string, error) {
		return b.sound.Keys(context.Background(), prefix, page, 1000)
	})},
	{"lists the first page again and again", "ListPages", changeList(func(b *broken, prefix, _ string, limit int) ([]string, string, error) {
		return b.sound.Keys(context.Background(), prefix, "", limit)
	})},
	{"an error and a lease", "LeaseCancelledContext", func(b *broken) {
		b.lease = func(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
			release, ok, _ := b.sound.Lease(ctx, key, ttl)
			return release, ok, ctx.Err()
		}
	}},
}

func changeList(list func(b *broken, prefix, page string, limit int) ([]string, string, error)) func(*broken) {
	return func(b *broken) {
		b.keys = func(_ context.Context, prefix, page string, limit int) ([]string, string, error) {
			return list(b, prefix, page, limit)
		}
	}
}

func changeValue(change func([]byte) []byte) func(*broken) {
	return func(b *broken) {
		b.set = func(ctx context.Context, key string, value []byte, ttl time.Duration) error {
			return b.sound.Set(ctx, key, change(value), ttl)
		}
	}
}

func changeKey(change func(string) string) func(*broken) {
	return func(b *broken) {
		b.get = func(ctx context.Context, key string) ([]byte, error) { return b.sound.Get(ctx, change(key)) }
		b.set = func(ctx context.Context, key string, value []byte, ttl time.Duration) error {
			return b.sound.Set(ctx, change(key), value, ttl)
		}
		b.delete = func(ctx context.Context, key string) error { return b.sound.Delete(ctx, change(key)) }
	}
}

func changeTTL(change func(time.Duration) time.Duration) func(*broken) {
	return func(b *broken) {
		b.set = func(ctx context.Context, key string, value []byte, ttl time.Duration) error {
			return b.sound.Set(ctx, key, value, change(ttl))
		}
	}
}

func changeLease(change func(time.Duration) time.Duration) func(*broken) {
	return func(b *broken) {
		b.lease = func(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
			return b.sound.Lease(ctx, key, change(ttl))
		}
	}
}

func changeRelease(change func(release func())) func(*broken) {
	return func(b *broken) {
		b.lease = func(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
			release, ok, err := b.sound.Lease(ctx, key, ttl)
			return func() { change(release) }, ok, err
		}
	}
}

// recorder is a test that notes whether it failed.
type recorder struct {
	*testing.T
	mu     sync.Mutex
	failed bool
}

func (r *recorder) Errorf(string, ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = true
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

// fails reports whether the check finds a fault, in virtual time.
func fails(t *testing.T, name string, l acquire.Leaser) (failed bool) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{T: t}
		done := make(chan struct{})
		go func() {
			defer close(done)
			if !cachetest.Check(r, name, l) {
				t.Errorf("check %s: got none of that name", name)
			}
		}()
		<-done
		time.Sleep(2 * time.Hour) // what hangs must end with the bubble
		r.mu.Lock()
		defer r.mu.Unlock()
		failed = r.failed
	})
	return failed
}

func TestFaultsAreFound(t *testing.T) {
	var found []string
	for _, f := range faults {
		b := &broken{sound: newSound()}
		b.get, b.set, b.delete, b.lease, b.keys = b.sound.Get, b.sound.Set, b.sound.Delete, b.sound.Lease, b.sound.Keys
		if fails(t, f.finds, b) {
			t.Errorf("%s: check %s fails without the fault", f.name, f.finds)
		}
		f.inject(b)
		if !fails(t, f.finds, b) {
			t.Errorf("%s: check %s passes, want it to fail", f.name, f.finds)
		}
		found = append(found, f.finds)
	}
	for _, name := range cachetest.Names() {
		if !slices.Contains(found, name) {
			t.Errorf("check %s: no fault shows that it can fail", name)
		}
	}
}
