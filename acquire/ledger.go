// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"sync"
	"time"
)

// ledger counts acquisitions, and tells Options.OnAcquisition of them.
type ledger struct {
	onAcquisition func(context.Context, Acquisition) // nil if there is none
	authority     string
	log           *slog.Logger
	lines, panics *quota // of the log

	mu    sync.Mutex
	state tally
}

// tally is what is counted. Calls served from memory are not: they take no lock.
type tally struct {
	requests, shared         uint64
	failures                 map[Class]uint64
	lastError                error
	lastErrorAt, lastSuccess time.Time
}

// served returns what is told of each call that waits for no renewal; nil if nobody
// wants to know.
func (l *ledger) served(g Grant) func(ctx context.Context, start time.Time, err error) {
	if l.onAcquisition == nil {
		return nil
	}
	return func(ctx context.Context, start time.Time, err error) {
		a := Acquisition{Authority: l.authority, Grant: g, Source: SourceMemory, Start: start, Duration: time.Since(start), Err: err}
		if err != nil {
			a.Source = SourceNone
		}
		l.onAcquisition(ctx, a)
	}
}

// begin opens the page of an acquisition that may need requests.
func (l *ledger) begin(g Grant, renewal bool) *page {
	return &page{ledger: l, grant: g, renewal: renewal, start: l.now()}
}

// isHeard reports whether anybody is told: the hook, or a log for debugging.
func (l *ledger) isHeard() bool {
	return l.onAcquisition != nil || l.log.Enabled(context.Background(), slog.LevelDebug)
}

// now returns the time if somebody is told of it.
func (l *ledger) now() time.Time {
	if !l.isHeard() {
		return time.Time{}
	}
	return time.Now()
}

// page is what a ledger has of one acquisition. One goroutine has it at a time. On a
// nil page requests leave no trace.
type page struct {
	ledger    *ledger
	grant     Grant
	renewal   bool
	start     time.Time
	requested bool
	told      []Acquisition
}

// sending returns the start of a request that begins now, if somebody is told of it.
func (p *page) sending() time.Time {
	if p == nil {
		return time.Time{}
	}
	return p.ledger.now()
}

// request notes a request to the token endpoint that began at start.
func (p *page) request(start time.Time, err error) {
	if p == nil {
		return
	}
	p.requested = true
	p.add(SourceEndpoint, start, err)
	p.ledger.count(func(t *tally) { t.requests++ }, err)
}

// end closes the page: if no request was made, there is a token from the shared
// cache, or none.
func (p *page) end(found bool, err error) {
	switch {
	case p.requested:
	case err != nil:
		p.add(SourceNone, p.start, err)
		p.ledger.count(func(*tally) {}, err)
	case found:
		p.add(SourceCache, p.start, nil)
		p.ledger.count(func(t *tally) { t.shared++ }, nil)
	}
}

func (p *page) add(from Source, start time.Time, err error) {
	if !p.ledger.isHeard() {
		return
	}
	p.told = append(p.told, Acquisition{
		Authority: p.ledger.authority, Grant: p.grant, Source: from, Start: start, Duration: time.Since(start), Renewal: p.renewal, Err: bare(err),
	})
}

func (l *ledger) count(what func(*tally), err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	what(&l.state)
	if err == nil {
		l.state.lastSuccess = time.Now()
		return
	}
	err = bare(err)
	l.state.lastError, l.state.lastErrorAt = err, time.Now()
	if e, ok := errors.AsType[*Error](err); ok {
		if l.state.failures == nil {
			l.state.failures = map[Class]uint64{}
		}
		l.state.failures[e.Class]++
	}
}

// counted returns what has been counted so far.
func (l *ledger) counted() tally {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.state
	t.failures = maps.Clone(t.failures)
	return t
}

// tell logs all that is on the page, and calls Options.OnAcquisition with it.
func (p *page) tell(ctx context.Context) {
	for _, a := range p.told {
		p.ledger.logAcquisition(ctx, a)
	}
	for _, a := range p.told {
		if p.ledger.onAcquisition != nil {
			p.ledger.onAcquisition(ctx, a)
		}
	}
	p.told = nil
}

// tellAside is tell on a goroutine of its own, so that nobody who waits for the token
// waits for it. A panic there would end the process, and its value could hold
// anything, so its type is logged.
func (p *page) tellAside(ctx context.Context) {
	if len(p.told) == 0 {
		return
	}
	go func() {
		defer func() {
			if v := recover(); v != nil {
				if omitted, ok := p.ledger.panics.take(); ok {
					p.ledger.log.Error("acquire.Options.OnAcquisition panicked",
						withOmitted(omitted, "panic", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))...)
				}
			}
		}()
		p.tell(context.WithoutCancel(ctx))
	}()
}

func (l *ledger) logAcquisition(ctx context.Context, a Acquisition) {
	if !l.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	omitted, ok := l.lines.take()
	if !ok {
		return
	}
	attrs := withOmitted(omitted, "grant", string(a.Grant), "via", string(a.Source), "renewal", a.Renewal, "duration", a.Duration)
	if a.Err == nil {
		l.log.DebugContext(ctx, "token acquired", attrs...)
		return
	}
	l.log.DebugContext(ctx, "token not acquired", append(attrs, "error", a.Err.Error())...)
}
