// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/health"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	b2cotel "github.com/b2ckit/b2ckit/otel"
	"github.com/b2ckit/b2ckit/validator"
)

// stockScope is what this service asks for to call another one.
const stockScope = "https://contoso.onmicrosoft.com/tasks/.default"

// service guards its tasks, and gets tokens for the stock.
type service struct {
	public, internal http.Handler
	stock            *acquire.App
	close            func()
}

func newService(b2c *emulator.Tenant) (*service, error) {
	registry := prometheus.NewRegistry()
	exporter, err := otelprometheus.New(otelprometheus.WithRegisterer(registry))
	if err != nil {
		return nil, err
	}
	// To here, and the line of /metrics, it is OpenTelemetry's and Prometheus's own.
	// From here on it is what the kit adds to a service.
	telemetry, err := b2cotel.New(&b2cotel.Options{MeterProvider: sdkmetric.NewMeterProvider(sdkmetric.WithReader(exporter))})
	if err != nil {
		return nil, err
	}
	tenant, err := authority.B2C(b2c.Name(), b2c.ID())
	if err != nil {
		return nil, err
	}
	v, err1 := validator.New(tenant.Flows("B2C_1_susi"), b2c.API().ID, telemetry.Validator(&validator.Options{Transport: b2c.Transport()}))
	app, err2 := acquire.NewConfidential(tenant.Flow("B2C_1_susi"), b2c.Daemon().ID, acquire.Secret(b2c.Daemon().Secret),
		telemetry.App(&acquire.Options{Transport: b2c.Transport()}))
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	telemetry.Watch(v)
	api := b2chttp.New(guard.New(v, telemetry.Guard(nil)), nil)

	public, internal := http.NewServeMux(), http.NewServeMux()
	public.Handle("GET /tasks", api.Require(validator.Scope("tasks.read"))(http.HandlerFunc(listTasks)))
	public.Handle("/readyz", health.Ready(v))
	internal.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	internal.Handle("/debug/b2ckit", health.Debug(health.Of("api", v), health.Of("stock", app)))
	return &service{public, internal, app, func() { _ = errors.Join(v.Close(), app.Close(), telemetry.Close()) }}, nil
}

func listTasks(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "water the plants") }
