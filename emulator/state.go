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

	"github.com/b2ckit/b2ckit/emulator/internal/jose"
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

// keeper keeps what a tenant is over a restart.
type keeper struct {
	model     *model
	directory *directory
	grants    *grants
	keys      *keys
	scopeOf   readScope
}

func (k *keeper) state() ([]byte, error) {
	s := tenantState{Version: stateVersion, Tenant: k.model.id, Keys: map[string][]keyState{}}
	s.Users, s.Removed = k.directory.state(func() { s.Grants, s.RefreshTokens = k.grants.state() })
	for name, c := range k.keys.containers {
		for _, key := range c.made() {
			der, err := x509.MarshalPKCS8PrivateKey(key.private)
			if err != nil {
				return nil, fmt.Errorf("emulator: %w", err)
			}
			s.Keys[name] = append(s.Keys[name], keyState{der, key.activation})
		}
	}
	data, err := jose.Encode(s)
	if err != nil {
		return nil, fmt.Errorf("emulator: %w", err)
	}
	return data, nil
}

// restore is all or nothing.
func (k *keeper) restore(state []byte) error {
	s, err := readState(state)
	if err != nil {
		return err
	}
	if s.Tenant != k.model.id {
		return fmt.Errorf("it is of the tenant %s, this is %s", s.Tenant, k.model.id)
	}
	keys := map[string][]published{}
	for name, all := range s.Keys {
		if keys[name], err = readKeys(all); err != nil {
			return fmt.Errorf("keys of the container %q: %w", name, err)
		}
	}
	tokens, err := restoredFrom(k.model, k.scopeOf, s.Grants, s.RefreshTokens)
	if err != nil {
		return err
	}
	if err := k.directory.restore(s.Users, s.Removed); err != nil {
		return err
	}
	k.grants.restore(tokens, k.directory)
	for name, all := range keys {
		if c := k.keys.containers[name]; c != nil {
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
		keys = append(keys, published{keyOf(private), k.Activation})
	}
	return keys, nil
}
