// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// tally counts what went on. It is safe for concurrent use.
type tally struct {
	handedOut atomic.Int64

	mu      sync.Mutex
	answers map[string]map[int]int // by kind and status
	calls   map[string]map[string]int
	events  map[string]int
	times   [64]int // of good answers: places of a tenth more each, from 100 µs
}

func newTally() *tally {
	return &tally{answers: map[string]map[int]int{}, calls: map[string]map[string]int{}, events: map[string]int{}}
}

func (t *tally) answer(kind string, status int, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.answers[kind] == nil {
		t.answers[kind] = map[int]int{}
	}
	t.answers[kind][status]++
	if status == 200 {
		t.times[place64(took)]++
	}
}

// place64 puts durations into places that double every fourth.
func place64(d time.Duration) int {
	i := 0
	for limit := 100 * time.Microsecond; d > limit && i < 63; i++ {
		limit += limit * 19 / 100
	}
	return i
}

// quantile returns the time within which that part of the good answers came.
func (t *tally) quantile(q float64) time.Duration {
	all := 0
	for _, n := range t.times {
		all += n
	}
	limit, seen := 100*time.Microsecond, 0
	for _, n := range t.times {
		if seen += n; float64(seen) >= q*float64(all) {
			break
		}
		limit += limit * 19 / 100
	}
	return limit.Round(100 * time.Microsecond)
}

func (t *tally) behind(asUser bool, outcome string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	who := "as app"
	if asUser {
		who = "as user"
	}
	if t.calls[who] == nil {
		t.calls[who] = map[string]int{}
	}
	t.calls[who][outcome]++
}

func (t *tally) event(name string) {
	name, _, _ = strings.Cut(name, " by ")
	t.mu.Lock()
	defer t.mu.Unlock()
	t.events[name]++
}

// String is the summary, no line of which is longer than 80 columns.
func (t *tally) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	total := 0
	fmt.Fprintf(&b, "%-18s %9s %7s %7s %7s %7s\n", "requests", "200", "400", "401", "403", "503")
	for _, kind := range slices.Sorted(maps.Keys(t.answers)) {
		fmt.Fprintf(&b, "%-18s", kind)
		for i, status := range []int{200, 400, 401, 403, 503} {
			n := t.answers[kind][status]
			total += n
			width := 8
			if i == 0 {
				width = 10
			}
			fmt.Fprintf(&b, "%*s", width, count(n))
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%d in all; good answers: p50 %v, p99 %v\n", total, t.quantile(0.50), t.quantile(0.99))
	for _, who := range slices.Sorted(maps.Keys(t.calls)) {
		line := "calls " + who + ":"
		for _, outcome := range slices.Sorted(maps.Keys(t.calls[who])) {
			line += fmt.Sprintf(" %s × %d;", outcome, t.calls[who][outcome])
		}
		b.WriteString(wrap(strings.TrimSuffix(line, ";")))
	}
	var events []string
	for _, name := range slices.Sorted(maps.Keys(t.events)) {
		events = append(events, fmt.Sprintf("%s × %d", name, t.events[name]))
	}
	b.WriteString(wrap("events: " + strings.Join(events, "; ")))
	return b.String()
}

func count(n int) string {
	if n == 0 {
		return "."
	}
	return fmt.Sprint(n)
}

// wrap breaks a text into lines of at most 80 columns.
func wrap(text string) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		if n := len([]rune(word)); i > 0 && column+1+n > 80 {
			b.WriteString("\n  ")
			column = 2 + n
		} else {
			if i > 0 {
				b.WriteByte(' ')
				column++
			}
			column += n
		}
		b.WriteString(word)
	}
	return b.String() + "\n"
}

// journal is the list of events.
type journal struct {
	mu    sync.Mutex
	begun time.Time
	lines []entry
}

type entry struct {
	at   time.Time
	text string
}

func (j *journal) add(text string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, entry{time.Now(), text})
}

// until returns the events up to a time, those of its last thirty seconds
// marked.
func (j *journal) until(at time.Time) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var b strings.Builder
	for _, e := range j.lines {
		if e.at.After(at) {
			break
		}
		mark := ' '
		if at.Sub(e.at) < 30*time.Second {
			mark = '*'
		}
		fmt.Fprintf(&b, "%c %8.2fs  %s\n", mark, e.at.Sub(j.begun).Seconds(), e.text)
	}
	return b.String()
}
