// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package growth

import (
	"context"
	"fmt"
	"runtime"
	"runtime/metrics"
	"time"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
	"github.com/b2ckit/b2ckit/benchmarks/contoso"
	"github.com/b2ckit/b2ckit/benchmarks/peers"
)

// collections is the garbage collector's part of the processor time of a program that
// does nothing but validate.
func (p Plan) collections(context.Context, string) (Table, error) {
	t := Table{Name: "garbage collection", Head: []string{"load", "part of the processor time", "bytes allocated for each token"}}
	tenant := contoso.New(2048, 1)
	good := tenant.Tokens(p.Tokens)
	first, err := peers.Ours(peers.First).New(tenant)
	if err != nil {
		return t, err
	}
	before, err := peers.Ours(peers.Before).New(tenant)
	if err != nil {
		return t, err
	}
	for _, load := range []struct {
		name string
		of   *compare.Subject
	}{{"the floor", compare.Floor(tenant)}, {"first sight", first}, {"seen before", before}} {
		share, each, err := p.collected(load.of, good)
		if err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, []string{load.name, fmt.Sprintf("%.1f %%", 100*share), bytes(each)})
	}
	return t, nil
}

func (p Plan) collected(s *compare.Subject, tokens []string) (share float64, each int64, err error) {
	ops := s.Operations(tokens)
	samples := []metrics.Sample{{Name: "/cpu/classes/gc/total:cpu-seconds"}, {Name: "/cpu/classes/user:cpu-seconds"}, {Name: "/gc/heap/allocs:bytes"}}
	read := func() (gc, user float64, allocated uint64) {
		runtime.GC() // the processor's times are those of the last collection
		metrics.Read(samples)
		return samples[0].Value.Float64(), samples[1].Value.Float64(), samples[2].Value.Uint64()
	}
	n := 0
	gc, user, allocated := read()
	for begin := time.Now(); time.Since(begin) < p.Load; {
		if s.Turn != nil {
			s.Turn()
		}
		for _, op := range ops {
			if err := op(); err != nil {
				return 0, 0, err
			}
			n++
		}
	}
	gcAfter, userAfter, allocatedAfter := read()
	gc, user = gcAfter-gc, userAfter-user
	return gc / (gc + user), int64(allocatedAfter-allocated) / int64(n), nil //nolint:gosec // it fits
}
