// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

const (
	defaultLeeway        = time.Minute
	defaultPatience      = 5 * time.Second
	maxLeeway            = 10 * time.Minute
	defaultMaxTokenBytes = 16 << 10
	maxMaxTokenBytes     = 1 << 20
)

// Options tune a [Validator]. Nil, and each zero field, means the default.
type Options struct {
	// Audiences are accepted besides the audience given to New, for an API
	// with more than one app registration.
	Audiences []string

	// Clients are the client ids (azp) whose tokens are accepted. If nil, those
	// of every client that B2C gives tokens for this API; empty is an error.
	Clients []string

	// AllowMissingFlow are the client ids whose tokens may name no flow, as
	// those may that a daemon gets by client credentials. Such a token has an
	// empty Token.Flow and fails every Flow requirement.
	AllowMissingFlow []string

	// Requirements are asked of every token, before those of a route, and are
	// answered like those of a route: 403 where Clients and the trusted flows
	// are answered with 401.
	Requirements []Requirement

	// Leeway is how far clocks may differ when exp, nbf and iat are checked.
	// If zero, 60 seconds; negative means none; at most 10 minutes.
	Leeway time.Duration

	// MaxTokenBytes is the length above which a token is refused unread. If
	// zero, 16 KiB; at most 1 MiB.
	MaxTokenBytes int

	// Transport performs the requests for metadata and keys: for a proxy, a
	// private CA or an emulator. If nil, that of Keys, or else a copy of
	// http.DefaultTransport.
	Transport http.RoundTripper

	// Logger is told about keys, see jwks.Options. If nil, that of Keys, or
	// else slog.Default().
	Logger *slog.Logger

	// Keys tunes the key caches. If nil, their defaults.
	Keys *jwks.Options

	// Now is the wall clock that exp, nbf, iat and auth_time are held to. If
	// nil, time.Now. Key caches keep time by themselves.
	Now func() time.Time
}

// keyOptions returns the options for the key caches.
func (o *Options) keyOptions() *jwks.Options {
	if o == nil {
		return nil
	}
	var k jwks.Options
	if o.Keys != nil {
		k = *o.Keys
	}
	if o.Transport != nil {
		k.Transport = o.Transport
	}
	if o.Logger != nil {
		k.Logger = o.Logger
	}
	return &k
}

func (o *Options) withDefaults(kind tokenKind, audience string) (Options, error) {
	var r Options
	if o != nil {
		r = *o
	}
	r.Audiences = foldGUIDs(append([]string{audience}, r.Audiences...))
	for i, a := range r.Audiences {
		field := kind.audienceName()
		if i > 0 {
			field = "Options.Audiences"
		}
		if err := checkText(a); err != nil {
			return r, fmt.Errorf("validator: %s: %w; want %s application (client) id", field, err, kind.audienceOwner())
		}
		if slices.Contains(r.Audiences[:i], a) {
			return r, fmt.Errorf("validator: %s: %q is named twice", field, a)
		}
	}
	if r.Clients != nil && len(r.Clients) == 0 {
		return r, errors.New("validator: Options.Clients: empty; leave it nil to accept every client")
	}
	r.Clients, r.AllowMissingFlow = foldGUIDs(r.Clients), foldGUIDs(r.AllowMissingFlow)
	for _, f := range []struct {
		name string
		ids  []string
	}{{"Clients", r.Clients}, {"AllowMissingFlow", r.AllowMissingFlow}} {
		for _, id := range f.ids {
			if err := checkGUID(id); err != nil {
				return r, fmt.Errorf("validator: Options.%s: %q: %w", f.name, id, err)
			}
		}
	}
	for _, id := range r.AllowMissingFlow {
		if len(r.Clients) > 0 && !slices.Contains(r.Clients, id) {
			return r, fmt.Errorf("validator: Options.AllowMissingFlow: client %q is not in Options.Clients, so its tokens would be refused all the same", id)
		}
	}
	for _, q := range r.Requirements {
		if err := q.Err(); err != nil {
			return r, fmt.Errorf("%w (in Options.Requirements)", err)
		}
	}
	r.Requirements = slices.Clone(r.Requirements)
	switch {
	case r.Leeway > maxLeeway:
		return r, fmt.Errorf("validator: %s.Leeway: %v is more than %v", kind.optionsName(), r.Leeway, maxLeeway)
	case r.Leeway == 0:
		r.Leeway = defaultLeeway
	case r.Leeway < 0:
		r.Leeway = 0
	}
	switch {
	case r.MaxTokenBytes < 0 || r.MaxTokenBytes > maxMaxTokenBytes:
		return r, fmt.Errorf("validator: %s.MaxTokenBytes: %d is not between 0 and %d", kind.optionsName(), r.MaxTokenBytes, maxMaxTokenBytes)
	case r.MaxTokenBytes == 0:
		r.MaxTokenBytes = defaultMaxTokenBytes
	}
	if r.Now == nil {
		r.Now = time.Now
	}
	return r, nil
}

// checkTrusted refuses sets of authorities that contradict themselves or the
// audiences.
func checkTrusted(kind tokenKind, all []authority.Authority, audiences []string) error {
	if len(all) == 0 {
		return errors.New("validator: trusted: empty; name at least one user flow or custom policy")
	}
	for i, a := range all {
		if err := a.Err(); err != nil {
			return fmt.Errorf("validator: trusted: %w", err)
		}
		for _, b := range all[:i] {
			if a.Host() == b.Host() && a.TenantID() == b.TenantID() && a.Kind() == b.Kind() && authority.SameFlow(a.Flow(), b.Flow()) {
				return fmt.Errorf("validator: trusted: %s is named twice", a)
			}
		}
		for _, aud := range audiences {
			if a.Kind() == authority.AzureADB2C && strings.Contains(aud, "://") {
				return fmt.Errorf("validator: %s: %q is an App ID URI; B2C puts %s application (client) id into aud", kind.audienceName(), aud, kind.audienceOwner())
			}
			if err := checkGUID(aud); err != nil && a.Kind() == authority.AzureADB2C {
				return fmt.Errorf("validator: %s: %q: %w; want %s application (client) id", kind.audienceName(), aud, err, kind.audienceOwner())
			}
		}
	}
	return nil
}

// lostUnit tells a time that was meant to be longer: 5 for 5*time.Second.
func lostUnit(d time.Duration) bool { return d > 0 && d < time.Millisecond }

func unitError(d time.Duration) error {
	return fmt.Errorf("%d has lost its unit; want %d*time.Second", int64(d), int64(d))
}

// foldGUIDs copies ids and lower-cases those that are GUIDs, as the issuers
// write them; the comparison with a token is exact.
func foldGUIDs(ids []string) []string {
	folded := slices.Clone(ids)
	for i, id := range folded {
		if checkGUID(id) == nil {
			folded[i] = authority.FoldFlow(id)
		}
	}
	return folded
}

var guidPattern = regexp.MustCompile(`^(?i:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$`)

func checkGUID(id string) error {
	if !guidPattern.MatchString(id) {
		return errors.New("not a GUID")
	}
	return nil
}
