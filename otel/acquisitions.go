// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel

import (
	"context"
	"errors"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/b2ckit/b2ckit/acquire"
)

// acquisitionBounds go from a token of the memory to the ten seconds of an acquisition.
var acquisitionBounds = []float64{1e-6, 1e-5, 1e-4, 1e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// acquisitions are tokens that were got, or not.
type acquisitions struct {
	client   *client
	duration metric.Float64Histogram
	series   *table[outcome]
}

// outcome is what an acquisition is counted by.
type outcome struct {
	grant     acquire.Grant
	source    acquire.Source
	renewal   bool
	errorType string // "" if there is a token
}

func newAcquisitions(m *maker, c *client) *acquisitions {
	return &acquisitions{
		client:   c,
		duration: m.histogram("b2ckit.acquisition.duration", "Time that it took to get a token, or to fail.", acquisitionBounds),
		series: newTable(func(o outcome) *series {
			attrs := []attribute.KeyValue{grantKey.String(string(o.grant)), sourceKey.String(string(o.source)), renewalKey.Bool(o.renewal)}
			if o.errorType != "" {
				attrs = append(attrs, semconv.ErrorTypeKey.String(o.errorType))
			}
			return newSeries(attrs...)
		}),
	}
}

func (a *acquisitions) record(ctx context.Context, done acquire.Acquisition) {
	failed := acquisitionError(done.Err)
	s := a.series.of(outcome{done.Grant, done.Source, done.Renewal, failed})
	a.duration.Record(ctx, done.Duration.Seconds(), s.record...)
	if done.Source != acquire.SourceEndpoint {
		return
	}
	a.client.record(ctx, exchange{
		name: "get token", method: http.MethodPost, authority: done.Authority,
		start: done.Start, took: done.Duration, status: tokenStatus(done.Err), errorType: failed,
	}, s.attrs...)
}

// acquisitionError returns the class of an error, "" for none.
func acquisitionError(err error) string {
	if e, ok := errors.AsType[*acquire.Error](err); ok {
		return string(e.Class)
	}
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	}
	return other
}

// tokenStatus returns the HTTP status of the token endpoint's answer, 0 if there was
// none.
func tokenStatus(err error) int {
	if err == nil {
		return http.StatusOK
	}
	if e, ok := errors.AsType[*acquire.Error](err); ok {
		return e.Status
	}
	return 0
}
