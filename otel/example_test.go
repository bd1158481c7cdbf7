// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel_test

import (
	"context"
	"fmt"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	b2cotel "github.com/b2ckit/b2ckit/otel"
	"github.com/b2ckit/b2ckit/validator"
)

func ExampleNew() {
	b2c := emulator.NewTenant(nil) // your tenant, in this example
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		panic(err)
	}
	reader := sdkmetric.NewManualReader() // an exporter, in a service
	t, err := b2cotel.New(&b2cotel.Options{MeterProvider: sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))})
	if err != nil {
		panic(err)
	}
	defer func() { _ = t.Close() }()
	v, err := validator.New(tenant.Flows("B2C_1_susi"), "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",
		t.Validator(&validator.Options{Transport: b2c.Transport()}))
	if err != nil {
		panic(err)
	}
	defer func() { _ = v.Close() }()
	t.Watch(v)

	raw := b2c.MustMint(emulator.Spec{})
	for range 3 {
		if _, err := v.Validate(context.Background(), raw); err != nil {
			panic(err)
		}
	}
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		panic(err)
	}
	for _, m := range all.ScopeMetrics[0].Metrics {
		if m.Name == "b2ckit.memory.lookups" {
			for _, p := range m.Data.(metricdata.Sum[int64]).DataPoints {
				result, _ := p.Attributes.Value("b2ckit.memory.result")
				fmt.Println(result.AsString(), p.Value)
			}
		}
	}
	// Unordered output:
	// hit 2
	// miss 1
}
