// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package measure

import (
	"fmt"
	"runtime"
	"time"
)

// Plan is how much is measured.
type Plan struct {
	// Rounds is how often each case is measured.
	Rounds int
	// Batch is for about how long each time.
	Batch time.Duration
}

// Run measures the cases in interleaved rounds. It fails if an operation does.
func (p Plan) Run(cases []Case) (*Results, error) {
	r := &Results{times: map[string][]float64{}, objects: map[string]float64{}, bytes: map[string]float64{}}
	repeat := make([]int, len(cases))
	for i := range cases {
		c := &cases[i]
		if _, twice := r.objects[c.Name]; twice || len(c.Ops) == 0 {
			return nil, fmt.Errorf("case %q is there twice or has no operation", c.Name)
		}
		var err error
		if repeat[i], err = c.calibrate(p.Batch); err != nil {
			return nil, err
		}
		if r.objects[c.Name], r.bytes[c.Name], err = c.allocations(repeat[i]); err != nil {
			return nil, err
		}
	}
	for round := range p.Rounds {
		for i := range cases {
			n := (i + round) % len(cases) // nobody always runs behind the same neighbour's garbage
			runtime.GC()
			took, ops, err := cases[n].run(repeat[n])
			if err != nil {
				return nil, err
			}
			r.times[cases[n].Name] = append(r.times[cases[n].Name], float64(took)/float64(ops))
		}
	}
	return r, nil
}
