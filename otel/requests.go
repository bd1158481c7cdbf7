// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel

import (
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/b2ckit/b2ckit/guard"
)

// requests are those that guards have let pass, and refused.
type requests struct {
	acceptances, refusals    metric.Int64Counter
	token, nested, anonymous *series // of acceptances
	refused                  *table[refusal]
}

// refusal is what a refused request is counted by.
type refusal struct {
	status       int
	reason, hint string
}

func newRequests(m *maker) *requests {
	return &requests{
		acceptances: m.counter("b2ckit.guard.acceptances", "{request}", "Requests that guards let pass."),
		token:       newSeries(acceptanceKey.String("token")),
		nested:      newSeries(acceptanceKey.String("nested")),
		anonymous:   newSeries(acceptanceKey.String("anonymous")),
		refusals:    m.counter("b2ckit.guard.refusals", "{request}", "Requests that guards refused."),
		refused: newTable(func(r refusal) *series {
			attrs := []attribute.KeyValue{semconv.HTTPResponseStatusCode(r.status), semconv.ErrorTypeKey.String(r.reason)}
			if r.hint != "" {
				attrs = append(attrs, hintKey.String(r.hint))
			}
			return newSeries(attrs...)
		}),
	}
}

func (q *requests) accept(r *http.Request, a *guard.Acceptance) {
	s := q.token
	switch {
	case a.Holder == nil:
		s = q.anonymous
	case a.Nested:
		s = q.nested
	}
	q.acceptances.Add(r.Context(), 1, s.add...)
}

func (q *requests) refuse(r *http.Request, why *guard.Refusal) {
	q.refusals.Add(r.Context(), 1, q.refused.of(refusal{why.Status, why.Reason(), why.Hint()}).add...)
}
