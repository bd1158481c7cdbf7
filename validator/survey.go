// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"slices"

	"github.com/b2ckit/b2ckit/authority"
)

// tokenChecks are the checks of a token, in their order. Those of claims are judged one
// by one; all others need what came before.
var tokenChecks = slices.Concat(
	[]CheckName{CheckForm, CheckHeader, CheckKey, CheckSignature, CheckClaims}, claimChecks[:], []CheckName{CheckAuthority})

// Explain validates a raw token as [Validator.Validate] does, then asks the requirements
// of it, such as those of a route, and tells check by check what came of that: what was
// found, what would be wrong besides, and what to change. The verdict and its error are
// those of Validate and of the first requirement that is not satisfied: Explain has no
// rules of its own.
//
// It is for operators, and an error hook may call it. It costs what validation costs
// without the memory of verified tokens, and about once more to read the token again,
// as well as some kB of text: do not call it for a flood. It neither asks nor fills the
// memory, counts in no figure, and tells Options.OnValidation nothing. It fetches keys
// only where Validate would, within the same budget, and waits no longer. Functions of
// the application ([Lookup], [Func]) are called once each, and only with a token that
// is accepted so far. It is safe for concurrent use.
func (v *Validator) Explain(ctx context.Context, raw string, reqs ...Requirement) *Explanation {
	if ctx == nil {
		ctx = context.Background()
	}
	var c claims
	found, e := v.validate(ctx, raw, &c)
	s := survey{found: found, wording: v.kind.wording, refusal: e, claims: &c}
	s.checkToken(raw)
	reqs = slices.Concat(v.opts.Requirements, reqs)
	x := &Explanation{Unverified: Inspect(raw)}
	if e != nil {
		s.requireOfRefused(ctx, reqs, &v.clock)
	} else {
		t := newVerified(&c, found, &v.clock)
		if v.opts.MapUser != nil {
			named, e := v.mapUser(ctx, t)
			if s.addMapUser(e); e == nil {
				t = named
			}
		}
		if s.require(ctx, reqs, t); s.refusal == nil {
			x.Token = t.token.fresh()
		}
	}
	x.Verdict, x.Err, x.Checks = verdictOf(s.refusal), s.refusal, s.checks
	return x
}

// survey goes through the checks of a token that has been validated, and on behind the
// one that failed.
type survey struct {
	found   finding
	wording *wording
	refusal *Error  // nil as long as nothing is wrong
	claims  *claims // empty as long as they have not been read
	checks  []Check
	read    bool // the claims are there
}

// add adds the outcome of a check. What was found is asked for only if it passed.
func (s *survey) add(name CheckName, e *Error, found func() string) *Check {
	c := Check{Name: name, Outcome: OutcomePassed, Unverified: s.found.key == nil && s.refusal != nil && !isOfForm(name)}
	if e == nil {
		c.Found = found()
	} else {
		c.Outcome, c.Reason, c.Hint, c.Found, c.Fix = OutcomeFailed, e.Reason, e.Hint, e.found(), e.fix(s.isOfB2C(e))
		if e.Reason.Kind() == Unavailable {
			c.Outcome = OutcomeUndecided
		}
	}
	s.checks = append(s.checks, c)
	return &s.checks[len(s.checks)-1]
}

// isOfB2C reports whether B2C's operators are to hear what helps against an error.
func (s *survey) isOfB2C(e *Error) bool {
	by := s.found.terms
	switch {
	case by == nil || by.trust.onlyB2C:
		return true
	case e.Reason == ErrIssuer || e.Reason == ErrUnknownKey || !s.read: // of whom is not known
		return false
	}
	return s.claims.more == nil
}

func (s *survey) skip(names ...CheckName) {
	for _, name := range names {
		s.checks = append(s.checks, Check{Name: name, Outcome: OutcomeNotReached})
	}
}

// isOfForm reports whether the check needs no key: its outcome is certain, and so is
// that there is no key.
func isOfForm(name CheckName) bool {
	return name == CheckForm || name == CheckHeader || name == CheckKey || name == CheckSignature
}

// checkToken goes through the checks of the token itself. Up to the one that failed it
// takes the validation's word.
func (s *survey) checkToken(raw string) {
	by := s.found.terms
	if by == nil { // nothing could be asked
		s.skip(CheckForm, CheckHeader)
		s.add(CheckKey, s.refusal, nil)
		s.skip(tokenChecks[3:]...)
		return
	}
	t, _ := parseToken(raw, &by.rules, nil, new(scratch))
	w := witness{by, s.found.key, s.found.anchor, &t, s.claims}
	at := len(tokenChecks)
	if s.refusal != nil {
		at = slices.Index(tokenChecks, s.found.failed)
	}
	s.read = at > slices.Index(tokenChecks, CheckClaims)
	for _, name := range tokenChecks[:at] {
		s.checks = append(s.checks, Check{Name: name, Outcome: OutcomePassed, Found: w.found(name)})
	}
	if s.refusal == nil {
		return
	}
	s.add(s.found.failed, s.refusal, nil)
	rest := tokenChecks[at+1:]
	if s.found.failed == CheckForm || len(by.trust.anchors) == 0 {
		s.skip(rest...)
		return
	}
	s.goOn(rest, &t, &w)
}

// goOn judges what can be judged behind a failure.
func (s *survey) goOn(rest []CheckName, t *signedToken, w *witness) {
	by := s.found.terms
	var j judgement
	if s.read {
		j = by.judge(s.wording, s.claims, &t.header, s.found.key)
	}
	for _, name := range rest {
		switch {
		case name == CheckKey, name == CheckSignature, name == CheckAuthority:
			s.skip(name)
		case name == CheckClaims:
			var e *Error
			if err := by.trust.read(t, &by.rules, s.claims); err != nil {
				e = asError(err, "payload")
			} else {
				s.read = true
				j = by.judge(s.wording, s.claims, &t.header, s.found.key)
			}
			s.add(name, e, func() string { return w.found(name) })
		case !s.read, name == CheckFlow && !j.hasIssuer():
			s.skip(name)
		default:
			e := j.check(name, s.claims)
			if name == CheckFlow && e != nil && e.Reason == ErrIssuer && s.found.key == nil {
				// No metadata says so as yet, which is no fault of the token.
				e = by.diagnose(s.claims).flow(s.wording, j.partial.issued)
			}
			s.add(name, e, func() string { return w.found(name) })
		}
	}
}

// require asks the requirements of a token that is accepted otherwise.
func (s *survey) require(ctx context.Context, reqs []Requirement, t *verified) {
	for i := range reqs {
		if s.refusal != nil && reqs[i].asks {
			s.skipRequirement(&reqs[i])
			continue
		}
		e := reqs[i].checkToken(ctx, &t.token)
		s.addRequirement(&reqs[i], e)
		if e != nil && s.refusal == nil {
			e.Holder = t.holder()
			s.refusal = e
		}
	}
}

// requireOfRefused asks the requirements of a token that is refused already, as far as
// that takes no function of the application, which gets tokens that are good.
func (s *survey) requireOfRefused(ctx context.Context, reqs []Requirement, k *clock) {
	var t Token
	if s.read {
		t.fill(s.claims, s.issuer(), s.claims.flow, k)
		t.daemon = s.found.terms.rules.mayMissFlow(s.claims.clientID)
	}
	for i := range reqs {
		if reqs[i].asks || !s.read {
			s.skipRequirement(&reqs[i])
			continue
		}
		s.addRequirement(&reqs[i], reqs[i].checkToken(ctx, &t))
	}
}

// issuer returns an authority that may have issued the token, the zero one if there is
// none.
func (s *survey) issuer() authority.Authority {
	if f := s.found.terms.trust.family(s.claims.issuer); f != nil {
		return f.all[0].authority
	}
	return authority.Authority{}
}

// addMapUser adds what came of asking the application for the user's id.
func (s *survey) addMapUser(e *Error) {
	s.add(CheckRequirement, e, func() string { return "told the user's id" }).Requirement = "Options.MapUser"
	s.refusal = e
}

func (s *survey) addRequirement(r *Requirement, e *Error) {
	s.add(CheckRequirement, e, func() string { return "satisfied" }).Requirement = r.String()
}

func (s *survey) skipRequirement(r *Requirement) {
	s.checks = append(s.checks, Check{Name: CheckRequirement, Outcome: OutcomeNotReached, Requirement: r.String()})
}
