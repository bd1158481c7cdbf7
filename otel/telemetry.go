// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel

import (
	"errors"

	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// scope is the instrumentation scope of all that is told here.
const scope = "github.com/b2ckit/b2ckit/otel"

// Telemetry tells OpenTelemetry about the validators, guards and applications that are
// made with its options. One is enough for a process: two would count the same names
// twice. It is safe for concurrent use and has no goroutine.
type Telemetry struct {
	validations  *validations
	fetches      *fetches
	acquisitions *acquisitions
	requests     *requests
	states       *states
}

// New returns a Telemetry. Options may be nil. The error is the provider's, which does
// not accept an instrument.
func New(opts *Options) (*Telemetry, error) {
	o := opts.withDefaults()
	m := &maker{meter: o.MeterProvider.Meter(scope, metric.WithSchemaURL(semconv.SchemaURL))}
	tracer := o.TracerProvider.Tracer(scope, trace.WithSchemaURL(semconv.SchemaURL))
	client := newClient(m, tracer)
	t := &Telemetry{
		validations:  newValidations(m, tracer, o.RememberedSpans),
		fetches:      newFetches(m, client),
		acquisitions: newAcquisitions(m, client),
		requests:     newRequests(m),
		states:       newStates(m),
	}
	if err := m.err(); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// Close ends what [Telemetry.Watch] began. The hooks go on, so close it behind the
// validators. It may be called more than once.
func (t *Telemetry) Close() error { return t.states.close() }

// Validator returns options with which a validator is measured: a copy of those given,
// which may be nil, with hooks that call those given first.
//
// A validator made from sources of the caller's has no key caches of its own, and
// takes no options for them: set Keys to nil then, and make the sources with
// [Telemetry.Keys].
func (t *Telemetry) Validator(opts *validator.Options) *validator.Options {
	o := copied(opts)
	o.OnValidation = after2(o.OnValidation, t.validations.access.record)
	o.Keys = t.Keys(o.Keys)
	return o
}

// IDTokens is Validator for validators of ID tokens.
func (t *Telemetry) IDTokens(opts *validator.IDTokenOptions) *validator.IDTokenOptions {
	o := copied(opts)
	o.OnValidation = after2(o.OnValidation, t.validations.id.record)
	o.Keys = t.Keys(o.Keys)
	return o
}

// Keys is Validator for key caches. [Telemetry.Validator] and
// [Telemetry.IDTokens] call it.
func (t *Telemetry) Keys(opts *jwks.Options) *jwks.Options {
	o := copied(opts)
	o.OnFetch = after(o.OnFetch, t.fetches.record)
	return o
}

// Guard is Validator for guards.
func (t *Telemetry) Guard(opts *guard.Options) *guard.Options {
	o := copied(opts)
	o.OnRefusal = after2(o.OnRefusal, t.requests.refuse)
	o.OnAcceptance = after2(o.OnAcceptance, t.requests.accept)
	return o
}

// App is Validator for applications that get tokens.
func (t *Telemetry) App(opts *acquire.Options) *acquire.Options {
	o := copied(opts)
	o.OnAcquisition = after2(o.OnAcquisition, t.acquisitions.record)
	o.OnFetch = after(o.OnFetch, t.fetches.record)
	return o
}

// Watch has the age of a validator's keys, their number and its memory of verified
// tokens measured, from now on until Close. Of several caches of one authority the
// oldest and emptiest counts, and memories are added up.
func (t *Telemetry) Watch(v *validator.Validator) { t.states.watch(v.State) }

// WatchIDTokens is Watch for a validator of ID tokens, which remembers none.
func (t *Telemetry) WatchIDTokens(v *validator.IDTokens) {
	t.states.watch(func() validator.State { return validator.State{Authorities: v.State()} })
}

// WatchApp is Watch for an application, which has keys for ID tokens.
func (t *Telemetry) WatchApp(a *acquire.App) {
	t.states.watch(func() validator.State { return validator.State{Authorities: a.State().Keys} })
}

func copied[O any](opts *O) *O {
	o := new(O)
	if opts != nil {
		*o = *opts
	}
	return o
}

// after returns what calls first, if there is one, and then next.
func after[A any](first, next func(A)) func(A) {
	if first == nil {
		return next
	}
	return func(a A) { first(a); next(a) }
}

func after2[A, B any](first, next func(A, B)) func(A, B) {
	if first == nil {
		return next
	}
	return func(a A, b B) { first(a, b); next(a, b) }
}
