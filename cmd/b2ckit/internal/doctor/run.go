// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/redischeck"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
)

// atOnce is how many flows of one host are asked at the same time, and pause how
// long after so many the next begins: B2C counts 20 requests a second from one
// address, and each flow takes two.
const (
	atOnce = 4
	pause  = 125 * time.Millisecond
)

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
