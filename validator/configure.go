// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"errors"
	"fmt"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/guid"
	"github.com/b2ckit/b2ckit/jwks"
)

// trustAuthorities sets the engine up with a key cache for each authority.
func (v *engine) trustAuthorities(kind tokenKind, trusted []authority.Authority, audience string, opts *Options) error {
	anchors, m := v.configure(kind, trusted, audience, opts)
	sources := make([]jwks.Source, 0, len(trusted))
	keys := opts.keyOptions()
	if err := keys.Check(); err != nil {
		m.add(fmt.Errorf("validator: %w", err))
		keys = nil // told once; what else is wrong?
	}
	for _, a := range trusted {
		if a.Err() != nil {
			continue // one of the mistakes already
		}
		s, err := jwks.New(a, keys)
		if err != nil {
			m.add(fmt.Errorf("validator: %w", err))
			continue
		}
		sources = append(sources, s)
	}
	return v.start(anchors, sources, m)
}

// trustSources sets the engine up with sources that are made already.
func (v *engine) trustSources(kind tokenKind, sources []jwks.Source, audience string, opts *Options) error {
	var m mistakes
	trusted := make([]authority.Authority, 0, len(sources))
	for i, s := range sources {
		if s == nil {
			m.addf("sources", "number %d is nil", i)
			continue
		}
		trusted = append(trusted, s.Authority())
	}
	anchors, more := v.configure(kind, trusted, audience, opts)
	m = append(m, more...)
	if opts != nil && (opts.Transport != nil || opts.Logger != nil || opts.Keys != nil) {
		m.addf(kind.options+".Transport, Logger and Keys", "the sources are made already; give these to jwks.New")
	}
	return v.start(anchors, sources, m)
}

// configure takes over all but the sources. It returns whom to trust once they
// have their sources, and what is wrong.
func (v *engine) configure(kind tokenKind, trusted []authority.Authority, audience string, opts *Options) (anchors []*anchor, m mistakes) {
	audience = guid.Fold(audience)
	checkTrusted(&m, trusted)
	kind.checkAudiences(&m, trusted, audience)
	v.opts = opts.withDefaults(&m, kind.options)
	v.rules, v.wording = kind.rules, kind.wording
	v.rules.apply(&v.opts)
	v.rules.maxBytesOption = kind.options + ".MaxTokenBytes"
	if kind.forApp {
		v.rules.clients = []string{audience}
	}
	for _, a := range trusted {
		anchors = append(anchors, &anchor{authority: a, audiences: v.rules.audiencesOf(a, audience)})
	}
	if len(m) == 0 && len(v.opts.Requirements) > 0 {
		if err := canSatisfy(v.opts.Requirements, trusted, v.opts.Clients); err != nil {
			m.addf("Options.Requirements", "%w", err)
		}
	}
	return anchors, m
}

// start begins to trust the authorities with their sources, which are in the same
// order, or closes the sources if there are mistakes.
func (v *engine) start(anchors []*anchor, sources []jwks.Source, m mistakes) error {
	if err := m.err(); err != nil {
		return errors.Join(err, closeAll(sources))
	}
	for i, s := range sources {
		anchors[i].source = s
	}
	v.trust.Store(newTrust(anchors))
	return nil
}

// apply takes over the options, whose defaults are filled in.
func (r *rules) apply(o *Options) {
	r.maxBytes = o.MaxTokenBytes
	r.clock = clock{now: o.Now, leeway: o.Leeway}
	r.clients, r.missingFlow = o.Clients, o.AllowMissingFlow
}
