// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package measure

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

// Case is something whose cost is measured.
type Case struct {
	// Name is how results are asked for.
	Name string
	// Ops are done in turn, again and again. On several cores each has its own part
	// of them, if there are enough.
	Ops []func() error
	// Turn, if not nil, is done before each time through the operations, on the clock.
	Turn func()
	// Cores is on how many the operations are done; 0 means one. The garbage
	// collector has no other cores.
	Cores int
	// Elapsed has the time that passes measured also on one core, for a comparison with
	// several.
	Elapsed bool
}

func (c *Case) cores() int { return max(c.Cores, 1) }

// part is what the n-th core does.
func (c *Case) part(n int) []func() error {
	if len(c.Ops) < c.cores() {
		return c.Ops
	}
	return c.Ops[n*len(c.Ops)/c.cores() : (n+1)*len(c.Ops)/c.cores()]
}

// run goes through the operations so many times and returns the time for all of them,
// and their number: on one core the processor's time, on several the time that passed.
func (c *Case) run(times int) (time.Duration, int, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(c.cores()))
	var wg sync.WaitGroup
	start := make(chan struct{})
	errs := make([]error, c.cores())
	ops := 0
	for n := range c.cores() {
		part := c.part(n)
		ops += times * len(part)
		wg.Go(func() {
			<-start
			errs[n] = c.through(part, times)
		})
	}
	clock := processorTime
	if c.Elapsed || c.cores() > 1 { // waiting for each other counts
		clock = func() time.Duration { return time.Since(began) }
	}
	begin := clock()
	close(start)
	wg.Wait()
	took := clock() - begin
	for _, err := range errs {
		if err != nil {
			return 0, 0, fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	return took, ops, nil
}

func (c *Case) through(part []func() error, times int) error {
	for range times {
		if c.Turn != nil {
			c.Turn()
		}
		for _, op := range part {
			if err := op(); err != nil {
				return err
			}
		}
	}
	return nil
}

// calibrate returns how many times through the operations take that long, after
// having done them once.
func (c *Case) calibrate(batch time.Duration) (int, error) {
	times := 1
	for range 2 { // the first time is slow
		took, _, err := c.run(times)
		if err != nil {
			return 0, err
		}
		if took > 0 && took < batch {
			times = max(times, int(float64(times)*float64(batch)/float64(took)))
		}
	}
	return times, nil
}

// allocations returns how many objects and bytes an operation allocates.
func (c *Case) allocations(times int) (objects, bytes float64, err error) {
	one := Case{Name: c.Name, Ops: c.Ops, Turn: c.Turn}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, ops, err := one.run(times)
	if err != nil {
		return 0, 0, err
	}
	runtime.ReadMemStats(&after)
	const own = 8 // of run itself, at most
	n := float64(ops)
	return max(0, float64(after.Mallocs-before.Mallocs)-own) / n, float64(after.TotalAlloc-before.TotalAlloc) / n, nil
}
