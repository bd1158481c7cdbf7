// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package measure

import (
	"fmt"
	"slices"
)

// Results are what the rounds of a plan measured. A name that was not measured is a
// mistake of the caller and panics.
type Results struct {
	times          map[string][]float64 // case -> nanoseconds of an operation, by round
	objects, bytes map[string]float64
}

// Figure is the median of all rounds, with the quartiles around it.
type Figure struct{ Median, Low, High float64 }

// Ratio is how many times as long a takes as b.
func (r *Results) Ratio(a, b string) Figure {
	return r.Each(func(ns func(string) float64) float64 { return ns(a) / ns(b) })
}

// Each computes a figure from what each round measured by itself: f is called for
// each, with a function that returns the nanoseconds of a case's operation in it.
func (r *Results) Each(f func(ns func(name string) float64) float64) Figure {
	var all []float64
	for round := 0; ; round++ {
		ended := false
		v := f(func(name string) float64 {
			times := r.of(name)
			if ended = ended || round >= len(times); ended {
				return 1
			}
			return times[round]
		})
		if ended {
			return figure(all)
		}
		all = append(all, v)
	}
}

func (r *Results) of(name string) []float64 {
	times, ok := r.times[name]
	if !ok {
		panic(fmt.Sprintf("%q was not measured", name))
	}
	return times
}

// Allocations returns how many objects and bytes an operation of a case allocates.
func (r *Results) Allocations(name string) (objects, bytes float64) {
	r.of(name)
	return r.objects[name], r.bytes[name]
}

func figure(all []float64) Figure {
	slices.Sort(all)
	return Figure{Median: quantile(all, 0.5), Low: quantile(all, 0.25), High: quantile(all, 0.75)}
}

// quantile interpolates between the two nearest of the sorted values.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
