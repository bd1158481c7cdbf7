// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/guid"
	"github.com/b2ckit/b2ckit/jwks"
)

// trustAuthorities sets the engine up with a key cache for each authority.
func (v *engine) trustAuthorities(kind tokenKind, trusted []authority.Authority, audience string, opts *Options) error {
	return v.start(kind, opts.trust(Trust{Authorities: trusted, Audience: audience}), opts, nil)
}

// trustSources sets the engine up with sources that are made already.
func (v *engine) trustSources(kind tokenKind, sources []jwks.Source, audience string, opts *Options) error {
	var m mistakes
	if opts != nil && (opts.Transport != nil || opts.Logger != nil || opts.Keys != nil) {
		m.addf(kind.options+".Transport, Logger and Keys", "the sources are made already; give these to jwks.New")
	}
	return v.start(kind, opts.trust(Trust{Sources: sources, Audience: audience}), opts, m)
}

// start sets the engine up, unless there are mistakes.
func (v *engine) start(kind tokenKind, given Trust, opts *Options, ofOptions mistakes) error {
	v.kind = kind
	v.opts = opts.withDefaults(&ofOptions, kind.options)
	v.clock = clock{now: v.opts.Now, leeway: v.opts.Leeway}
	v.keys = opts.keyOptions()
	v.keys.Logger = kind.signed(v.keys.Logger, given.Audience)
	if err := v.keys.Check(); err != nil {
		ofOptions.add(fmt.Errorf("validator: %w", err))
		v.keys = nil // told once; what else is wrong?
	}
	var m mistakes
	first := v.newTerms(&m, kind.fields(), given, nil)
	m = append(m, ofOptions...)
	if len(m) == 0 && len(v.opts.Requirements) > 0 {
		if err := v.issuers(first).canSatisfy(v.opts.Requirements); err != nil {
			m.addf("Options.Requirements", "%w", err)
		}
	}
	if err := m.err(); err != nil {
		_ = closeAll(first.without(nil)) // none has done anything
		return err
	}
	v.terms.Store(first)
	return nil
}

// signed returns a logger whose lines tell on whose behalf keys are fetched: of an API
// and of an app that signs users in there are the same keys.
func (k *tokenKind) signed(logger *slog.Logger, audience string) *slog.Logger {
	switch {
	case audience == "":
		return logger
	case logger == nil:
		logger = slog.Default()
	}
	if k.forApp {
		return logger.With("client", guid.Fold(audience))
	}
	return logger.With("audience", guid.Fold(audience))
}

// newTerms makes terms of what is given, and adds what is wrong with it to the
// mistakes. They have new caches for authorities that those before did not have.
func (v *engine) newTerms(m *mistakes, names fieldNames, given Trust, before *terms) *terms {
	given.Audience = guid.Fold(given.Audience)
	given.Authorities, given.Sources = slices.Clone(given.Authorities), slices.Clone(given.Sources)
	given.Clients, given.AllowMissingFlow = foldGUIDs(given.Clients), foldGUIDs(given.AllowMissingFlow)
	given.AllowMissingRoles = foldGUIDs(given.AllowMissingRoles)
	t := &terms{rules: v.kind.rulesFor(&v.opts, &given, names), given: given, byID: map[authorityID]entry{}}
	if before != nil {
		t.number = before.number + 1
	}

	all, sources := given.all(m, names)
	checkTrusted(m, names, all, v.opts.Updatable)
	v.kind.checkAudiences(m, names, all, given.Audience, v.opts.Updatable)
	checkMissingRoles(m, names, all, &given, v.opts.Updatable)
	t.rules.algorithms = algorithmsOf(all)
	t.rules.allowed = textOf(t.rules.algorithms)
	given.checkClients(m, names, before != nil && len(before.given.Clients) > 0)
	for i, a := range all {
		if a.Err() != nil {
			continue // one of the mistakes already
		}
		if err := t.put(a, t.rules.audiencesOf(a, given.Audience), sources[i], before, v.keys); err != nil {
			m.add(fmt.Errorf("validator: %w", err))
		}
	}
	if len(*m) == 0 { // else there is not one for each
		anchors := make([]*anchor, 0, len(all))
		for _, a := range all {
			anchors = append(anchors, t.byID[idOf(a)].anchor)
		}
		t.trust = newTrust(anchors)
		if before != nil { // or the first tokens would have the index made
			t.trust.index.renew(anchors)
		}
	}
	return t
}

// all returns the authorities and, for those that have one, their sources.
func (t *Trust) all(m *mistakes, names fieldNames) (all []authority.Authority, sources []jwks.Source) {
	for _, a := range t.Authorities {
		all, sources = append(all, a), append(sources, nil)
	}
	for i, s := range t.Sources {
		if s == nil {
			m.addf(names.sources, "number %d is nil", i)
			continue
		}
		all, sources = append(all, s.Authority()), append(sources, s)
	}
	return all, sources
}

// rulesFor returns the rules for tokens of the kind.
func (k *tokenKind) rulesFor(o *Options, given *Trust, names fieldNames) rules {
	r := k.rules
	r.maxBytes, r.maxBytesOption = o.MaxTokenBytes, k.options+".MaxTokenBytes"
	r.clock = clock{now: o.Now, leeway: o.Leeway}
	r.clients, r.missingFlow, r.missingRoles = given.Clients, given.AllowMissingFlow, given.AllowMissingRoles
	r.names = names
	if k.forApp {
		r.clients = []string{given.Audience}
	}
	return r
}

// algorithmsOf returns the algorithms that any of the authorities signs with: RS256 if
// there are none so far.
func algorithmsOf(all []authority.Authority) (algorithms []authority.Algorithm) {
	for _, alg := range [...]authority.Algorithm{authority.RS256, authority.PS256, authority.ES256} {
		if alg == authority.RS256 && len(all) == 0 || slices.ContainsFunc(all, func(a authority.Authority) bool { return a.Allows(alg) }) {
			algorithms = append(algorithms, alg)
		}
	}
	return algorithms
}

// checkMissingRoles refuses a list that counts for nobody.
func checkMissingRoles(m *mistakes, names fieldNames, all []authority.Authority, given *Trust, grows bool) {
	if grows || len(given.AllowMissingRoles) == 0 {
		return
	}
	if !slices.ContainsFunc(all, func(a authority.Authority) bool { return isMicrosofts(a.Kind()) }) {
		m.addf(names.missingRoles, "no External ID or Entra ID tenant is trusted, and it counts for their tokens alone")
	}
}

func textOf(algorithms []authority.Algorithm) string {
	names := make([]string, 0, len(algorithms))
	for _, alg := range algorithms {
		names = append(names, string(alg))
	}
	if len(names) == 1 {
		return names[0] + " is"
	}
	return strings.Join(names, ", ") + " are"
}
