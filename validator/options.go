// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

const (
	maxLeeway            = 10 * time.Minute
	defaultMaxTokenBytes = 16 << 10
	minMaxTokenBytes     = 512
	maxMaxTokenBytes     = 1 << 20
	defaultMemoryBytes   = 16 << 20
	minMemoryBytes       = 64 << 10 // one entry may take a sixteenth
)

// Options tune a [Validator]. Nil, and each zero field, means the default.
type Options struct {
	// Clients are the client ids (azp) whose tokens are accepted. If nil, those
	// of every client that B2C gives tokens for this API; empty is an error.
	Clients []string

	// AllowMissingFlow are the client ids whose tokens may name no flow, as
	// those may that a daemon gets by client credentials. Such a token has an
	// empty Token.Flow and fails every Flow requirement.
	AllowMissingFlow []string

	// AllowMissingRoles are the client ids whose own tokens, in External ID and Entra
	// ID, may have no roles, so that whoever asks finds neither scope nor role in them.
	// Unless the API's registration says "assignment required", every application of
	// the tenant gets such a token.
	AllowMissingRoles []string

	// MapUser tells who somebody is here, where tokens tell it otherwise: in a
	// migration to a tenant that gives its users new ids, say. It is called in each
	// Validate with a token that is accepted but for Requirements, seen before or not,
	// and what it returns is the UserID of the token, for handlers and requirements
	// alike; "" means that it stays as it is. An error means that nobody could tell: it
	// is ErrUndecided, 503, whoever the user is. It is the request's context and a copy
	// of the token that it gets. It must be safe for concurrent use, and quick, since
	// each request waits for it. If nil, nothing is called.
	//
	// Go by what users can't choose. A name, an e-mail address or a claim that a
	// profile page edits would let one user become another.
	MapUser func(context.Context, *Token) (string, error)

	// Updatable says that whom to trust changes while the validator serves, see
	// [Validator.Update]: tenants come and go. The list of authorities may be empty
	// then, and nobody's tokens are accepted. What a route asks may wait for a flow
	// that is not trusted yet, so [Validator.CanSatisfy] finds only what no token
	// could satisfy whoever is trusted. If false, the list given to New is fixed.
	Updatable bool

	// Requirements are asked of every token each time it comes, remembered or not,
	// before those of a route, and are answered like those of a route: 403 where
	// Clients and the trusted flows are answered with 401.
	Requirements []Requirement

	// Leeway is how far clocks may differ when exp, nbf and iat are checked, and
	// how far a sign-in may lie in the future. If zero, 60 seconds; negative
	// means none; at least a millisecond and at most 10 minutes.
	Leeway time.Duration

	// MaxTokenBytes is the length above which a token is refused unread. If
	// zero, 16 KiB; at least 512 bytes, below which no token fits, and at most
	// 1 MiB.
	MaxTokenBytes int

	// MemoryBytes bounds the memory of verified tokens: of one that comes again only
	// the hash, the times and the key are checked. It holds their claims, and no raw
	// token. If zero, 16 MiB, which hold about 11,000 tokens of the usual 1.2 kB;
	// negative means none; at least 64 KiB, since one token may take a sixteenth. Where
	// there is no room, those go first that have not come again. The memory changes no
	// verdict: whoever is to be kept out before the token expires is a matter for
	// Requirements, see [Lookup], with a memory and without.
	MemoryBytes int

	// Transport performs the requests for metadata and keys: for a proxy, a
	// private CA or an emulator. If nil, that of Keys, or else a copy of
	// http.DefaultTransport.
	Transport http.RoundTripper

	// Logger is told about keys, see jwks.Options, with the audience given to New as
	// an attribute. If nil, that of Keys, or else slog.Default().
	Logger *slog.Logger

	// Keys tunes the key caches. If nil, their defaults. Its OnFetch is told of what
	// they fetch.
	Keys *jwks.Options

	// OnValidation is called at the end of each call of Validate, on the caller's
	// goroutine and with the caller's context, for metrics and traces. Validate
	// returns after it, so it must be quick; it must be safe for concurrent use, and
	// what it panics with goes through to the caller. It is told no token. If nil,
	// nothing is called and no time read.
	OnValidation func(context.Context, Validation)

	// Now is the wall clock that exp, nbf, iat and auth_time are compared with. If
	// nil, time.Now. Key caches keep time by themselves.
	Now func() time.Time
}

// trust adds to a trust what the options say of it.
func (o *Options) trust(t Trust) Trust {
	if o != nil {
		t.Clients, t.AllowMissingFlow, t.AllowMissingRoles = o.Clients, o.AllowMissingFlow, o.AllowMissingRoles
	}
	return t
}

// keyOptions returns the options for the key caches, which share a Limiter.
func (o *Options) keyOptions() *jwks.Options {
	var k jwks.Options
	if o != nil && o.Keys != nil {
		k = *o.Keys
	}
	if k.Limiter == nil {
		k.Limiter = new(jwks.Limiter)
	}
	if o == nil {
		return &k
	}
	if o.Transport != nil {
		k.Transport = o.Transport
	}
	if o.Logger != nil {
		k.Logger = o.Logger
	}
	return &k
}

// withDefaults returns a copy with all fields set, and adds what is wrong with
// them to the mistakes. The name is that of the options' type, for errors.
func (o *Options) withDefaults(m *mistakes, name string) Options {
	var r Options
	if o != nil {
		r = *o
	}
	r.Clients, r.AllowMissingFlow, r.AllowMissingRoles = nil, nil, nil // they are part of the trust
	for _, q := range r.Requirements {
		if err := q.Err(); err != nil {
			m.add(fmt.Errorf("%w (in Options.Requirements)", err))
		}
	}
	r.Requirements = slices.Clone(r.Requirements)
	r.setLeeway(m, name+".Leeway")
	r.setMaxTokenBytes(m, name+".MaxTokenBytes")
	r.setMemoryBytes(m, name+".MemoryBytes")
	if r.Now == nil {
		r.Now = time.Now
	}
	return r
}

// checkClients finds mistakes in the clients. Where they are named already an empty
// list is one, nil or not: it would accept every client.
func (t *Trust) checkClients(m *mistakes, names fieldNames, named bool) {
	switch {
	case named && len(t.Clients) == 0:
		m.addf(names.clients, "empty, which would accept every client; name those that are accepted")
	case t.Clients != nil && len(t.Clients) == 0:
		m.addf(names.clients, "empty; leave it nil to accept every client")
	}
	for _, id := range t.Clients {
		if err := checkGUID(id); err != nil {
			m.addf(names.clients, "%q: %w", id, err)
		}
	}
	t.checkExempt(m, names.missingFlow, t.AllowMissingFlow, names)
	t.checkExempt(m, names.missingRoles, t.AllowMissingRoles, names)
}

// checkExempt finds mistakes in a list of clients whose tokens may lack something.
func (t *Trust) checkExempt(m *mistakes, field string, ids []string, names fieldNames) {
	for _, id := range ids {
		if err := checkGUID(id); err != nil {
			m.addf(field, "%q: %w", id, err)
		} else if len(t.Clients) > 0 && !slices.Contains(t.Clients, id) {
			m.addf(field, "client %q is not in %s, so its tokens would be refused all the same", id, names.clients)
		}
	}
}

func (o *Options) setLeeway(m *mistakes, field string) {
	switch {
	case o.Leeway > maxLeeway:
		m.addf(field, "%v is more than %v", o.Leeway, maxLeeway)
	case lostUnit(o.Leeway):
		m.addf(field, "%w", unitError(o.Leeway))
	case o.Leeway == 0:
		o.Leeway = defaultLeeway
	case o.Leeway < 0:
		o.Leeway = 0
	}
}

func (o *Options) setMaxTokenBytes(m *mistakes, field string) {
	switch {
	case o.MaxTokenBytes < 0 || o.MaxTokenBytes > maxMaxTokenBytes:
		m.addf(field, "%d is not between 0 and %d", o.MaxTokenBytes, maxMaxTokenBytes)
	case o.MaxTokenBytes == 0:
		o.MaxTokenBytes = defaultMaxTokenBytes
	case o.MaxTokenBytes < minMaxTokenBytes:
		m.addf(field, "no token fits in %d bytes, since its signature alone has 342 characters; want at least %d", o.MaxTokenBytes, minMaxTokenBytes)
	}
}

func (o *Options) setMemoryBytes(m *mistakes, field string) {
	switch {
	case o.MemoryBytes == 0:
		o.MemoryBytes = defaultMemoryBytes
	case o.MemoryBytes > 0 && o.MemoryBytes < minMemoryBytes:
		m.addf(field, "no token fits in %d bytes; want at least %d, or a negative value to remember none", o.MemoryBytes, minMemoryBytes)
	}
}

// checkTrusted refuses sets of authorities that are invalid or contradict
// themselves, and an empty one unless it is to grow.
func checkTrusted(m *mistakes, names fieldNames, all []authority.Authority, grows bool) {
	if len(all) == 0 && !grows {
		m.addf(names.trusted, "empty; name at least one user flow or custom policy, or set Options.Updatable if they come later")
	}
	type place struct {
		kind                 authority.Kind
		host, tenantID, flow string
		metadata             string // of other products, which may have several at a host
	}
	named := make(map[place]bool, len(all))
	for _, a := range all {
		if err := a.Err(); err != nil {
			m.addf(names.trusted, "%w", err)
			continue
		}
		p := place{kind: a.Kind(), host: a.Host(), tenantID: a.TenantID(), flow: a.FlowKey()}
		if p.kind != authority.AzureADB2C {
			p.metadata = a.MetadataURL()
		}
		if named[p] {
			m.addf(names.trusted, "%s is named twice", a)
		}
		named[p] = true
	}
	checkIssuers(m, names, all)
}

// checkIssuers refuses authorities of different products that may name one issuer:
// whose rules its tokens go by must be certain. External ID and Entra ID have the same.
// In what B2C names the case of a flow may be any.
func checkIssuers(m *mistakes, names fieldNames, all []authority.Authority) {
	owners := map[string]authority.Authority{}
	for _, a := range all {
		if a.Err() != nil {
			continue
		}
		for _, issuer := range a.TokenIssuers() {
			folded := authority.FoldFlow(issuer)
			owner, is := owners[folded]
			if owners[folded] = a; is && owner.Kind() != a.Kind() && !(isMicrosofts(owner.Kind()) && isMicrosofts(a.Kind())) {
				m.addf(names.trusted, "%s (%s) and %s (%s) may both name the issuer %q, and their tokens follow different rules", owner, owner.Kind(), a, a.Kind(), issuer)
			}
		}
	}
}
