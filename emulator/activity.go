// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"maps"
	"net/url"
	"slices"

	"github.com/b2ckit/b2ckit/emulator/internal/bounded"
)

// What a tenant remembers.
const (
	requestsKept = 1000
	issuedKept   = 100
)

// activity is the log of a tenant: requests it has answered and tokens that it
// handed out, bounded.
type activity struct {
	answered *bounded.Log[Request]
	handed   *bounded.Log[Issued]
}

func newActivity() *activity {
	return &activity{bounded.NewLog[Request](requestsKept), bounded.NewLog[Issued](issuedKept)}
}

// answer adds a request, which it numbers.
func (a *activity) answer(r *Request) {
	a.answered.Add(func(number int) Request {
		r.Number = number
		return *r
	})
}

// issue adds a token, which it numbers.
func (a *activity) issue(i Issued) {
	a.handed.Add(func(number int) Issued {
		i.Number = number
		return i
	})
}

// requests returns copies of those with a higher number.
func (a *activity) requests(after int) []Request {
	all := a.answered.After(after)
	for i := range all {
		all[i].Faults = slices.Clone(all[i].Faults)
		all[i].Parameters = cloneParameters(all[i].Parameters)
	}
	return all
}

func cloneParameters(values url.Values) url.Values {
	c := maps.Clone(values)
	for name, all := range c {
		c[name] = slices.Clone(all)
	}
	return c
}
