// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/background"
	"github.com/b2ckit/b2ckit/acquire/internal/bounded"
	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/guid"
	"github.com/b2ckit/b2ckit/internal/reconnect"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// App is one application at one authority: a user flow or custom policy of B2C,
// which treats each as an isolated authority, so tokens of different flows are
// never mixed; or a tenant of External ID or Entra. It is safe for concurrent use. Make one with [NewConfidential]
// or [NewPublic], one for the life of the program; the zero App has no use.
type App struct {
	flows      flows
	clientID   string
	opts       Options
	endpoint   *tokenEndpoint
	transport  *reconnect.Transport // the endpoint's
	clock      tokencache.Clock
	log        *slog.Logger
	background *background.Group

	fleet      fleet
	scopes     scopeKeys
	tokens     *appTokens
	onBehalfOf *onBehalfOfTokens
	accounts   *accountCache
	listener   *refreshTokenListener
	ledger     *ledger

	unrefreshed *quota // lines about sign-ins that brought no refresh token
}

// NewConfidential returns the application with a client id and a credential
// that only it knows: a daemon, or a web app on a server. Options may be nil.
// It does no I/O. The error tells all that is wrong, a line each.
func NewConfidential(a authority.Authority, clientID string, credential Credential, opts *Options) (*App, error) {
	return newApp(a, clientID, &credential, opts)
}

// NewPublic returns the application with a client id and nothing secret: a
// program on a user's machine. Options may be nil. It does no I/O. The error
// tells all that is wrong, a line each.
func NewPublic(a authority.Authority, clientID string, opts *Options) (*App, error) {
	return newApp(a, clientID, nil, opts)
}

// patience is how long a request has to wait for an answer before it says
// something about its connection that its caller has given it up.
const patience = time.Second

func newApp(a authority.Authority, clientID string, credential *Credential, opts *Options) (*App, error) {
	if opts == nil {
		opts = &Options{}
	}
	if err := errors.Join(checkAuthority(a), checkClientID(clientID), credential.check(a, opts.wall()), opts.check(), opts.checkLinks(a), capabilities(opts.ClientCapabilities).check(a)); err != nil {
		return nil, err
	}
	o := opts.withDefaults()
	id := authority.FoldFlow(clientID)
	app := &App{
		clientID: id, opts: o, clock: tokencache.Clock{Wall: o.Now}, background: background.New(),
		log:       slog.New(logHandler{o.Logger.Handler()}).With("authority", a.ID(), "client", id),
		transport: reconnect.New(o.Transport, min(patience, o.Timeout/4)),
		scopes:    scopeKeys{kind: a.Kind()}, unrefreshed: newQuota(1, time.Minute),
	}
	limiter := new(jwks.Limiter) // a 429 for keys is one for tokens too, and the other way round
	app.endpoint = &tokenEndpoint{
		client: &http.Client{
			Transport: app.transport,
			// The secret goes to the configured address and nowhere else.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		clientID: id, credential: credential, authStyle: o.AuthStyle, capabilities: slices.Clone(o.ClientCapabilities),
		throttle: &throttle{host: a.Host(), limiter: limiter}, clock: app.clock, log: app.log,
	}
	var err error
	if app.flows, err = newFlows(a, o.Links, id, &validator.IDTokenOptions{
		Transport: o.Transport, Logger: o.Logger, Now: o.Now, Keys: &jwks.Options{Limiter: limiter, OnFetch: o.OnFetch},
	}); err != nil {
		return nil, errors.Join(err, app.Close())
	}
	if credential != nil && credential.guid {
		app.endpoint.warnOfGUID()
	}
	app.ledger = &ledger{onAcquisition: o.OnAcquisition, authority: a.ID(), log: app.log, lines: newQuota(10, time.Second), panics: newQuota(10, time.Second)}
	app.keepTokens()
	return app, nil
}

// keepTokens makes what keeps tokens and renews them.
func (a *App) keepTokens() {
	lines := newQuota(10, time.Second)
	home := func(g Grant) *tokencache.Home {
		return &tokencache.Home{
			Clock: a.clock, Background: a.background, Timeout: a.opts.Timeout, Log: a.log.With("grant", string(g)), Lines: lines.take,
			Explain: explain, Served: a.ledger.served(g),
		}
	}
	a.fleet = newFleet(a)
	a.tokens = &appTokens{
		endpoint: a.endpoint, flow: a.flows.own.authority, fleet: a.fleet, home: home(GrantClientCredentials), ledger: a.ledger,
		entries: bounded.New[*tokencache.Entry](maxScopeSets),
	}
	a.onBehalfOf = &onBehalfOfTokens{
		endpoint: a.endpoint, flow: a.flows.own.authority, fleet: a.fleet, home: home(GrantOnBehalfOf), ledger: a.ledger,
		entries: bounded.New[*tokencache.Entry](a.opts.MaxAccounts),
	}
	a.listener = &refreshTokenListener{f: a.opts.OnRefreshToken, timeout: a.opts.Timeout, log: a.log, panics: newQuota(10, time.Second)}
	users := &refresher{endpoint: a.endpoint, flow: a.flows.own, fleet: a.fleet, clock: a.clock, listener: a.listener}
	ofUsers := home(GrantRefreshToken)
	a.accounts = newAccountCache(a.fleet, a.opts.MaxAccounts, func(c *cachedAccount, scopes string) *tokencache.Entry {
		// What a fleet is waiting for shall not be lost because this process ends.
		return ofUsers.NewEntry(a.fleet.needsAnswers(), func(ctx context.Context, want tokencache.Want) (*tokencache.Token, *tokencache.Failure) {
			p := a.ledger.begin(GrantRefreshToken, want.Old != nil)
			defer p.tellAside(ctx)
			t, err := users.renew(ctx, c, scopes, want, p)
			p.end(t != want.Old, err)
			return t, failureOf(err)
		})
	})
}

// newFleet returns the processes that the App shares tokens with.
func newFleet(a *App) fleet {
	if a.opts.Cache == nil {
		return alone{}
	}
	return &sharedCache{
		store: newCacheStore(a.opts.Cache, a.opts.Timeout, a.log), keys: cacheKeys{a.flows.own.authority, a.clientID},
		clock: a.clock, outbox: newOutbox(a.background, a.opts.Timeout, a.opts.MaxAccounts),
	}
}

// kinds are the products that this package knows the ways of.
var kinds = []authority.Kind{authority.AzureADB2C, authority.EntraExternalID, authority.EntraID}

func checkAuthority(a authority.Authority) error {
	switch {
	case a.Err() != nil:
		return fmt.Errorf("acquire: %w", a.Err())
	case !slices.Contains(kinds, a.Kind()):
		return fmt.Errorf("acquire: %s is of %s; this package is for Azure AD B2C, Entra External ID and Entra ID: for another provider see golang.org/x/oauth2", a, a.Kind())
	}
	return nil
}

func checkClientID(id string) error {
	if !guid.Is(id) {
		return fmt.Errorf("acquire: clientID: %q is not a GUID; want the application (client) id", id)
	}
	return nil
}

// Authority returns the authority that the App was made for.
func (a *App) Authority() authority.Authority { return a.flows.own.authority }

// ClientID returns the application's client id, in lower case.
func (a *App) ClientID() string { return a.clientID }

// String tells client and authority, and shows nothing else.
func (a *App) String() string { return "app " + a.clientID + " at " + a.flows.own.authority.String() }

// GoString is String.
func (a *App) GoString() string { return a.String() }

// LogValue is String.
func (a *App) LogValue() slog.Value { return slog.StringValue(a.String()) }

// Close ends requests under way and forgets nothing: what a shared Cache
// holds stays there. If there is one, Close waits for refresh tokens that are
// being redeemed, no longer than Options.Timeout: B2C's answer replaces them.
// Afterwards tokens that have to be fetched are refused with [ErrClosed]. A
// transport that ignores its context holds Close up. Connections of the App's
// own end; those of Options.Transport stay.
func (a *App) Close() error {
	a.background.Close()
	err := a.flows.close()
	a.transport.Close()
	return err
}

// foreground makes a request for a caller who waits for it alone.
func (a *App) foreground(ctx context.Context, r accessTokenRequest) (*answer, error) {
	r.page = a.ledger.begin(Grant(r.grant), false)
	defer r.page.tell(ctx)
	got, err := a.requestWithin(ctx, r)
	r.page.end(err == nil, err)
	return got, err
}

func (a *App) requestWithin(ctx context.Context, r accessTokenRequest) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, a.opts.Timeout)
	defer cancel()
	defer context.AfterFunc(a.background.Context(), cancel)()
	if a.background.HasEnded() {
		return nil, errClosed()
	}
	got, err := a.endpoint.request(ctx, r)
	if err != nil && a.background.HasEnded() {
		return nil, errClosed()
	}
	return got, bare(err)
}
