// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/jose"
)

// mint returns the token of an order: only these say what is in it, but for a
// nonce. The key is the flow's; one that the spec names signs in its place.
func mint(key *Key, now time.Time, o *order) (string, error) {
	header := jose.Object{{Name: "alg", Value: "RS256"}, {Name: "kid", Value: key.ID()}, {Name: "typ", Value: "JWT"}}
	head, err := header.Override(o.Header).Encode()
	if err != nil {
		return "", wrongField[Spec]("Spec.Header:", "%v", err)
	}
	payload, err := o.claims(now).Override(o.Claims).Encode()
	if err != nil {
		return "", wrongField[Spec]("Spec.Claims:", "%v", err)
	}
	if o.Key != nil {
		key = o.Key
	}
	if o.RawHeader != nil {
		head = o.RawHeader
	}
	if o.Payload != nil {
		payload = o.Payload
	}
	return jose.Compact(key.Sign, head, payload), nil
}

// minter knows what a spec leaves open: whose key signs, who is signed in, and
// when it is.
type minter struct {
	model     *model
	keys      *keys
	directory *directory
	clock     *clock
	log       *activity
}

// mint returns the token of a spec.
func (mt *minter) mint(spec Spec) (string, error) {
	o, err := newOrder(mt.model, spec)
	if err != nil {
		return "", err
	}
	if o.User == nil && o.Kind != AppToken {
		user := mt.directory.first()
		if o.User = &user; user.ObjectID == "" {
			return "", wrongField[Spec]("Spec.User", "is needed: tenant %s has no users", mt.model.name)
		}
	}
	return mint(mt.keys.of(o.flow).current(), mt.clock.now(), o)
}

// issue mints a token for an answer to a client.
func (mt *minter) issue(client *App, spec Spec) (string, error) {
	token, err := mt.mint(spec)
	if err == nil {
		mt.log.issue(Issued{At: mt.clock.now(), Kind: spec.Kind, Flow: spec.Flow, ClientID: client.ID, Token: token})
	}
	return token, err
}
