// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// Validator returns a validator that accepts tokens of what is trusted, each for its
// own audiences. Options may be nil; what they list in AllowMissingFlow and
// AllowMissingRoles is allowed beside what the settings list. It does no I/O; close it
// in the end.
func (s *Settings) Validator(opts *validator.Options) (*validator.Validator, error) {
	var lacks []error
	for _, part := range s.sections {
		if len(part.audiences) == 0 {
			lacks = append(lacks, part.lacks(keyClientID, varAudience, wantAudience))
		}
	}
	if err := errors.Join(lacks...); err != nil {
		return nil, err
	}
	var o validator.Options
	if opts != nil {
		o = *opts
	}
	o.AllowMissingFlow = slices.Concat(s.AllowMissingFlow(), o.AllowMissingFlow)
	o.AllowMissingRoles = slices.Concat(s.AllowMissingRoles(), o.AllowMissingRoles)
	return validator.New(s.Trusted(), "", &o)
}

// Guard returns a guard and the validator that it asks, which has to be closed in
// the end. Both options may be nil. Like guard.New it panics on what can only be a
// mistake in the program.
func (s *Settings) Guard(opts *guard.Options, tokens *validator.Options) (*guard.Guard, *validator.Validator, error) {
	v, err := s.Validator(tokens)
	if err != nil {
		return nil, nil, err
	}
	return guard.New(v, opts), v, nil
}

// App returns the application with its secret, or what takes its place: of B2C at the
// sign-in flow, with the flows for resetting the password and editing the profile
// among the Links. Options may be nil. It does no I/O; close it in the end.
//
// An application is of one tenant. Of settings of several sections it is an error;
// take that of one, see [Settings.Section].
func (s *Settings) App(opts *acquire.Options) (*acquire.App, error) {
	part, err := s.one()
	if err != nil {
		return nil, err
	}
	var lacks error
	if !s.HasCredential() {
		lacks = part.lacks(keyClientSecret, varSecret, "want the application's client secret")
	}
	if err := errors.Join(part.checkApp(), lacks); err != nil {
		return nil, err
	}
	return acquire.NewConfidential(part.signIn(), part.clientID.text, *part.credential.value, part.withLinks(opts))
}

// PublicApp is App for a program on a user's machine, which has no secret; one that
// is set is not used.
func (s *Settings) PublicApp(opts *acquire.Options) (*acquire.App, error) {
	part, err := s.one()
	if err != nil {
		return nil, err
	}
	if err := part.checkApp(); err != nil {
		return nil, err
	}
	return acquire.NewPublic(part.signIn(), part.clientID.text, part.withLinks(opts))
}

// one returns the one section that there is.
func (s *Settings) one() (*section, error) {
	if len(s.sections) > 1 {
		return nil, fmt.Errorf("%s are both set, and an application is of one of them: say which", strings.Join(s.Sections(), " and "))
	}
	return &s.sections[0], nil
}

// checkApp returns what an application needs and is not set.
func (s *section) checkApp() error {
	var id, flow error
	if s.clientID.text == "" {
		id = s.lacks(keyClientID, varClientID, "want the application's client id")
	}
	if s.kind == authority.AzureADB2C && s.flows.signIn.text == "" {
		flow = s.lacks(keySignIn, varSignIn, wantSignIn)
	}
	return errors.Join(id, flow)
}

// lacks says that a key has no value, and what else would say it: a plain variable,
// which B2C alone has, or .NET's.
func (s *section) lacks(key, plain, want string) error {
	if s.kind != authority.AzureADB2C {
		plain = variable(s.name, key)
	}
	return fmt.Errorf("%s:%s is missing (or %s): %s", s.name, key, plain, want)
}

func (s *section) withLinks(opts *acquire.Options) *acquire.Options {
	var o acquire.Options
	if opts != nil {
		o = *opts
	}
	o.Links = append(s.links(), o.Links...)
	return &o
}
