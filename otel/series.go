// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel

import (
	"maps"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// series is what is recorded with, made once: to measure allocates nothing then.
type series struct {
	attrs  []attribute.KeyValue
	record []metric.RecordOption
	add    []metric.AddOption
}

func newSeries(attrs ...attribute.KeyValue) *series {
	set := metric.WithAttributeSet(attribute.NewSet(attrs...))
	return &series{attrs, []metric.RecordOption{set}, []metric.AddOption{set}}
}

// maxSeries bounds a table. The kit's reasons, classes and causes are closed lists that
// stay below it; a validator of the application's own may make reasons up.
const maxSeries = 500

// table has the series of a few keys, each made when it is first needed. To look one
// up takes no lock and allocates nothing.
type table[K comparable] struct {
	make func(K) *series
	mu   sync.Mutex
	made atomic.Pointer[map[K]*series] // never written to
	rest *series                       // of what came too late
}

func newTable[K comparable](f func(K) *series) *table[K] {
	t := &table[K]{make: f, rest: newSeries(semconv.ErrorTypeOther)}
	t.made.Store(new(map[K]*series))
	return t
}

func (t *table[K]) of(key K) *series {
	if s := (*t.made.Load())[key]; s != nil {
		return s
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	there := *t.made.Load()
	switch s := there[key]; {
	case s != nil:
		return s
	case len(there) >= maxSeries:
		return t.rest
	}
	made := maps.Clone(there)
	if made == nil {
		made = map[K]*series{}
	}
	made[key] = t.make(key)
	t.made.Store(&made)
	return made[key]
}
