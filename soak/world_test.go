// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// The flows of the emulated tenant. User flows sign with one key, each custom
// policy with its own. The wide ones are there so that one service trusts many.
const (
	susi    = "B2C_1_susi"
	edit    = "B2C_1_edit"
	reset   = "B2C_1_reset" // no service trusts it
	partner = "B2C_1A_partner"
	admin   = "B2C_1A_admin"
)

var trusted = []string{susi, edit, partner, admin}

const wideFlows = 14

// world is the emulated tenant, with what the model has to know of it: which
// keys it has published, what fails, and what the clocks say.
type world struct {
	b2c     *emulator.Server
	foreign *emulator.Tenant // another tenant, whose user flows have the same key
	clock   *clock           // of the services
	wide    []string

	mu        sync.RWMutex
	published published
	faults    []*emulator.Fault
	disturbed map[disturbance]time.Time // when each kind was last there
	active    map[disturbance]int
}

// disturbance is a kind of what goes on.
type disturbance string

const (
	idpAway   disturbance = "the identity provider fails"
	redisAway disturbance = "Redis is away"
	flood     disturbance = "a flood"
	rotation  disturbance = "keys rotated"
	restart   disturbance = "a service started"
	clockAway disturbance = "a clock is wrong"
)

func newWorld() *world {
	w := &world{
		clock: newClock(), published: published{map[string]*publication{}},
		disturbed: map[disturbance]time.Time{}, active: map[disturbance]int{},
	}
	flows := []emulator.Flow{
		{Name: susi, Lifetime: 20 * time.Second},
		{Name: edit, Kind: emulator.EditProfile},
		{Name: reset, Kind: emulator.ResetPassword},
		{Name: partner, Lifetime: 30 * time.Second, StringNumbers: true},
		{Name: admin},
	}
	for i := range wideFlows {
		w.wide = append(w.wide, fmt.Sprintf("B2C_1_wide%02d", i))
		flows = append(flows, emulator.Flow{Name: w.wide[i]})
	}
	var users []emulator.User
	for i := range 6 {
		users = append(users, emulator.User{Name: fmt.Sprintf("User %d", i), Emails: []string{fmt.Sprintf("user%d@example.org", i)}})
	}
	w.b2c = emulator.NewServer(&emulator.Options{Flows: flows, Users: users})
	w.foreign = emulator.NewTenant(&emulator.Options{Name: "fabrikam", SharedKeysWith: w.b2c.Tenant})
	w.b2c.OnSignIn(func(r emulator.SignInRequest) (emulator.SignIn, error) {
		for _, u := range w.b2c.Users() {
			if u.Emails[0] == r.Parameters.Get("login_hint") {
				return emulator.SignIn{User: &u}, nil
			}
		}
		return emulator.SignIn{}, emulator.ErrCancelled
	})
	for _, c := range containers {
		w.syncKeys(c, span{time.Now(), time.Now()})
	}
	return w
}

// containers are the key containers that rotate.
var containers = []string{emulator.UserFlowKeys, partner, admin}

// transport returns connections of one's own to the tenant.
func (w *world) transport() *http.Transport {
	return w.b2c.Transport().(*http.Transport).Clone()
}

func (w *world) syncKeys(container string, change span) {
	var kids []string
	for _, k := range w.b2c.Keys(container) {
		kids = append(kids, k.ID())
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.published.sync(container, kids, change)
}

func (w *world) rotate(container string, overlap bool) {
	from := time.Now()
	w.b2c.Rotate(container, overlap)
	w.syncKeys(container, span{from, time.Now()})
	w.touch(rotation)
}

func (w *world) retire(container string) {
	from := time.Now()
	w.b2c.Retire(container)
	w.syncKeys(container, span{from, time.Now()})
	w.touch(rotation)
}

// key returns a copy of what is known of a published key, nil for none.
func (w *world) key(kid string) *publication {
	w.mu.RLock()
	defer w.mu.RUnlock()
	k := w.published.keys[kid]
	if k == nil {
		return nil
	}
	c := *k
	return &c
}

// touch notes that something happens now.
func (w *world) touch(d disturbance) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.disturbed[d] = time.Now()
}

// begin and end are for what takes time.
func (w *world) begin(d disturbance) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.active[d]++
}

func (w *world) end(d disturbance) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.active[d]--
	w.disturbed[d] = time.Now()
}

// since reports whether there was any such disturbance after a time.
func (w *world) since(at time.Time, some ...disturbance) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return slices.ContainsFunc(some, func(d disturbance) bool { return w.active[d] > 0 || w.disturbed[d].After(at) })
}

func (w *world) addFault(f emulator.Fault) (added *emulator.Fault) {
	w.begin(idpAway)
	w.faults = append(w.faults, &f)
	w.setFaults()
	return &f
}

func (w *world) removeFault(f *emulator.Fault) {
	w.faults = slices.DeleteFunc(w.faults, func(other *emulator.Fault) bool { return other == f })
	w.setFaults()
	w.end(idpAway)
}

func (w *world) setFaults() {
	var all []emulator.Fault
	for _, f := range w.faults {
		all = append(all, *f)
	}
	w.b2c.MustSetFaults(all...)
}

// issuer is what the tenant writes into tokens and metadata.
func (w *world) issuer() string { return "https://contoso.b2clogin.com/" + w.b2c.ID() + "/v2.0/" }

// fold is a flow's name for comparison.
func fold(flow string) string { return strings.ToLower(flow) }
