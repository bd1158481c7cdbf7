// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/b2ckit/b2ckit/benchmarks/measure"
)

// floor is what finding a token costs in any case.
const floor = "SHA-256 of 1.2 kB"

// load is how stores are used while they are timed.
type load struct {
	title  string
	tokens int // 0: a new one each time, put into a store that is full
	cores  int
}

var loads = []load{
	{"Get, 500 tokens", busy, 1},
	{"Get, 500 tokens, 2 cores", busy, 2},
	{"Get, one token, 2 cores", 1, 2},
	{"Get, one token, 8 threads", 1, 8},
	{"Get that finds none", -1, 1},
	{"Put", 0, 1},
}

// speed prints what an operation takes, as a part of the floor on one core, and what it
// allocates.
func speed(w io.Writer, plan measure.Plan) error {
	token := make([]byte, 1200)
	cases := []measure.Case{{Name: floor, Ops: []func() error{func() error {
		sum := sha256.Sum256(token)
		token[0] = sum[0]
		return nil
	}}}}
	for _, c := range contenders {
		for _, l := range loads {
			s := c.make(whole)
			defer s.Close()
			cases = append(cases, measure.Case{Name: c.name + l.title, Ops: l.operations(s), Cores: l.cores})
		}
	}
	results, err := plan.Run(cases)
	if err != nil {
		return err
	}
	for _, l := range loads {
		fmt.Fprintf(w, "\t%s", l.title)
	}
	fmt.Fprintln(w)
	for _, c := range contenders {
		fmt.Fprint(w, c.name)
		for _, l := range loads {
			f := results.Ratio(c.name+l.title, floor)
			objects, bytes := results.Allocations(c.name + l.title)
			fmt.Fprintf(w, "\t%.3f", f.Median)
			if objects > 0.01 {
				fmt.Fprintf(w, " (%.0f B, %.0f allocs)", bytes, objects)
			}
		}
		fmt.Fprintln(w)
	}
	return nil
}

func (l load) operations(s store) []func() error {
	v := &verified{size: tokenSize, expires: time.Now().Add(24 * time.Hour)}
	if l.tokens == 0 {
		return puts(s, v)
	}
	var ops []func() error
	for n := range max(l.tokens, busy) {
		s.Put(tokenKey(uint64(n)), v)
	}
	if l.tokens < 0 {
		for n := range busy {
			k := tokenKey(floodTokens + uint64(n))
			ops = append(ops, func() error { s.Get(k); return nil })
		}
		return ops
	}
	for n := range l.tokens {
		k := tokenKey(uint64(n))
		ops = append(ops, func() error {
			if _, ok := s.Get(k); !ok {
				return errors.New("forgotten")
			}
			return nil
		})
	}
	return ops
}

// puts goes round so many tokens that each has gone when its turn comes again.
func puts(s store, v *verified) (ops []func() error) {
	for n := range 5 * capacity {
		k := tokenKey(uint64(n))
		s.Put(k, v)
		ops = append(ops, func() error { s.Put(k, v); return nil })
	}
	return ops
}
