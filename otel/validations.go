// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/b2ckit/b2ckit/validator"
)

// validationBounds go from a token seen before, a microsecond, over a signature, tens of
// them, to the five seconds that a fetch may take.
var validationBounds = []float64{
	1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 5e-3, 0.025, 0.1, 0.5, 1, 2.5, 5, 10,
}

// validations are those of each kind of token.
type validations struct{ access, id *validationsOf }

func newValidations(m *maker, tracer trace.Tracer, spans bool) *validations {
	duration := m.histogram("b2ckit.validation.duration", "Time that the validation of a token took.", validationBounds)
	tokens := m.counter("b2ckit.tokens.accepted", "{token}", "Tokens that were accepted, by whose they are.")
	return &validations{
		access: newValidationsOf("access", duration, tokens, tracer, spans),
		id:     newValidationsOf("id", duration, tokens, tracer, spans),
	}
}

// validationsOf are those of one kind of token.
type validationsOf struct {
	duration        metric.Float64Histogram
	accepted        *accepted
	tracer          trace.Tracer
	rememberedSpans bool
	series          *table[verdict]
}

// verdict is what a validation is counted by. The reason is "" for a token that was
// accepted.
type verdict struct {
	reason     validator.Reason
	remembered bool
}

func newValidationsOf(kind string, duration metric.Float64Histogram, tokens metric.Int64Counter, tracer trace.Tracer, spans bool) *validationsOf {
	return &validationsOf{duration, newAccepted(kind, tokens), tracer, spans, newTable(func(v verdict) *series {
		attrs := []attribute.KeyValue{
			tokenKindKey.String(kind), outcomeKey.String(v.outcome()), rememberedKey.Bool(v.remembered),
		}
		if v.reason != "" {
			attrs = append(attrs, semconv.ErrorTypeKey.String(string(v.reason)))
		}
		return newSeries(attrs...)
	})}
}

func (v verdict) outcome() string {
	switch {
	case v.reason == "":
		return "accepted"
	case v.reason.Kind() == validator.Unavailable:
		return "unavailable"
	}
	return "refused"
}

func (v *validationsOf) record(ctx context.Context, done validator.Validation) {
	by := verdict{remembered: done.Remembered}
	if done.Err != nil {
		by.reason = done.Err.Reason
	} else {
		v.accepted.add(ctx, done.Authority)
	}
	s := v.series.of(by)
	v.duration.Record(ctx, done.Duration.Seconds(), s.record...)
	if done.Remembered && !v.rememberedSpans || !trace.SpanContextFromContext(ctx).IsValid() {
		return // a trace of one token alone says no more than the metric
	}
	_, span := v.tracer.Start(ctx, "validate token", trace.WithTimestamp(done.Start), trace.WithAttributes(s.attrs...))
	if by.outcome() == "unavailable" { // a refusal is no failure of this service
		span.SetStatus(codes.Error, string(by.reason))
	}
	end(span, done.Start, done.Duration)
}

func end(span trace.Span, start time.Time, took time.Duration) {
	span.End(trace.WithTimestamp(start.Add(took)))
}
