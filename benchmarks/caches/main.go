// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"text/tabwriter"
	"time"

	"github.com/b2ckit/b2ckit/benchmarks/measure"
)

func main() {
	quick := flag.Bool("quick", false, "take less time")
	flag.Parse()
	requests, plan := uint64(1_000_000), measure.Plan{Rounds: 15, Batch: 10 * time.Millisecond}
	if *quick {
		requests, plan = 100_000, measure.Plan{Rounds: 5, Batch: 2 * time.Millisecond}
	}
	if err := run(os.Stdout, requests, plan); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(out io.Writer, requests uint64, plan measure.Plan) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "time, SHA-256 of 1.2 kB on one core = 1")
	if err := speed(w, plan); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nhits, of what a trace is about")
	hits(w, requests)
	fmt.Fprintln(w, "\nheld, all that may be = 1")
	bound(w)
	return w.Flush()
}

func hits(w io.Writer, requests uint64) {
	for _, t := range traces {
		fmt.Fprintf(w, "\t%s", t.name)
	}
	fmt.Fprintln(w)
	for _, c := range contenders {
		fmt.Fprint(w, c.name)
		for _, t := range traces {
			s := c.make(whole)
			ratio := play(s, t.requests(requests, rand.New(rand.NewPCG(1, 2)))) //nolint:gosec // the same each time
			fmt.Fprintf(w, "\t%.4f", ratio)
			s.Close()
		}
		fmt.Fprintln(w)
	}
}
