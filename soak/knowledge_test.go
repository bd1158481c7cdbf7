// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// knowledge is whether a validator can verify something, as far as can be told
// from outside.
type knowledge int

const (
	unknown knowledge = iota // it was not sent the key, or not lately
	perhaps                  // it is just being sent, replaced, or growing too old
	known                    // it was sent, and is still good
)

// stale is how long before and after its maximum age a document may or may not
// be used: the promise names two seconds.
const stale = 2500 * time.Millisecond

// knows tells whether the validator had a key of a flow between two times. The
// empty kid is any key.
func (o *observer) knows(flow, kid string, from, to time.Time, maxStale time.Duration) knowledge {
	metadata, keys := o.sightings(flow)
	all, last := current(keys, from, to)
	fresh := min(age(metadata, from, to, maxStale), age(keys, from, to, maxStale))
	if fresh == unknown {
		return unknown
	}
	has := 0
	for _, s := range all {
		if kid == "" || slices.Contains(s.kids, kid) {
			has++
		}
	}
	switch {
	case has == 0:
		return unknown
	case has == len(all) && last:
		return fresh
	}
	return perhaps
}

// current returns the sightings that may have been in force between two times,
// and whether the first of them surely was.
func current(all []sighting, from, to time.Time) (some []sighting, sure bool) {
	for _, s := range slices.Backward(all) {
		if s.asked.After(to) {
			continue
		}
		some = append(some, s)
		if s.sure && s.done.Before(from.Add(-grace)) {
			return some, true
		}
	}
	return some, false
}

// age tells whether a document was young enough between two times.
func age(all []sighting, from, to time.Time, maxStale time.Duration) knowledge {
	best := unknown
	for _, s := range all {
		switch {
		case s.done.After(to):
		case s.sure && s.done.Before(from.Add(-grace)) && s.asked.Add(maxStale-stale).After(to):
			return known
		case s.done.Add(maxStale + stale).After(from):
			best = perhaps
		}
	}
	return best
}

// warm reports whether the validator surely had keys of all these flows.
func (o *observer) warm(flows []string, from, to time.Time, maxStale time.Duration) bool {
	for _, f := range flows {
		if o.knows(f, "", from, to, maxStale) != known {
			return false
		}
	}
	return true
}

// anywhere is knows for any of the flows.
func (o *observer) anywhere(flows []string, kid string, from, to time.Time, maxStale time.Duration) knowledge {
	best := unknown
	for _, f := range flows {
		best = max(best, o.knows(f, kid, from, to, maxStale))
	}
	return best
}

// history tells what the validator was sent for a flow lately.
func (o *observer) history(flow string, at time.Time) string {
	metadata, keys := o.sightings(flow)
	var b strings.Builder
	for _, doc := range []struct {
		name string
		all  []sighting
	}{{"metadata", metadata}, {"keys", keys}} {
		fmt.Fprintf(&b, "; good %s came", doc.name)
		for _, s := range doc.all[max(0, len(doc.all)-4):] {
			fmt.Fprintf(&b, " %.2f s (asked %.2f s)", s.done.Sub(at).Seconds(), s.asked.Sub(at).Seconds())
			for _, kid := range s.kids {
				fmt.Fprintf(&b, " %.6s…", kid)
			}
		}
	}
	return b.String()
}

// published is when each key of the tenant was in its key sets.
type published struct {
	keys map[string]*publication // by kid
}

type publication struct {
	container string
	number    int
	added     span // the key appeared somewhen in it
	removed   span // and vanished; zero while it is there
}

// sync notes what a change of a container between two times has made of it.
func (p *published) sync(container string, kids []string, change span) {
	for _, kid := range kids {
		if p.keys[kid] == nil {
			p.keys[kid] = &publication{container: container, number: len(p.keys) + 1, added: change}
		}
	}
	for kid, k := range p.keys {
		if k.container == container && k.removed.to.IsZero() && !slices.Contains(kids, kid) {
			k.removed = change
		}
	}
}

// throughout reports whether a key was surely published from one time to
// another.
func (k *publication) throughout(from, to time.Time) bool {
	return k != nil && !k.added.to.After(from) && (k.removed.to.IsZero() || k.removed.from.After(to))
}
