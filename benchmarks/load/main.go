// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"time"
)

func main() {
	write := flag.Bool("write", false, "write the tables into "+page)
	serves := flag.String("serve", "", "be the server of this name until standard input ends")
	provider := flag.String("provider", "", "where the server's identity provider is")
	p := plan{wrk: wrk{threads: 1, connections: 16}}
	flag.IntVar(&p.rounds, "rounds", 3, "how often each server is measured")
	flag.DurationVar(&p.wrk.duration, "duration", 10*time.Second, "how long a phase takes, in whole seconds")
	flag.Parse()
	err := error(nil)
	if *serves != "" {
		err = serve(*serves, *provider)
	} else {
		err = perform(&p, *write)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func perform(p *plan, write bool) error {
	var err error
	if p.wrk.program, err = exec.LookPath("wrk"); err != nil {
		return fmt.Errorf("this measures with wrk, which is not installed (Debian: apt-get install wrk): %w", err)
	}
	if p.program, err = os.Executable(); err != nil {
		return err
	}
	begin := time.Now()
	say := func(what string) { fmt.Fprintf(os.Stderr, "%3.0f s: %s\n", time.Since(begin).Seconds(), what) }
	all, err := p.run(context.Background(), say)
	if err != nil {
		return err
	}
	text := all.text()
	fmt.Print(text)
	if !write {
		return nil
	}
	return replace(page, text)
}
