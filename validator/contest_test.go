// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

//go:build unix

package validator_test

import (
	"slices"
	"testing"
	"time"
)

// contender does the same work for one token after the other, in a way of its own.
type contender struct {
	name string
	work func(i int)
}

// contest compares contenders in rounds within one process, by the processor's time
// that each takes, its garbage included: what else the machine does meets all of them
// alike.
type contest struct {
	all   []contender
	times map[string][]time.Duration // by name, of each round
}

const (
	minRounds = 10
	batch     = 32 // how many tokens a contender has before the next one has its turn
)

// run has rounds of n tokens. Before each it calls prepare. Who begins changes.
func (c *contest) run(b *testing.B, n int, prepare func()) {
	c.times = map[string][]time.Duration{}
	for round, more := 0, b.Loop(); more || round < minRounds; round++ {
		prepare()
		took := make([]time.Duration, len(c.all))
		for from := 0; from < n; from += batch {
			for turn := range c.all {
				k := (turn + from/batch) % len(c.all)
				before := cpu(b)
				for i := from; i < min(from+batch, n); i++ {
					c.all[k].work(i)
				}
				took[k] += cpu(b) - before
			}
		}
		for k, t := range took {
			c.times[c.all[k].name] = append(c.times[c.all[k].name], t)
		}
		more = more && b.Loop() // which must not be asked again
	}
	b.ReportMetric(0, "ns/op") // of a round, which tells nothing
}

// ratio is the median over the rounds of how much longer one took than another.
func (c *contest) ratio(one, other string) float64 {
	var all []float64
	for round, t := range c.times[one] {
		all = append(all, float64(t)/float64(c.times[other][round]))
	}
	return middle(all)
}

// middle is the median.
func middle(all []float64) float64 {
	slices.Sort(all)
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}
