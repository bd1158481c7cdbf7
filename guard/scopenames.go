// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/b2ckit/b2ckit/validator"
)

// maxAsk bounds how long granted scopes may make a challenge: proxies refuse
// answers whose headers don't fit in a page or two.
const maxAsk = 4 << 10

// scopeNames knows each scope of an API by two names: the bare one, which tokens
// have in scp and routes require, and the full one, by which clients ask for it.
type scopeNames struct {
	prefix   string   // of full names
	declared bool     // all are known from the start
	appRoles []string // in scp as well, and nobody asks for them
	learning sync.Mutex
	known    atomic.Pointer[[]string] // bare, in the order of declaration or registration
}

func newScopeNames(appIDURI string, scopes, appRoles []string) *scopeNames {
	n := &scopeNames{prefix: appIDURI + "/", declared: len(scopes) > 0, appRoles: slices.Clone(appRoles)}
	known := slices.Clone(scopes)
	n.known.Store(&known)
	return n
}

// full returns the full name, which what is one already stays.
func (n *scopeNames) full(name string) string {
	if strings.Contains(name, "://") {
		return name
	}
	return n.prefix + name
}

// fullAll returns the full names of all that are known.
func (n *scopeNames) fullAll() (full []string) {
	for _, s := range *n.known.Load() {
		full = append(full, n.full(s))
	}
	return full
}

// unknown returns the scopes of a requirement that nobody has declared.
func (n *scopeNames) unknown(r validator.Requirement) (names []string) {
	if !n.declared {
		return nil
	}
	for _, s := range r.Scopes() {
		if !slices.Contains(*n.known.Load(), s) && !slices.Contains(n.appRoles, s) {
			names = append(names, s)
		}
	}
	return names
}

// learn makes the scopes of a route known as the API's own, if those were not
// declared. It returns those of them that clients may ask for.
func (n *scopeNames) learn(reqs []validator.Requirement) (names []string) {
	n.learning.Lock()
	defer n.learning.Unlock()
	known := *n.known.Load()
	for _, r := range reqs {
		for _, s := range r.Scopes() {
			if !n.mayAsk(s) {
				continue
			}
			if !slices.Contains(names, s) {
				names = append(names, s)
			}
			if !slices.Contains(known, s) {
				known = append(slices.Clip(known), s)
			}
		}
	}
	n.known.Store(&known)
	return names
}

// mayAsk reports whether clients may ask for the scope, which in an application's own
// Refusal may be none, or several in one text. No challenge names offline_access,
// which is the client's affair: some clients that are told of it refresh instead of
// asking for what they lack.
func (n *scopeNames) mayAsk(bare string) bool {
	return bare != "" && quotable(bare) && !strings.Contains(bare, " ") &&
		!slices.Contains(n.appRoles, bare) && !isProtocolScope(bare) &&
		(!n.declared || slices.Contains(*n.known.Load(), bare))
}

// isProtocolScope reports whether a scope is OpenID Connect's, and of no API.
func isProtocolScope(name string) bool {
	return slices.Contains([]string{"openid", "profile", "email", "address", "phone", "offline_access"}, name)
}

// ask returns what a client has to ask for, by full names: what is needed, and of
// what it was granted as much as is known as this API's own, so that one that asks
// for this alone loses nothing. The order is that of known.
func (n *scopeNames) ask(needed, granted []string) string {
	known := *n.known.Load()
	names, wanted := known, make(map[string]bool, len(known)+len(needed))
	for _, s := range known {
		wanted[s] = false
	}
	room := maxAsk
	take := func(s string) {
		if !wanted[s] {
			wanted[s] = true
			room -= len(n.full(s)) + 1
		}
	}
	for _, s := range needed {
		if !n.mayAsk(s) {
			continue
		}
		if _, ok := wanted[s]; !ok { // of a requirement that no route was registered with
			names = append(slices.Clip(names), s)
		}
		take(s)
	}
	for _, s := range granted {
		if _, ok := wanted[s]; ok && len(n.full(s)) < room {
			take(s)
		}
	}
	var full []string
	for _, s := range names {
		if wanted[s] {
			full = append(full, n.full(s))
		}
	}
	return strings.Join(full, " ")
}
