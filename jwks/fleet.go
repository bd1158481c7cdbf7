// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"time"
)

// fleet makes fetches, each in place of all processes that share a store: what
// one has got the others take over. Without a store it is alone.
type fleet struct {
	loader  *loader
	archive *archive // nil if there is no store
	lease   time.Duration
}

// fleetPoll is how often to look for what another process fetches.
const fleetPoll = 100 * time.Millisecond

func newFleet(l *loader, a *archive, fetchTimeout time.Duration) *fleet {
	return &fleet{
		loader: l, archive: a,
		lease: 2*fetchTimeout + l.patience + time.Second, // two documents, another cache, and the store
	}
}

// load fetches and checks the documents. What is newer in the store ends it, and
// no request is made: whoever misses a key in that has another fetch.
func (f *fleet) load(ctx context.Context, o order) outcome {
	if out, found := f.loader.news(&o); found {
		return f.keep(out, nil)
	}
	switch {
	case f.archive == nil && o.ask == askStore: // another cache had news, and this one has it by now
		return outcome{stored: true, meta: o.known}
	case f.archive == nil:
		return f.loader.load(ctx, o)
	case o.ask == askServer:
		return f.fetch(ctx, o, nil)
	}
	out, found := f.look(ctx, o)
	if found || o.ask == askStore {
		return out
	}
	lacked := f.archive.lacked
	release, out, found := f.turn(ctx, o)
	if found {
		return out
	}
	out = f.fetch(ctx, o, release)
	out.lacked = lacked
	return out
}

// look returns what the store has, and whether that is news.
func (f *fleet) look(ctx context.Context, o order) (out outcome, found bool) {
	none := outcome{stored: true, meta: o.known}
	s := f.archive.look(ctx)
	if s == nil {
		return none, false
	}
	out = f.loader.judge(s.since(time.Now()))
	if err := out.err(); err != nil {
		f.archive.refuse("content", err)
		return none, false
	}
	if !f.archive.newMetadata(s) {
		if out.meta != o.known {
			return none, false // keys that belong to what is no longer so
		}
		out.metadata = attempt{}
	}
	f.archive.accept(s)
	return out, true
}

// turn takes the lease, or waits for what its holder gets, though not for long:
// without either it returns nil, and this process fetches for itself.
func (f *fleet) turn(ctx context.Context, o order) (release func(context.Context), out outcome, found bool) {
	poll := time.NewTicker(min(fleetPoll, f.loader.patience))
	defer poll.Stop()
	for start := time.Now(); ; {
		release, err := f.archive.lease(ctx, f.lease)
		if err != nil {
			return nil, out, false
		}
		if out, found = f.look(ctx, o); found && release != nil {
			release(ctx)
		}
		if found || release != nil || time.Since(start) >= f.loader.patience {
			return release, out, found
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			return nil, out, false
		}
	}
}

// fetch asks the server.
func (f *fleet) fetch(ctx context.Context, o order, release func(context.Context)) outcome {
	return f.keep(f.loader.load(ctx, o), release)
}

// keep has the store know what the server has said, once it is published here.
func (f *fleet) keep(out outcome, release func(context.Context)) outcome {
	if f.archive == nil {
		return out
	}
	latest := f.archive.fetched(&out)
	out.after = func(ctx context.Context) {
		if latest != nil { // even if the cache has been closed since: the next process wants it
			f.archive.save(context.WithoutCancel(ctx), latest)
		}
		if release != nil {
			release(ctx)
		}
	}
	return out
}
