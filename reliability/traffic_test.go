// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"sync"
	"testing"
	"time"
)

// traffic is what clients send at a steady rate, each not waiting for the others.
type traffic struct {
	good chan answer // the first answer of status 200 since it was emptied

	end, ended chan struct{}

	mu      sync.Mutex
	answers []answer
}

// patient is more requests at a time than wait for 5 s.
const patient = 700

// send begins traffic, with at most so many requests under way. It ends with the test
// if not before.
func send(t *testing.T, perSecond, underWay int, ask func() answer) *traffic {
	t.Helper()
	tr := &traffic{good: make(chan answer, 1), end: make(chan struct{}), ended: make(chan struct{})}
	go tr.run(time.Second/time.Duration(perSecond), make(chan struct{}, underWay), ask)
	t.Cleanup(func() { tr.stop() })
	return tr
}

func (tr *traffic) run(every time.Duration, underWay chan struct{}, ask func() answer) {
	defer close(tr.ended)
	var wg sync.WaitGroup
	defer wg.Wait()
	for next := time.Now(); ; next = next.Add(every) {
		select {
		case <-tr.end:
			return
		case <-time.After(time.Until(next)):
		}
		select {
		case underWay <- struct{}{}:
			wg.Go(func() {
				tr.note(ask())
				<-underWay
			})
		default: // what a machine that is too busy can't send is not sent later
		}
		if late := time.Since(next); late > time.Second {
			next = next.Add(late)
		}
	}
}

func (tr *traffic) note(a answer) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.answers = append(tr.answers, a)
	if a.status == 200 {
		select {
		case tr.good <- a:
		default:
		}
	}
}

// stop ends the traffic, waits for what is under way and returns all answers.
func (tr *traffic) stop() []answer {
	tr.mu.Lock()
	select {
	case <-tr.end:
	default:
		close(tr.end)
	}
	tr.mu.Unlock()
	<-tr.ended
	return tr.answers
}

// awaitGood waits for the first 200, for a minute at most.
func (tr *traffic) awaitGood(t *testing.T) {
	t.Helper()
	select {
	case <-tr.good:
	case <-time.After(time.Minute):
		t.Fatal("no good answer for a minute")
	}
}

// outages are the answers that are no 200. Those that aren't as they should be in
// an outage fail the test.
func outages(t *testing.T, answers []answer) (all []answer) {
	t.Helper()
	wrong := map[int]int{}
	for _, a := range answers {
		switch {
		case a.isOutage():
			all = append(all, a)
		case a.status != 200:
			wrong[a.status]++
		}
	}
	if len(wrong) > 0 {
		t.Errorf("got answers that are neither 200 nor 503 with Retry-After, by status: %v", wrong)
	}
	return all
}

// slowest is how long the slowest answer took.
func slowest(answers []answer) (d time.Duration) {
	for _, a := range answers {
		d = max(d, a.took)
	}
	return d
}
