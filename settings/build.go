// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"errors"
	"fmt"
	"slices"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// Validator returns a validator that accepts tokens of the trusted flows for the
// audiences. Options may be nil; what they list in AllowMissingFlow is allowed beside
// what the settings list. It does no I/O; close it in the end.
func (s *Settings) Validator(opts *validator.Options) (*validator.Validator, error) {
	if len(s.audiences) == 0 {
		return nil, s.lacks(keyClientID, varAudience, wantAudience)
	}
	var o validator.Options
	if opts != nil {
		o = *opts
	}
	o.AllowMissingFlow = slices.Concat(s.missingFlow, o.AllowMissingFlow)
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

// App returns the application with its secret, at the sign-in flow, with the flows
// for resetting the password and editing the profile among the Links. Options may be
// nil. It does no I/O; close it in the end.
func (s *Settings) App(opts *acquire.Options) (*acquire.App, error) {
	var secret error
	if !s.HasSecret() {
		secret = s.lacks(keyClientSecret, varSecret, "want the application's client secret")
	}
	if err := errors.Join(s.checkApp(), secret); err != nil {
		return nil, err
	}
	return acquire.NewConfidential(s.SignIn(), s.clientID, *s.credential, s.withLinks(opts))
}

// PublicApp is App for a program on a user's machine, which has no secret; one that
// is set is not used.
func (s *Settings) PublicApp(opts *acquire.Options) (*acquire.App, error) {
	if err := s.checkApp(); err != nil {
		return nil, err
	}
	return acquire.NewPublic(s.SignIn(), s.clientID, s.withLinks(opts))
}

// checkApp returns what an application needs and is not set.
func (s *Settings) checkApp() error {
	var id, flow error
	if s.clientID == "" {
		id = s.lacks(keyClientID, varClientID, "want the application's client id")
	}
	if s.signIn == "" {
		flow = s.lacks(keySignIn, varSignIn, wantSignIn)
	}
	return errors.Join(id, flow)
}

func (s *Settings) lacks(key, variable, want string) error {
	return fmt.Errorf("%s:%s is missing (or %s): %s", s.section, key, variable, want)
}

func (s *Settings) withLinks(opts *acquire.Options) *acquire.Options {
	var o acquire.Options
	if opts != nil {
		o = *opts
	}
	o.Links = append(s.Links(), o.Links...)
	return &o
}
