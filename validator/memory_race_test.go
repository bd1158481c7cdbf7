// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// Once a key or an authority is gone no call that begins afterwards recalls its token,
// whatever goes on at the same time.
func TestRecallWhileEverythingChanges(t *testing.T) {
	source := newReplaceable(t, contosoTenant(t).Flow("B2C_1_susi"))
	v, err := validator.NewFromSources([]jwks.Source{source}, contosoAPI, &validator.Options{
		Updatable: true, Now: func() time.Time { return time.Unix(corpusNow, 0) },
	})
	if err != nil {
		t.Fatal(err)
	}
	raw, first, other := goodToken(t), source.Current(), newReplaceableWith(t, &keysOf(t).partner.PublicKey)
	update := func(change func(*validator.Trust)) {
		if err := v.Update(func(t *validator.Trust) error { change(t); return nil }); err != nil {
			t.Error(err)
		}
	}
	ways := []struct{ out, in func() }{
		{func() { source.set.Store(other) }, func() { source.set.Store(first) }},
		{func() { source.set.Store(nil) }, func() { source.set.Store(first) }},
		{
			func() { update(func(t *validator.Trust) { t.Sources = nil }) },
			func() { update(func(t *validator.Trust) { t.Sources = []jwks.Source{source} }) },
		},
		{
			func() { update(func(t *validator.Trust) { t.Audience = unknownAPI }) },
			func() { update(func(t *validator.Trust) { t.Audience = contosoAPI }) },
		},
	}
	const bad, good = 1, 3
	var phase atomic.Int64 // of four: it is bad, or good, or changing from one to the other
	phase.Store(good)
	var accepted, refused atomic.Int64
	var done atomic.Bool
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for !done.Load() {
				before := phase.Load()
				_, err := v.Validate(t.Context(), raw)
				after := phase.Load()
				if err == nil {
					accepted.Add(1)
				} else {
					refused.Add(1)
				}
				if before == after && (before%4 == bad && err == nil || before%4 == good && err != nil) {
					t.Errorf("phase %d: got %v", before, err)
					return
				}
			}
		})
	}
	wg.Go(func() {
		for !done.Load() {
			v.Purge()
			_ = v.State()
			runtime.Gosched()
		}
	})
	await := func(count *atomic.Int64) {
		for n := count.Load() + 8; count.Load() < n && !t.Failed(); {
			runtime.Gosched()
		}
	}
	for i := range 80 {
		w := ways[i%len(ways)]
		phase.Add(1)
		w.out()
		phase.Add(1)
		await(&refused)
		phase.Add(1)
		w.in()
		phase.Add(1)
		await(&accepted)
	}
	phase.Add(1)
	_ = v.Close()
	phase.Add(1)
	await(&refused)
	done.Store(true)
	wg.Wait()
	if s := v.State().Memory; s.Tokens != 0 || s.Bytes != 0 {
		t.Errorf("closed: got %+v", s)
	}
}
