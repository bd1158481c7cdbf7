// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
)

// token is a token that has been taken apart.
type token struct {
	header, payload []member
	signer          *signer // nil if no key of a tenant signed it
	alsoOf          []string
}

// member is a member of a JSON object, in the order it came.
type member struct {
	name string
	raw  json.RawMessage
}

// signer is the key that signed a token.
type signer struct {
	tenant    *emulator.Tenant
	container string
	kid       string
	current   bool // it signs now
}

// parse takes a token apart. The error is for people. It is more patient than a
// validator must be: people paste what is wrong, to see why.
func parse(compact string) (*token, error) {
	parts := strings.Split(compact, ".")
	switch {
	case compact == "":
		return nil, errors.New("there is no token")
	case len(parts) == 5:
		return nil, errors.New("five parts: an encrypted token, such as a code or a refresh token. Only the tenant can read it")
	case len(parts) != 3:
		return nil, errors.New("no token: it must have three parts with dots between")
	}
	t := &token{}
	for i, part := range []*[]member{&t.header, &t.payload} {
		name := []string{"header", "payload"}[i]
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			return nil, errors.New("the " + name + " is no base64url")
		}
		if *part, err = members(text); err != nil {
			return nil, errors.New("the " + name + " is no JSON object")
		}
	}
	return t, nil
}

// members reads the members of a JSON object, in order and with twins.
func members(object []byte) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(object))
	if first, err := d.Token(); err != nil || first != json.Delim('{') {
		return nil, errors.New("no object")
	}
	var all []member
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, ok := key.(string)
		if !ok {
			return nil, errors.New("no name")
		}
		m := member{name: name}
		if err := d.Decode(&m.raw); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	return all, nil
}

// text returns a member that is a string, or "".
func text(of []member, name string) string {
	for _, m := range of {
		var s string
		if m.name == name && json.Unmarshal(m.raw, &s) == nil {
			return s
		}
	}
	return ""
}

// verify looks for the key that signed a token among all keys that the tenants
// publish now, whatever the token says of itself. Where tenants share a key, the
// one whose GUID is in the issuer goes first.
func (d *dashboard) verify(compact string, t *token) {
	signed, encoded, ok := lastDot(compact)
	if !ok {
		return
	}
	signature, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return
	}
	digest := sha256.Sum256([]byte(signed))
	issuer := strings.ToLower(text(t.payload, "iss"))
	for _, tenant := range d.tenants {
		for _, c := range containersOf(tenant) {
			keys := tenant.Keys(c.Name)
			for i, k := range keys {
				if rsa.VerifyPKCS1v15(k.Public(), crypto.SHA256, digest[:], signature) != nil {
					continue
				}
				t.alsoOf = append(t.alsoOf, tenant.Name())
				if t.signer == nil || strings.Contains(issuer, tenant.ID()) {
					t.signer = &signer{tenant, c.Name, k.ID(), i == len(keys)-1}
				}
			}
		}
	}
}

func lastDot(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

// issuedBy returns the tenant that a token's issuer names, or nil.
func (d *dashboard) issuedBy(t *token) *emulator.Tenant {
	issuer := strings.ToLower(text(t.payload, "iss"))
	for _, tenant := range d.tenants {
		if strings.Contains(issuer, "/"+tenant.ID()+"/") {
			return tenant
		}
	}
	return nil
}
