// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
	"github.com/b2ckit/b2ckit/benchmarks/measure"
)

// numbers of flows that are compared with one.
var numbers = []int{200, 1000}

func main() {
	write := flag.Bool("write", false, "write docs/performance.md and its chart")
	quick := flag.Bool("quick", false, "measure less, and less exactly")
	flag.Parse()
	plan := measure.Plan{Rounds: 30, Batch: 10 * time.Millisecond}
	if *quick {
		plan = measure.Plan{Rounds: 10, Batch: time.Millisecond}
	}
	if err := perform(plan, *write); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func perform(plan measure.Plan, write bool) error {
	dir, err := os.MkdirTemp("", "benchmarks")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	begin := time.Now()
	say := func(what string) { fmt.Fprintf(os.Stderr, "%3.0f s: %s\n", time.Since(begin).Seconds(), what) }
	jwx4 := child{dir, []string{"-rounds", strconv.Itoa(plan.Rounds), "-batch", plan.Batch.String()}}
	report, err := measured(compare.NewSite(plan), numbers, jwx4, say)
	if err != nil {
		return err
	}
	for _, p := range report.parts() {
		fmt.Printf("%s\n%s\n", p.name, p.text)
	}
	if !write {
		return nil
	}
	return report.write()
}
