// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

//go:build goexperiment.jsonv2

package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/b2ckit/b2ckit/benchmarks/compare"
	"github.com/b2ckit/b2ckit/benchmarks/measure"
)

func main() {
	rounds := flag.Int("rounds", 0, "how often to measure; 0 is once, on a few tokens")
	batch := flag.Duration("batch", 10*time.Millisecond, "for how long each time")
	flag.Parse()
	if err := run(*rounds, *batch); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(rounds int, batch time.Duration) error {
	site := compare.SmallSite
	if rounds > 0 {
		site = func() *compare.Site { return compare.NewSite(measure.Plan{Rounds: rounds, Batch: batch}) }
	}
	rows, err := site().Rows([]compare.Contender{jwx4()}, nil)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(rows)
}
