// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel

import (
	"net/http"

	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/b2ckit/b2ckit/guard"
)

// requests are those that guards have refused.
type requests struct {
	refusals metric.Int64Counter
	series   *table[refusal]
}

// refusal is what a refused request is counted by.
type refusal struct {
	status int
	reason string
}

func newRequests(m *maker) *requests {
	return &requests{
		refusals: m.counter("b2ckit.guard.refusals", "{request}", "Requests that guards refused."),
		series: newTable(func(r refusal) *series {
			return newSeries(semconv.HTTPResponseStatusCode(r.status), semconv.ErrorTypeKey.String(r.reason))
		}),
	}
}

func (q *requests) refused(r *http.Request, why *guard.Refusal) {
	q.refusals.Add(r.Context(), 1, q.series.of(refusal{why.Status, why.Reason()}).add...)
}
