// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/jose"
)

// shape is what the tokens of a product look like.
type shape interface {
	header(key *Key, o *order) jose.Object
	claims(o *order, now time.Time) jose.Object
	// granted adds claims of a token of some kind that follow from a sign-in.
	granted(kind Kind, g *grant, claims map[string]any)
	// sign returns what makes a token's signature of its header and payload.
	sign(key *Key, o *order) func(input []byte) []byte
}

// token returns that of an order: only these say what is in it, but for a
// nonce. The key is the flow's; one that the spec names signs in its place.
func (mt *minter) token(key *Key, o *order) (string, error) {
	head, err := mt.shape.header(key, o).Override(o.Header).Encode()
	if err != nil {
		return "", wrongField[Spec]("Spec.Header:", "%v", err)
	}
	payload, err := mt.shape.claims(o, mt.clock.now()).Override(o.Claims).Encode()
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
	return jose.Compact(mt.shape.sign(key, o), head, payload), nil
}

// minter knows what a spec leaves open: whose key signs, who is signed in, and
// when it is.
type minter struct {
	model     *model
	keys      *keys
	directory *directory
	clock     *clock
	log       *activity
	shape     shape
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
	audience, _ := o.parties()
	return mt.token(mt.keys.signing(o.flow, audience).current(), o)
}

// issue mints a token for an answer to a client.
func (mt *minter) issue(client *App, spec Spec) (string, error) {
	token, err := mt.mint(spec)
	if err == nil {
		mt.log.issue(Issued{At: mt.clock.now(), Kind: spec.Kind, Flow: spec.Flow, ClientID: client.ID, Token: token})
	}
	return token, err
}
