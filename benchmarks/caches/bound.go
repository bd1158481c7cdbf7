// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"
)

// bound prints what stores hold of what they may: while four goroutines put, by
// themselves, on the heap, and when all has expired; and the goroutines they run.
func bound(w io.Writer) {
	fmt.Fprintln(w, "\thighest while putting\ton the heap\twhen all has expired\tand a second later\tgoroutines\tafter Close")
	for _, c := range contenders {
		before := runtime.NumGoroutine()
		s := c.make(whole)
		running := runtime.NumGoroutine() - before
		highest := crowd(s)
		s.Close()
		settle(before)
		left := runtime.NumGoroutine() - before
		soon, later := expire(c)
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%.2f\t%.2f\t%d\t%d\n", c.name, highest, onHeap(c), soon, later, running, left)
	}
}

// held is what is in a store, as a part of what may be, as far as its entries tell.
func held(s store) float64 { return float64(s.Entries()) * (tokenSize + entryCost) / whole }

// crowd returns the most that was held while all cores put.
func crowd(s store) (most float64) {
	var putting sync.WaitGroup
	for g := range uint64(4) {
		putting.Go(func() {
			for n := range uint64(20 * capacity) {
				s.Put(tokenKey(g<<40+n), &verified{size: tokenSize, expires: time.Now().Add(time.Hour)})
			}
		})
	}
	done := make(chan struct{})
	go func() { putting.Wait(); close(done) }()
	for {
		select {
		case <-done:
			return most
		default:
			most = max(most, held(s))
		}
	}
}

// onHeap returns what a full store takes of the heap.
func onHeap(c contender) float64 {
	before := heap()
	s := c.make(whole)
	defer s.Close()
	for n := range 2 * capacity {
		s.Put(tokenKey(uint64(n)), newVerified(time.Hour))
	}
	s.Entries() // those that are late with their housekeeping do it now
	return (heap() - before) / whole
}

// expire returns what a half full store takes of the heap when all in it has expired
// and an eighth as many others were put, and a second later.
func expire(c contender) (soon, later float64) {
	before := heap()
	s := c.make(whole)
	defer s.Close()
	const life = time.Second
	for n := range capacity / 2 {
		s.Put(tokenKey(uint64(n)), newVerified(life))
	}
	<-time.After(life)
	for n := range capacity / 16 {
		s.Put(tokenKey(floodTokens+uint64(n)), newVerified(time.Hour))
	}
	soon = (heap() - before) / whole
	<-time.After(1100 * time.Millisecond)
	return soon, (heap() - before) / whole
}

func newVerified(life time.Duration) *verified {
	return &verified{size: tokenSize, expires: time.Now().Add(life), claims: make([]byte, tokenSize-verifiedSize)}
}

func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// settle waits until what was told to end has ended.
func settle(goroutines int) {
	for range 100 {
		if runtime.NumGoroutine() <= goroutines {
			return
		}
		<-time.After(10 * time.Millisecond)
	}
}
