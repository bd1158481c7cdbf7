// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// clientBounds are those that the semantic conventions advise.
var clientBounds = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}

// client is what the conventions ask of a program that makes HTTP requests.
type client struct {
	duration metric.Float64Histogram
	tracer   trace.Tracer
}

func newClient(m *maker, tracer trace.Tracer) *client {
	return &client{m.histogram("http.client.request.duration", "Duration of HTTP client requests.", clientBounds), tracer}
}

// exchange is one request that was made.
type exchange struct {
	name      string // of the span
	method    string
	authority string // the ID of the authority whose host was asked
	start     time.Time
	took      time.Duration
	status    int    // 0 if there was no answer
	errorType string // "" if all was well
}

// record measures a request, and adds a span behind it, below the context's one if
// there is one. More attributes are the span's alone.
func (c *client) record(ctx context.Context, e exchange, more ...attribute.KeyValue) {
	attrs := append(server(e.authority), semconv.HTTPRequestMethodKey.String(e.method))
	if e.status > 0 {
		attrs = append(attrs, semconv.HTTPResponseStatusCode(e.status))
	}
	if e.errorType != "" {
		attrs = append(attrs, semconv.ErrorTypeKey.String(e.errorType))
	}
	c.duration.Record(ctx, e.took.Seconds(), metric.WithAttributes(attrs...))
	_, span := c.tracer.Start(ctx, e.name, trace.WithTimestamp(e.start), trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attrs...), trace.WithAttributes(authorityKey.String(e.authority)), trace.WithAttributes(more...))
	if e.errorType != "" {
		span.SetStatus(codes.Error, e.errorType)
	}
	end(span, e.start, e.took)
}

// server returns the attributes of the host of an authority, whose ID is a URL.
func server(authority string) []attribute.KeyValue {
	u, err := url.Parse(authority)
	if err != nil { // can't be: an authority is checked when it is made
		return nil
	}
	port, err := strconv.Atoi(u.Port())
	switch {
	case err == nil:
	case u.Scheme == "http":
		port = 80
	default:
		port = 443
	}
	return []attribute.KeyValue{semconv.ServerAddress(u.Hostname()), semconv.ServerPort(port)}
}
