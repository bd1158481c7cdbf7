// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// workers is how many clients there are. Each waits for its answer, so the rate
// is what the machine can do, up to that of pause.
const workers = 40

// patience is how long a request may take: keys are waited for for two seconds,
// and tokens for four; the rest is for a busy machine.
const patience = 30 * time.Second

// work sends requests until the context ends.
func (s *soak) work(ctx context.Context, r *rand.Rand) {
	for ctx.Err() == nil {
		s.gate.RLock()
		s.request(s.fronts[r.IntN(len(s.fronts))], s.supply.draw(r), routes[s.route(r)], r)
		s.gate.RUnlock()
		wait(ctx, time.Duration(r.IntN(2*workers*int(time.Second)/s.rate)))
	}
}

// route picks one, by how often it is called.
func (s *soak) route(r *rand.Rand) int {
	switch n := r.IntN(100); {
	case n < 50:
		return 0
	case n < 70:
		return 1
	case n < 82:
		return 2
	case n < 91:
		return 3
	}
	return 4
}

// request sends one request and holds the answer against the model.
func (s *soak) request(at *place, c *credential, to route, r *rand.Rand) int {
	svc, leave := at.enter()
	defer leave()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, svc.server.URL+to.path, nil)
	if err != nil {
		s.fail("%v", err)
		return 0
	}
	for _, h := range c.header {
		req.Header.Add("Authorization", h)
	}
	req.Header.Set("X-Pick", strconv.Itoa(r.IntN(1000)))
	from := time.Now()
	resp, err := svc.server.Client().Do(req)
	if err != nil {
		s.fail("%s%s: no answer to %v within %v: %v", svc.name, to.path, c, time.Since(from), err)
		return 0
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	end := time.Now()
	s.tally.answer(c.kind, resp.StatusCode, end.Sub(from))
	if problem := svc.problem(c, to, from, end, resp.StatusCode, resp.Header); problem != "" {
		s.fail("%s%s answered %d to %v within %v: %s", svc.name, to.path, resp.StatusCode, c, end.Sub(from).Round(time.Millisecond), problem)
	}
	return resp.StatusCode
}

// flood sends forged tokens to one service until the context ends.
func (s *soak) flood(ctx context.Context, at *place, flows []string, seed uint64) {
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			for ctx.Err() == nil {
				s.request(at, s.supply.forged(r, flows[r.IntN(len(flows))]), routes[0], r)
				wait(ctx, time.Duration(r.IntN(int(50*time.Millisecond))))
			}
		})
	}
	all.Wait()
}

// wait waits for a time, or the end of the context.
func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
