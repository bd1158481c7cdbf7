// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "time"

// Issued is a token that an endpoint of a tenant has handed out.
type Issued struct {
	Number   int       // counts from 1
	At       time.Time // by the tenant's clock
	Kind     Kind
	Flow     string // as configured
	ClientID string // of the client it was handed to
	Token    string // the token itself, in compact form
}

// issuedKept bounds how many a tenant remembers.
const issuedKept = 100

// Issued returns the latest ID and access tokens that the endpoints have handed
// out, up to 100, the oldest first. Tokens of [Tenant.Mint] are not among them.
func (t *Tenant) Issued() []Issued { return t.issued.all() }

// mintFor mints a token for an answer.
func (t *Tenant) mintFor(client *App, spec Spec) (string, error) {
	token, err := t.Mint(spec)
	if err == nil {
		t.issued.add(func(number int) Issued {
			return Issued{number, t.now(), spec.Kind, spec.Flow, client.ID, token}
		})
	}
	return token, err
}
