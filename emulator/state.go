// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// stateVersion is the version of the format that this code writes and reads.
const stateVersion = 2

// tenantState is what a tenant keeps over a restart.
type tenantState struct {
	Version int                   `json:"version"`
	Tenant  string                `json:"tenant"` // GUID
	Users   []userState           `json:"users"`
	Removed []string              `json:"removed,omitempty"` // configured users who are gone
	Keys    map[string][]keyState `json:"keys"`              // by container, oldest first

	Grants        []grantState   `json:"grants,omitempty"`        // of the refresh tokens
	RefreshTokens []refreshState `json:"refreshTokens,omitempty"` // oldest first
}

type keyState struct {
	PKCS8      []byte `json:"pkcs8"`
	Activation int64  `json:"activation,omitempty"`
}

// State returns the users, with hashes of their passwords, the keys that were
// published so far, and the latest 1,000 refresh tokens, for [Tenant.Restore] in
// another process. It is JSON and a secret: it holds the private keys. Of refresh
// tokens there is a hash, with what was granted. The same state is the same bytes.
//
// Sessions of browsers, codes and pages under way, the clock, faults and what
// else happened are not in it.
func (t *Tenant) State() ([]byte, error) {
	s := tenantState{Version: stateVersion, Tenant: t.opts.ID, Users: []userState{}, Keys: map[string][]keyState{}}
	t.directory.mu.RLock()
	for _, a := range t.directory.accounts {
		s.Users = append(s.Users, a.User.state(a.hash))
	}
	for _, id := range t.directory.configured {
		if t.directory.find(id) < 0 {
			s.Removed = append(s.Removed, id)
		}
	}
	t.memory.mu.Lock()
	s.Grants, s.RefreshTokens = t.memory.refreshTokens()
	t.memory.mu.Unlock()
	t.directory.mu.RUnlock()
	slices.Sort(s.Removed)
	for name, c := range t.containers {
		c.mu.Lock()
		keys := slices.Clone(c.keys) // none yet if none was needed
		c.mu.Unlock()
		for _, k := range keys {
			der, err := x509.MarshalPKCS8PrivateKey(k.private)
			if err != nil {
				return nil, fmt.Errorf("emulator: %w", err)
			}
			s.Keys[name] = append(s.Keys[name], keyState{der, k.activation})
		}
	}
	data, err := encode(s)
	if err != nil {
		return nil, fmt.Errorf("emulator: %w", err)
	}
	return data, nil
}

// Restore puts back what [Tenant.State] returned. Call it before the tenant is
// in use. It is all or nothing: an error, which holds no secret, changes
// nothing.
//
// The state wins over Options.Users: a configured user who is in it is as it
// says, and one who was removed stays away. Configured users whom it doesn't
// know are kept, behind the others; it is an error if one of them can't be beside
// the others. A key container that the tenant no longer has is ignored, and one
// that the state doesn't know starts with a new key. Keys that two tenants share
// stay shared, and are those of the state with the latest key: one tenant may
// have been away meanwhile. The state of a tenant with another GUID is an error.
//
// A refresh token is as good as it was: used up if it was, until the same time
// by the clock. It is forgotten if its flow or app is no longer there, or the app
// may no longer ask for what it was granted; and what a user was granted who is
// there no longer has ended.
func (t *Tenant) Restore(state []byte) error {
	s, err := readState(state)
	if err != nil {
		return fmt.Errorf("emulator: state: %w", err)
	}
	if s.Tenant != t.opts.ID {
		return fmt.Errorf("emulator: state: it is of the tenant %s, this is %s", s.Tenant, t.opts.ID)
	}
	keys := map[string][]published{}
	for name, all := range s.Keys {
		if keys[name], err = readKeys(all); err != nil {
			return fmt.Errorf("emulator: state: keys of the container %q: %w", name, err)
		}
	}
	tokens, err := s.restoredTokens(t)
	if err != nil {
		return fmt.Errorf("emulator: state: %w", err)
	}
	if err := t.directory.restore(s); err != nil {
		return fmt.Errorf("emulator: state: %w", err)
	}
	tokens.restore(t)
	for name, all := range keys {
		if c := t.containers[name]; c != nil {
			c.restore(all)
		}
	}
	return nil
}

// readState reads what State wrote, and nothing else.
func readState(data []byte) (*tenantState, error) {
	var version struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return nil, err
	}
	if version.Version != stateVersion {
		return nil, fmt.Errorf("version %d is not %d, the one that is read here", version.Version, stateVersion)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	d.UseNumber()
	var s tenantState
	if err := d.Decode(&s); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more behind its end")
	}
	return &s, nil
}

func readKeys(all []keyState) ([]published, error) {
	if len(all) == 0 {
		return nil, errors.New("there is none")
	}
	var keys []published
	for i, k := range all {
		key, err := x509.ParsePKCS8PrivateKey(k.PKCS8)
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i, err)
		}
		private, ok := key.(*rsa.PrivateKey)
		if !ok {
			return nil, fmt.Errorf("key %d is no RSA key", i)
		}
		keys = append(keys, published{&Key{private: private, id: thumbprint(&private.PublicKey)}, k.Activation})
	}
	return keys, nil
}

// restore replaces the accounts, but for the configured ones that are new.
func (d *directory) restore(s *tenantState) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	known := unique{}
	var accounts []account
	for _, u := range s.Users {
		known.twice(u.ObjectID)
		accounts = append(accounts, account{u.user(), u.Password})
	}
	for _, id := range s.Removed {
		known.twice(id)
	}
	for _, a := range d.accounts {
		if !known.has(a.ObjectID) {
			accounts = append(accounts, a)
		}
	}
	if err := checkAccounts(accounts, func(i int) string { return fmt.Sprintf("users[%d]", i) }); err != nil {
		return err
	}
	d.accounts = accounts
	for _, id := range s.Removed {
		if !slices.Contains(d.configured, id) {
			d.configured = append(d.configured, id)
		}
	}
	return nil
}
