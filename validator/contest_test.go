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

// batch is how many tokens a contender has before the next one has its turn: so
// few that what else the machine does meets all of them alike.
const batch = 32

// contest has contenders do n tokens each, in turns, and tells the processor's time
// that each of them took, its garbage included. Who begins changes.
func contest(b *testing.B, n int, all []contender) []time.Duration {
	took := make([]time.Duration, len(all))
	for from := 0; from < n; from += batch {
		for turn := range all {
			k := (turn + from/batch) % len(all)
			before := cpu(b)
			for i := from; i < min(from+batch, n); i++ {
				all[k].work(i)
			}
			took[k] += cpu(b) - before
		}
	}
	return took
}

// minRounds is the least number of rounds whose median is told.
const minRounds = 10

// report runs contests of n tokens and reports, for each contender but the first,
// the median over the rounds of its time by that of the first.
func report(b *testing.B, n int, unit string, all []contender, between func()) {
	ratios := make([][]float64, len(all))
	for round := 0; b.Loop() || round < minRounds; round++ {
		if between != nil {
			between()
		}
		took := contest(b, n, all)
		for k := range all {
			ratios[k] = append(ratios[k], float64(took[k])/float64(took[0]))
		}
	}
	b.ReportMetric(0, "ns/op") // of a round, which tells nothing
	for k, c := range all[1:] {
		b.ReportMetric(medianRatio(ratios[k+1]), c.name+"-"+unit)
	}
}

func medianRatio(all []float64) float64 {
	slices.Sort(all)
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}
