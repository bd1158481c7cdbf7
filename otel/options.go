// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel

import (
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// Options are the optional settings of a [Telemetry]. Nil, and each zero field, means
// the default.
type Options struct {
	// MeterProvider is where measurements go. If nil, otel.GetMeterProvider(). That
	// of package metric/noop turns metrics off.
	MeterProvider metric.MeterProvider

	// TracerProvider is where spans go. If nil, otel.GetTracerProvider(). That of
	// package trace/noop turns traces off.
	TracerProvider trace.TracerProvider

	// RememberedSpans says that tokens seen before have a span, too. It takes longer
	// than the look.
	RememberedSpans bool
}

func (o *Options) withDefaults() Options {
	var r Options
	if o != nil {
		r = *o
	}
	if r.MeterProvider == nil {
		r.MeterProvider = otel.GetMeterProvider()
	}
	if r.TracerProvider == nil {
		r.TracerProvider = otel.GetTracerProvider()
	}
	return r
}
