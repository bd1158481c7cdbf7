// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/authority"
)

// trust is whom a validation trusts. It is immutable: authorities that came or
// went would make another one. What it finds by index it finds as if it had looked
// at all authorities in their order.
type trust struct {
	anchors []*anchor

	// patience bounds all that one validation waits for.
	patience time.Duration

	families      map[string]*family // by issuer
	longestIssuer int
	tenants       map[string]bool // GUIDs
	onlyB2C       bool            // nobody else is trusted
	audiences     map[string]int  // the first anchor that has it
	index         *indexed
}

// newTrust returns the trust in anchors that have their sources.
func newTrust(anchors []*anchor) *trust {
	t := &trust{
		anchors: anchors, families: families(anchors),
		tenants: map[string]bool{}, audiences: map[string]int{}, onlyB2C: true, index: &indexed{on: true},
	}
	for issuer := range t.families {
		t.longestIssuer = max(t.longestIssuer, len(issuer))
	}
	for i, a := range anchors {
		t.patience = max(t.patience, a.source.State().FindTimeout)
		for _, id := range a.authority.TenantIDs() {
			t.tenants[id] = true
		}
		t.onlyB2C = t.onlyB2C && a.authority.Kind() == authority.AzureADB2C
		for _, s := range a.audiences {
			if _, ok := t.audiences[s]; !ok {
				t.audiences[s] = i
			}
		}
		t.index.on = t.index.on && isCounted(a.source)
	}
	if t.patience == 0 { // static sources don't wait; others may
		t.patience = defaultPatience
	}
	return t
}

const defaultPatience = 5 * time.Second

// isCold reports whether no authority has any keys.
func (t *trust) isCold() bool {
	if x := t.index.latest.Load(); x != nil && x.warm != nil && x.warm.source.Current() != nil {
		return false
	}
	return !slices.ContainsFunc(t.anchors, func(a *anchor) bool { return !a.isCold() })
}

// isWarm reports whether all authorities are known to have keys.
func (t *trust) isWarm() bool {
	x := t.index.latest.Load()
	if x == nil || !x.isRecent() {
		x = t.index.renew(t.anchors)
	}
	return x != nil && x.cold == 0
}

// look returns an index that is true now.
func (t *trust) look() *keyIndex {
	if x := t.index.latest.Load(); x != nil && x.isUpToDate() {
		return x
	}
	if x := t.index.renew(t.anchors); x != nil {
		return x
	}
	return newKeyIndex(t.anchors)
}

// isOfTenant reports whether an issuer names a trusted tenant.
func (t *trust) isOfTenant(issuer string) bool {
	parts := strings.Split(issuer, "/")
	return len(parts) > 2 && slices.ContainsFunc(parts[1:len(parts)-1], func(s string) bool { return s != "" && t.tenants[s] })
}

// firstWith returns the first authority that has one of the audiences, nil if
// none has.
func (t *trust) firstWith(audiences []string) *anchor {
	first := len(t.anchors)
	for _, s := range audiences {
		if i, ok := t.audiences[s]; ok {
			first = min(first, i)
		}
	}
	if first == len(t.anchors) {
		return nil
	}
	return t.anchors[first]
}

// firstAudiences returns audiences of the authorities for an error, all of them if they
// are few.
func (t *trust) firstAudiences() (audiences []string) {
	for _, a := range t.anchors {
		if audiences = appendNew(audiences, a.audiences...); len(audiences) > listed {
			break
		}
	}
	return audiences
}

func (a *anchor) isCold() bool { return a.source.Current() == nil }
