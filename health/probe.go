// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package health

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// longest is what a part may take. Kubernetes waits for a second unless told
// otherwise; a validator without keys takes five for a fetch.
const longest = 10 * time.Second

// probe asks a part, once at a time: of probes that come each second, and of a part
// that hangs, one goroutine is left and not one a second.
type probe struct {
	part  Part
	mu    sync.Mutex
	round *round // under way, nil if none
}

// round is one question, and when it is answered.
type round struct {
	until time.Time
	done  chan struct{}
	err   error // once done
}

// join returns the round under way, or begins one. It keeps the values of the
// context and not its end: the next probe wants the answer that this one can't
// wait for.
func (p *probe) join(ctx context.Context) *round {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.round == nil {
		p.round = &round{until: time.Now().Add(longest), done: make(chan struct{})}
		go p.ask(context.WithoutCancel(ctx), p.round)
	}
	return p.round
}

func (p *probe) ask(ctx context.Context, r *round) {
	ctx, cancel := context.WithDeadline(ctx, r.until)
	defer cancel()
	r.err = errEnded
	defer func() {
		if v := recover(); v != nil {
			r.err = fmt.Errorf("%T panicked: %v", p.part, v)
		}
		p.mu.Lock()
		p.round = nil
		p.mu.Unlock()
		close(r.done)
	}()
	r.err = p.part.Ready(ctx)
}

var (
	errEnded = errors.New("a part's Ready ended its goroutine")
	errSlow  = fmt.Errorf("a part has not answered within %v", longest)
)

// wait returns the answer, or why there is none.
func (r *round) wait(ctx context.Context) error {
	late := time.NewTimer(time.Until(r.until))
	defer late.Stop()
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-late.C:
		return errSlow
	}
}
