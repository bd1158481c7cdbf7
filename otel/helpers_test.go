// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	b2cotel "github.com/b2ckit/b2ckit/otel"
	"github.com/b2ckit/b2ckit/validator"
)

const (
	contosoID  = "775527ff-9a37-4307-8b3d-cc311f58d925"
	contosoAPI = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
	// susi is the ID of the flow that all tests trust.
	susi = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_susi/v2.0/.well-known/openid-configuration"
)

// probe is a Telemetry whose measurements and spans are kept.
type probe struct {
	*b2cotel.Telemetry
	reader *sdkmetric.ManualReader
	spans  *tracetest.SpanRecorder
	tracer *sdktrace.TracerProvider
}

func newProbe(tb testing.TB, opts b2cotel.Options) *probe {
	tb.Helper()
	p := &probe{reader: sdkmetric.NewManualReader(), spans: tracetest.NewSpanRecorder()}
	p.tracer = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(p.spans))
	opts.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(p.reader))
	opts.TracerProvider = p.tracer
	t, err := b2cotel.New(&opts)
	if err != nil {
		tb.Fatal(err)
	}
	p.Telemetry = t
	tb.Cleanup(func() { _ = t.Close() })
	return p
}

// collect returns what is measured now, by name.
func (p *probe) collect(tb testing.TB) map[string]metricdata.Metrics {
	tb.Helper()
	var all metricdata.ResourceMetrics
	if err := p.reader.Collect(tb.Context(), &all); err != nil {
		tb.Fatal(err)
	}
	found := map[string]metricdata.Metrics{}
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			found[m.Name] = m
		}
	}
	return found
}

// lines returns the series of a metric with their values, a histogram's being its
// count, sorted: "access accepted=3".
func (p *probe) lines(tb testing.TB, name string) []string {
	tb.Helper()
	var lines []string
	add := func(set attribute.Set, value any) {
		lines = append(lines, fmt.Sprintf("%s %v", set.Encoded(attribute.DefaultEncoder()), value))
	}
	switch d := p.collect(tb)[name].Data.(type) {
	case metricdata.Histogram[float64]:
		for _, point := range d.DataPoints {
			add(point.Attributes, point.Count)
		}
	case metricdata.Sum[int64]:
		for _, point := range d.DataPoints {
			add(point.Attributes, point.Value)
		}
	case metricdata.Gauge[float64]:
		for _, point := range d.DataPoints {
			add(point.Attributes, point.Value)
		}
	}
	slices.Sort(lines)
	return lines
}

// want holds the series of a metric to what they should be.
func (p *probe) want(tb testing.TB, name string, want ...string) {
	tb.Helper()
	slices.Sort(want)
	if got := p.lines(tb, name); !slices.Equal(got, want) {
		tb.Errorf("%s: got\n\t%s\nwant\n\t%s", name, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// named returns the spans of a name.
func (p *probe) named(name string) (found []sdktrace.ReadOnlySpan) {
	for _, s := range p.spans.Ended() {
		if s.Name() == name {
			found = append(found, s)
		}
	}
	return found
}

func contoso(tb testing.TB) authority.Tenant {
	tb.Helper()
	tenant, err := authority.B2C("contoso", contosoID)
	if err != nil {
		tb.Fatal(err)
	}
	return tenant
}

// newValidator returns a validator of the tenant's sign-in flow that is measured.
func (p *probe) newValidator(tb testing.TB, b2c *emulator.Tenant, opts validator.Options) *validator.Validator {
	tb.Helper()
	opts.Transport, opts.Logger = b2c.Transport(), slog.New(slog.DiscardHandler)
	v, err := validator.New(contoso(tb).Flows("B2C_1_susi"), contosoAPI, p.Validator(&opts))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = v.Close() })
	return v
}
