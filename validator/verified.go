// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"reflect"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

// finding is what a validation has found: the authority that all of the token
// belongs to, the key that verified it, and what it went by. Of one that ended in a
// refusal it is what came before, and which check failed.
type finding struct {
	terms  *terms
	anchor *anchor
	key    *jwks.Key
	failed CheckName
}

// verified is a token that has passed, and what that rests on. It is immutable, and
// all that it holds is its own: callers get copies of the token, whose text is that of
// the payload and never of the raw token.
type verified struct {
	token  Token
	anchor *anchor
	key    *jwks.Key
	terms  uint64   // their number: the terms themselves would keep all whom they trusted
	texts  []string // what lies in the memory that its lists share

	from, until time.Time
}

func newVerified(c *claims, f finding, k *clock) *verified {
	v := &verified{anchor: f.anchor, key: f.key, terms: f.terms.number, texts: c.texts}
	v.token.fill(c, f.anchor.authority, f.anchor.flowOf(c), k)
	v.token.daemon = f.terms.rules.mayMissFlow(c.clientID)
	v.token.kept = &v.token
	if c.more != nil {
		c.more.rolesMissed = f.terms.rules.mayMissRoles(c.clientID)
	}
	v.from, v.until = f.terms.rules.span(&c.times)
	return v
}

// holds reports whether the token would pass by these terms now, and be of the same
// authority. What does not change as long as the terms don't has been checked: they
// must be those that it was verified by. Asked is what comes and goes: the issuer and
// the key in the authority's current set, and the times.
func (v *verified) holds(by *terms, now time.Time) bool {
	return v.terms == by.number && !by.closed && v.isTimely(now) && v.isIssued(by)
}

func (v *verified) isTimely(now time.Time) bool { return !now.Before(v.from) && now.Before(v.until) }

// span returns from when until when checkTimes finds nothing wrong, but for claims that
// are missing.
func (r *rules) span(t *times) (from, until time.Time) {
	from = t.nbf
	if from.Before(t.iat) {
		from = t.iat
	}
	if r.signInDecides && from.Before(t.authTime) {
		from = t.authTime
	}
	return from.Add(-r.clock.leeway), t.exp.Add(r.clock.leeway)
}

// isIssued reports whether the authority has the issuer and the key still, and no
// other one comes before it. That can be only where no flow is named: an issuer and a
// flow are one authority's. For B2C the key has no issuer of its own and one algorithm.
func (v *verified) isIssued(by *terms) bool {
	if v.token.Flow == "" {
		c := claims{issuer: v.token.Issuer, audience: v.token.Audience, clientID: v.token.ClientID}
		return matching{by.trust, &by.rules, &c}.whole(v.header(), v.key) == v.anchor
	}
	set := v.anchor.source.Current() // once: issuer and key must be of one set
	if set == nil || set.Issuer() != v.token.Issuer {
		return false
	}
	k, ok := set.Key(v.key.ID())
	return ok && k.SameAs(v.key)
}

// header returns what of the token's header was held against key and authority.
func (v *verified) header() *header {
	h := header{kid: v.key.ID(), alg: authority.RS256}
	if v.token.more != nil && v.token.more.alg != "" {
		h.alg = v.token.more.alg
	}
	return &h
}

// holder tells whose token it is, with the flow as the token spells it.
func (v *verified) holder() *Holder {
	h := v.token.Holder()
	if h.Flow != "" {
		h.Flow = v.token.claims.flow()
	}
	if *h == (Holder{}) {
		return nil
	}
	return h
}

// withUserID returns the token as one of another user id, "" being its own.
func (v *verified) withUserID(id string) *verified {
	if id == "" {
		return v
	}
	named := *v
	named.token.more = new(particulars)
	if v.token.more != nil {
		*named.token.more = *v.token.more
	}
	named.token.more.userID = id
	named.token.kept = &named.token
	return &named
}

var (
	sizeOfVerified    = int(reflect.TypeFor[verified]().Size())
	sizeOfParticulars = int(reflect.TypeFor[particulars]().Size())
)

// size returns how many bytes it takes at most. Its texts are parts of the payload, but
// for those with an escape in them; the allocator rounds up, by an eighth at most.
func (v *verified) size() int {
	t := &v.token
	n := sizeOfVerified + len(t.claims) + len(v.texts)*sizeOfString
	if t.more != nil {
		n += sizeOfParticulars
	}
	if strings.IndexByte(string(t.claims), '\\') < 0 {
		return n + n/8
	}
	for _, s := range [...]string{t.Issuer, t.Subject, t.ObjectID, t.ClientID, t.Name} {
		n += len(s)
	}
	if t.more != nil {
		n += len(t.more.tenantID) + len(t.more.clientAuth)
	}
	for _, s := range v.texts {
		n += len(s)
	}
	return n + n/8
}

var sizeOfString = int(reflect.TypeFor[string]().Size())
