// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

type issuedView struct {
	Number   int       `json:"number"`
	At       time.Time `json:"at"`
	Kind     string    `json:"kind"`
	Flow     string    `json:"flow"`
	ClientID string    `json:"clientId"`
	Token    string    `json:"token"`
}

// requestsOf returns what a tenant has answered, from behind a number on.
func requestsOf(t *emulator.Tenant, number int) (any, error) {
	all := []wire.Object{}
	for _, q := range t.RequestsAfter(number) {
		all = append(all, wire.ObjectOf(q))
	}
	return map[string][]wire.Object{"requests": all}, nil
}

// issuedBy returns the tokens that a tenant has handed out, from behind a number
// on.
func issuedBy(t *emulator.Tenant, number int) (any, error) {
	all := []issuedView{}
	for _, i := range t.Issued() {
		if i.Number > number {
			all = append(all, issuedView{i.Number, i.At.UTC(), i.Kind.String(), i.Flow, i.ClientID, i.Token})
		}
	}
	return map[string][]issuedView{"tokens": all}, nil
}
