// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"time"

	"github.com/b2ckit/b2ckit/benchmarks/contoso"
	"github.com/b2ckit/b2ckit/benchmarks/measure"
	"github.com/b2ckit/b2ckit/benchmarks/peers"
)

func main() {
	if err := run(measure.Plan{Rounds: 20, Batch: 10 * time.Millisecond}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(plan measure.Plan) error {
	t := contoso.New(2048, 1)
	good := t.Tokens(512)
	cases := []measure.Case{{Name: "floor", Ops: peers.Floor(t).Operations(good)}}
	contenders := []peers.Contender{peers.Ours(), peers.GolangJWT(), peers.Keyfunc()}
	for _, c := range contenders {
		s, err := c.New(t)
		if err != nil {
			return err
		}
		if err := s.Prove(t, good); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		cases = append(cases, measure.Case{Name: c.Name, Ops: s.Operations(good), Turn: s.Turn})
	}
	results, err := plan.Run(cases)
	if err != nil {
		return err
	}
	for _, c := range contenders {
		ratio := results.Ratio(c.Name, "floor")
		objects, bytes := results.Allocations(c.Name)
		fmt.Printf("%-24s %.2f (%.2f to %.2f) %.0f allocs %.0f B\n", c.Name, ratio.Median, ratio.Low, ratio.High, objects, bytes)
	}
	return nil
}
