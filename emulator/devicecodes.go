// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/rand"
	"strings"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/aadsts"
	"github.com/b2ckit/b2ckit/emulator/internal/bounded"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/secret"
)

const (
	deviceLifetime = 15 * time.Minute
	deviceInterval = 5 * time.Second // between two questions of a device
)

// deviceCode is a sign-in that was begun on a device and is to be done in a
// browser, by a code that somebody reads here and types there.
type deviceCode struct {
	client *App
	scope  scope
	asked  claimsRequest
	user   string // the code that is typed
	issued time.Time

	// Only deviceCodes read and write these.
	grant    *grant // once somebody has signed in
	declined bool
	used     bool
}

func (d *deviceCode) expired(now time.Time) bool { return !now.Before(d.issued.Add(deviceLifetime)) }

// open reports whether nobody has answered yet.
func (d *deviceCode) open(now time.Time) bool {
	return d.grant == nil && !d.declined && !d.expired(now)
}

// deviceCodes are the latest of a tenant, by both of their names.
type deviceCodes struct {
	mu       sync.Mutex
	byDevice *bounded.Store[deviceCode]
	byUser   *bounded.Store[deviceCode]
}

func newDeviceCodes() *deviceCodes {
	const most = 4096
	return &deviceCodes{byDevice: bounded.NewStore[deviceCode](most), byUser: bounded.NewStore[deviceCode](most)}
}

// add keeps a new one, and returns the code by which the device asks for it.
func (c *deviceCodes) add(d *deviceCode) string {
	device := secret.Token()
	d.user = newUserCode()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byDevice.Put(device, d)
	c.byUser.Put(d.user, d)
	return device
}

// have reports whether a device was given a code here.
func (c *deviceCodes) have(device string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byDevice.Get(device) != nil
}

// typed returns the one that somebody has typed the code of and that nobody has
// answered yet, or nil.
func (c *deviceCodes) typed(text string, now time.Time) *deviceCode {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d := c.byUser.Get(cleanUserCode(text)); d != nil && d.open(now) {
		return d
	}
	return nil
}

// approve answers with who has signed in, and decline with nobody. Both report
// whether it wasn't too late.
func (c *deviceCodes) approve(d *deviceCode, g *grant, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !d.open(now) {
		return false
	}
	d.grant = g
	return true
}

func (c *deviceCodes) decline(d *deviceCode, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !d.open(now) {
		return false
	}
	d.declined = true
	return true
}

// revoke takes back what a user has signed in for and no device has asked for
// yet; "" is every user.
func (c *deviceCodes) revoke(objectID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for d := range c.byDevice.All() {
		if d.grant != nil && d.grant.of(objectID) {
			d.declined = true
		}
	}
}

// take returns what somebody has signed in for, for once.
func (c *deviceCodes) take(device string, client *App, now time.Time) (*grant, *failure.Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.byDevice.Get(device)
	switch {
	case d == nil, d.client != client, d.used:
		return nil, aadsts.DeviceUnknown
	case d.declined:
		return nil, aadsts.DeviceDeclined
	case d.expired(now):
		return nil, aadsts.DeviceExpired
	case d.grant == nil:
		return nil, aadsts.DevicePending
	}
	d.used = true
	return d.grant, nil
}

// userCodeLetters are easy to tell apart.
const userCodeLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

func newUserCode() string {
	code := make([]byte, 9)
	_, _ = rand.Read(code) // never fails since Go 1.24
	for i, b := range code {
		code[i] = userCodeLetters[int(b)%len(userCodeLetters)]
	}
	return string(code)
}

// cleanUserCode is a code as it was typed, in any case, with spaces and hyphens.
func cleanUserCode(text string) string {
	return strings.NewReplacer(" ", "", "-", "").Replace(strings.ToUpper(text))
}
