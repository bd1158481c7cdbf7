// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"errors"

	"github.com/b2ckit/b2ckit/validator"
)

// Guard decides which requests may pass. Make one with [New] and share it:
// it is safe for concurrent use, has no goroutines and needs no closing.
type Guard struct {
	validator   Validator
	freeze      func(*validator.Token) validator.Frozen
	credentials credentials
	preflight   bool
	resource    *Resource
	refuser     refuser
	reporter    reporter
}

// New returns a guard that lets pass what the validator accepts. It copies
// the options; nil means the defaults.
//
// Like [net/http.ServeMux.Handle], it panics on what can only be mistakes in
// the program, a nil validator and invalid options, and names all of them.
func New(v Validator, opts *Options) *Guard {
	o := opts.orDefault()
	errs := o.check()
	if isNil(v) {
		errs = append(errs, errors.New("the validator is nil; look at the error of validator.New"))
	}
	if err := errors.Join(errs...); err != nil {
		panic("guard: New: " + err.Error())
	}
	return &Guard{
		validator:   v,
		freeze:      freezer(v),
		credentials: newCredentials(o),
		preflight:   o.AllowPreflight,
		resource:    o.Resource,
		refuser:     refuser{realm: o.realm(), omitUser: o.OmitUser, resource: o.Resource},
		reporter:    newReporter(v, o),
	}
}
