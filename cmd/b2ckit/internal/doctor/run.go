// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/exchange"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/redischeck"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/internal/retry"
	"github.com/b2ckit/b2ckit/jwks"
)

// atOnce is how many flows of one host are asked at the same time, and pause how
// long after so many the next begins: B2C counts 20 requests a second from one
// address, and each flow takes two.
const (
	atOnce = 4
	pause  = 125 * time.Millisecond
)

// doctor is one run.
type doctor struct {
	Config

	recorder *exchange.Recorder
	client   *http.Client // for what neither jwks nor acquire asks; it follows no redirect
	patients []*patient
}

// patient is one flow at one host, and what was found of it.
type patient struct {
	authority authority.Authority
	cache     *jwks.Cache
	found     []report.Finding
	isMissing bool // B2C says that there is no such flow
}

// Run makes all checks and returns what they found. When ctx ends, it returns what
// there is by then. The error is of a configuration that can't be checked.
func Run(ctx context.Context, cfg Config) (*report.Report, error) {
	d, err := newDoctor(cfg.withDefaults())
	if err != nil {
		return nil, err
	}
	defer d.close()
	r := &report.Report{Findings: d.checks(ctx), At: d.Now()}
	if ctx.Err() != nil {
		r.Interrupted = context.Cause(ctx).Error()
	}
	return r, nil
}

func newDoctor(cfg Config) (*doctor, error) {
	d := &doctor{Config: cfg, recorder: exchange.NewRecorder(cfg.Transport, cfg.Now)}
	d.client = &http.Client{
		Transport:     d.recorder,
		Timeout:       cfg.RequestTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	limiter := new(jwks.Limiter)
	var all []error
	for _, a := range cfg.Authorities {
		cache, err := jwks.New(a, &jwks.Options{
			Transport: d.recorder, Limiter: limiter, FetchTimeout: cfg.RequestTimeout, Logger: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			all = append(all, err)
			continue
		}
		d.patients = append(d.patients, &patient{authority: a, cache: cache})
	}
	if len(cfg.Authorities) == 0 && cfg.Redis == nil {
		all = append(all, errors.New("there is nothing to check: no flow and no Redis"))
	}
	if err := errors.Join(all...); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *doctor) close() {
	for _, p := range d.patients {
		_ = p.cache.Close()
	}
	d.client.CloseIdleConnections()
}

// checks makes all checks: of hosts side by side, and of Redis beside them; what
// needs the flows' keys comes after.
func (d *doctor) checks(ctx context.Context) []report.Finding {
	redis := make(chan []report.Finding, 1)
	go func() { redis <- redischeck.Check(ctx, d.Redis) }()

	hosts := d.hosts()
	var group sync.WaitGroup
	for _, h := range hosts {
		group.Go(func() { d.flows(ctx, d.at(h)) })
	}
	group.Wait()
	d.meant(ctx)
	other := d.otherHosts(ctx)
	application := d.application(ctx)

	var all []report.Finding
	for _, h := range hosts {
		of := d.host(h)
		all = append(all, of...)
		for _, p := range d.at(h) {
			if !answered(of) {
				withoutAnswer(p.found)
			}
			all = append(all, p.found...)
		}
	}
	return slices.Concat(all, other, application, <-redis)
}

// answered reports whether a host has answered requests.
func answered(host []report.Finding) bool {
	return !slices.ContainsFunc(host, func(f report.Finding) bool { return f.State == report.Fail && f.Check != report.Clock })
}

// withoutAnswer says of the flows of a host that does not answer no more than that.
func withoutAnswer(flows []report.Finding) {
	for i, f := range flows {
		if f.Check == report.Metadata && f.State == report.Fail {
			flows[i].State, flows[i].Found, flows[i].Do = report.Skipped, "the host does not answer: see connection and tls", ""
		}
	}
}

// hosts returns the hosts of the flows, in the order in which they were given.
func (d *doctor) hosts() []string {
	var all []string
	for _, p := range d.patients {
		if h := p.authority.Host(); !slices.Contains(all, h) {
			all = append(all, h)
		}
	}
	return all
}

// at returns the flows at one host.
func (d *doctor) at(host string) []*patient {
	var all []*patient
	for _, p := range d.patients {
		if p.authority.Host() == host {
			all = append(all, p)
		}
	}
	return all
}

// flows checks the flows of one host.
func (d *doctor) flows(ctx context.Context, of []*patient) {
	places := make(chan struct{}, atOnce)
	var group sync.WaitGroup
	for i, p := range of {
		if i >= atOnce {
			wait(ctx, pause)
		}
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			d.flow(ctx, p)
		})
	}
	group.Wait()
}

// wait waits, or returns when ctx ends.
func wait(ctx context.Context, length time.Duration) {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// get asks for a URL, bounded, and returns what came of it.
func (d *doctor) get(ctx context.Context, url string) (exchange.Exchange, error) {
	if err := ctx.Err(); err != nil {
		return exchange.Exchange{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return exchange.Exchange{}, errors.New("its address is malformed")
	}
	req.Header.Set("User-Agent", "b2ckit doctor")
	resp, err := d.client.Do(req)
	if err != nil {
		return exchange.Exchange{}, withoutURL(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := drain(resp.Body); err != nil {
		return exchange.Exchange{}, fmt.Errorf("the answer was cut off: %w", err)
	}
	e, _ := d.recorder.Of(req.URL.String())
	if after := retry.After(resp.Header); resp.StatusCode == http.StatusTooManyRequests && after > 0 {
		return e, fmt.Errorf("the host answered 429, and asks to be left alone for %v", after)
	}
	return e, nil
}
