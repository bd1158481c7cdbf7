// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"errors"

	"github.com/b2ckit/b2ckit/jwks"
)

// Trust returns whom the validator trusts now. It is a copy.
func (v *Validator) Trust() Trust {
	if t := v.terms.Load(); t != nil {
		return t.given.clone()
	}
	return Trust{}
}

// Update changes whom the validator trusts, while it serves. It calls change with
// a copy of what is trusted now; what that is when the function returns is trusted
// from then on. Options.Updatable must be set.
//
//	err := v.Update(func(t *validator.Trust) error {
//		t.Authorities = append(t.Authorities, tenant.Flows("B2C_1_susi")...)
//		return nil
//	})
//
// A change is made whole or not at all. If the function returns an error Update
// returns that, and if the new trust would be an error in [New] it tells all that
// is wrong with it, a line each; in both cases nothing has changed. After Close it
// is [jwks.ErrClosed]. Changes are made one after the other, so that none
// overwrites another; the function must not call Update.
//
// No validation waits for a change. Those under way finish by what was trusted
// when they began, or if they have waited for keys, by what is trusted in the end. So
// once Update has returned no token of a removed authority is accepted, but by who
// was in the middle of checking one. An authority that stays, with the same metadata
// URL and tenant, keeps its keys, whatever its audiences. Update does no I/O: the
// keys of a new authority are fetched for its first token, or by AllReady. What the
// validator keeps for removed ones is closed before Update returns, and verified tokens
// are forgotten, see Options.MemoryBytes.
func (v *Validator) Update(change func(*Trust) error) error {
	unused, err := v.update(change)
	if err == nil {
		v.memory.purge()
	}
	return errors.Join(err, closeAll(unused))
}

// update returns the caches that nobody needs any more.
func (v *engine) update(change func(*Trust) error) (unused []*jwks.Cache, err error) {
	v.changes.Lock()
	defer v.changes.Unlock()
	before := v.terms.Load()
	switch {
	case before == nil:
		return nil, errEmpty
	case before.closed:
		return nil, errClosed
	case !v.opts.Updatable:
		return nil, errors.New("validator: Update: the list of authorities is fixed; set Options.Updatable where it is to change")
	}
	given := before.given.clone()
	if err := change(&given); err != nil {
		return nil, err
	}
	var m mistakes
	after := v.newTerms(&m, updateFields, given, before)
	if err := m.err(); err != nil {
		return after.without(before), err
	}
	if !v.terms.CompareAndSwap(before, after) { // nothing but Close comes between
		return after.without(before), errClosed
	}
	v.turns.follow(after.trust.anchors)
	return before.without(after), nil
}
