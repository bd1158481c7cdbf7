// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel

import (
	"errors"

	"go.opentelemetry.io/otel/metric"
)

// maker makes instruments and keeps their errors.
type maker struct {
	meter metric.Meter
	errs  []error
}

func (m *maker) err() error { return errors.Join(m.errs...) }

// made returns an instrument, and keeps why there is none.
func made[I any](m *maker, i I, err error) I {
	if err != nil {
		m.errs = append(m.errs, err)
	}
	return i
}

// histogram makes one of seconds.
func (m *maker) histogram(name, text string, bounds []float64) metric.Float64Histogram {
	i, err := m.meter.Float64Histogram(name, metric.WithDescription(text), metric.WithUnit("s"), metric.WithExplicitBucketBoundaries(bounds...))
	return made(m, i, err)
}

func (m *maker) counter(name, unit, text string) metric.Int64Counter {
	i, err := m.meter.Int64Counter(name, metric.WithDescription(text), metric.WithUnit(unit))
	return made(m, i, err)
}

func (m *maker) observedCounter(name, unit, text string) metric.Int64ObservableCounter {
	i, err := m.meter.Int64ObservableCounter(name, metric.WithDescription(text), metric.WithUnit(unit))
	return made(m, i, err)
}

func (m *maker) observedCount(name, unit, text string) metric.Int64ObservableUpDownCounter {
	i, err := m.meter.Int64ObservableUpDownCounter(name, metric.WithDescription(text), metric.WithUnit(unit))
	return made(m, i, err)
}

func (m *maker) observedSeconds(name, text string) metric.Float64ObservableGauge {
	i, err := m.meter.Float64ObservableGauge(name, metric.WithDescription(text), metric.WithUnit("s"))
	return made(m, i, err)
}
