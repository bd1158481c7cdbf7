// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

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
	o, err := mt.model.order(spec)
	if err != nil {
		return "", err
	}
	if o.User == nil && o.Kind != AppToken {
		user := mt.directory.first()
		if o.User = &user; user.ObjectID == "" {
			return "", wrongField("Spec.User", "is needed: tenant %s has no users", mt.model.name)
		}
	}
	return mint(mt.model, mt.keys.of(o.flow).current(), mt.clock.now(), o)
}

// issue mints a token for an answer to a client.
func (mt *minter) issue(client *App, spec Spec) (string, error) {
	token, err := mt.mint(spec)
	if err == nil {
		mt.log.issue(Issued{At: mt.clock.now(), Kind: spec.Kind, Flow: spec.Flow, ClientID: client.ID, Token: token})
	}
	return token, err
}
