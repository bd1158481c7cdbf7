// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

// B2C counts the requests from one address to one tenant, 20 a second on average,
// and an authority costs two. So a program that asks all of them has so many of a
// tenant asked in a second, which leaves some for what tokens cause, and so many
// at once whosever they are.
const (
	tenantASecond = 8
	atOnce        = 50
)

// stagger does something with the sources of many authorities, in portions: each
// has a few of each tenant, and begins a second after the one before was begun. It
// returns the answers in the order of the authorities, nil for those that were not
// begun before ctx ended, and how many these are.
func stagger(ctx context.Context, anchors []*anchor, do func(jwks.Source) error) (answers []func() error, missing int) {
	answers = make([]func() error, len(anchors))
	missing = len(anchors)
	var running sync.WaitGroup
	defer running.Wait()
	free := make(chan struct{}, atOnce)
	for i, portion := range portions(anchors) {
		if i > 0 && !pause(ctx, time.Second) {
			break
		}
		for _, n := range portion {
			select {
			case <-ctx.Done():
				return answers, missing
			case free <- struct{}{}:
			}
			missing--
			running.Go(func() {
				defer func() { <-free }()
				answers[n] = caught(func() error { return do(anchors[n].source) })
			})
		}
	}
	return answers, missing
}

// portions returns which authorities are asked together, by their numbers.
func portions(anchors []*anchor) (all [][]int) {
	of := map[tenant]int{} // how many
	for i, a := range anchors {
		t := tenant{a.authority.Kind(), a.authority.Host(), a.authority.TenantID()}
		portion := of[t] / tenantASecond
		of[t]++
		if portion == len(all) {
			all = append(all, nil)
		}
		all[portion] = append(all[portion], i)
	}
	return all
}

// tenant is whose requests are counted together.
type tenant struct {
	kind     authority.Kind
	host, id string
}

// pause waits, and reports whether ctx goes on.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
