// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"net/http"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/bounded"
	"github.com/b2ckit/b2ckit/emulator/internal/inprocess"
	"github.com/b2ckit/b2ckit/emulator/internal/jws"
)

// Tenant is an emulated B2C tenant: an [http.Handler] that mints tokens. All
// its methods are safe for concurrent use. It has no useful zero value: call
// [NewTenant], or [NewServer] for one that listens.
//
// It is a face over what each own their state and can be read alone. Arrows run
// one way: handlers know collaborators, these the model, the model its URLs, and
// nobody the Tenant. Locks are taken in one order, and a collaborator calls none
// above it with its own held:
//
//	a journey's mu → directory.mu → browsers.mu or grants.mu
//
// All others (of journeys, faults, containers and logs) are taken last and alone.
type Tenant struct {
	kind       TenantKind
	model      *model
	clock      *clock
	keys       *keys
	directory  *directory
	browsers   *browsers
	grants     *grants
	log        *activity
	faults     *faults
	decisions  *decisions
	attributes attributes
	passwords  *passwords
	minter     *minter
	devices    *deviceCodes
	met        *challenges
	keeper     *keeper
	handler    *handler
}

// NewTenant returns a tenant; nil options are the default tenant, contoso. It
// opens no socket, starts no goroutine and generates no key: the first request
// or token that needs a key waits for it. Like [http.ServeMux.Handle] it
// panics, naming the fields, on options that are contradictory.
func NewTenant(opts *Options) *Tenant {
	o := opts.withDefaults()
	accounts := accountsOf(o.Users)
	if err := errorsOf[Options](o.checkAll(accounts), "emulator: "); err != nil {
		panic(err.Error())
	}
	p := productOf(o.Kind)
	var shared *container
	if o.SharedKeysWith != nil {
		shared = o.SharedKeysWith.keys.main().share()
	}
	t := &Tenant{kind: o.Kind, model: o.model(), clock: &clock{base: o.Now}, grants: newGrants(), log: newActivity(), decisions: &decisions{}}
	mainKeys, containers := p.containers(o.ID)
	t.keys = newKeys(t.model, mainKeys, containers, shared, o.KeysWithoutActivation)
	t.browsers = newBrowsers(t.model.name, t.clock)
	t.directory = newDirectory(t.model, accounts)
	if o.HighScaleOf != nil {
		t.directory = o.HighScaleOf.directory
	}
	t.directory.observe(observer{
		check:   func(u User, field string, all *mistakes) { p.checkUser(u, t.model.apps, field, all) },
		changed: t.browsers.change,
		removed: func(objectID string) {
			t.browsers.end(objectID) // first: a session would get new codes
			t.grants.remove(objectID)
		},
	})
	t.attributes = attributesOf(o.ID, o.Attributes)
	t.passwords = &passwords{t.directory, o.OnPasswordSubmit}
	t.devices, t.met = newDeviceCodes(), newChallenges(o.ID)
	t.faults = &faults{model: t.model, clock: t.clock}
	t.minter = &minter{t.model, t.keys, t.directory, t.clock, t.log, p}
	t.keeper = &keeper{t.model, t.directory, t.grants, t.keys, p.scope}
	t.handler = &handler{model: t.model, clock: t.clock, log: t.log, faults: t.faults, endpoints: endpointsOf(t, p)}
	return t
}

// endpointsOf hands a tenant's endpoints what they use.
func endpointsOf(t *Tenant, p product) map[Endpoint]func(http.ResponseWriter, *call) {
	journeys := newJourneys(t.model, t.clock, t.directory, t.browsers, pages)
	journeys.passwords, journeys.attributes = t.passwords, t.attributes
	authorize := &authorizeHandler{t.model, t.clock, t.directory, t.browsers, t.grants, t.minter, t.decisions, journeys, t.met, p.authorization}
	token := &tokenHandler{t.model, t.clock, t.directory, t.grants, t.minter, t.keys, t.devices, t.met}
	devices := &deviceHandler{
		model: t.model, clock: t.clock, directory: t.directory, browsers: t.browsers, decisions: t.decisions, journeys: journeys,
		codes: t.devices, met: t.met, scope: p.scope, waiting: bounded.NewStore[confirmation](4096),
	}
	logout := &logoutHandler{t.model, t.clock, t.keys, t.browsers}
	userInfo := &userInfoHandler{t.model, t.clock, t.keys, t.directory}
	return map[Endpoint]func(http.ResponseWriter, *call){
		MetadataEndpoint:   metadataHandler{t.model, p}.serve,
		KeysEndpoint:       keysHandler{t.keys, p}.serve,
		AuthorizeEndpoint:  authorize.serve,
		TokenEndpoint:      p.tokens(token),
		LogoutEndpoint:     logout.serve,
		PagesEndpoint:      journeys.serve,
		UserInfoEndpoint:   userInfo.serve,
		DeviceCodeEndpoint: devices.begin,
		DevicePageEndpoint: devices.serve,
	}
}

// Now returns the tenant's time: that of Options.Now, moved by
// [Tenant.Advance].
func (t *Tenant) Now() time.Time { return t.clock.now() }

// Advance moves the tenant's clock by d, back if d is negative. Tokens, codes
// and sessions age by it at once, and new ones are dated by it; a rotated key's
// activation too. Nobody else's clock moves: a validator sees tokens from the
// future, or from the past, as where two machines disagree.
func (t *Tenant) Advance(d time.Duration) { t.clock.advance(d) }

// Transport returns a [http.RoundTripper] that calls the tenant in process: no
// sockets, so it also works inside a testing/synctest bubble. It answers for
// https on every host of the tenant, whatever DNS says; another host fails like
// a name that doesn't exist, and plain http like a closed port.
//
// It behaves as a network would where clients can tell. A response arrives when
// the handler has written some kilobytes, flushes or returns, and its body
// streams. When the request's context ends, RoundTrip and reads of the body
// return its error at once, and the handler's own context ends, also while it
// hangs; closing the body ends the handler's context too. A handler that panics
// with [http.ErrAbortHandler] cuts the connection.
//
// One goroutine runs per request, from RoundTrip until the handler returns. It
// is safe for concurrent use, and nothing need be closed but response bodies.
func (t *Tenant) Transport() http.RoundTripper {
	return &inprocess.Transport{Handler: t, Reach: t.model.reach}
}

// Client returns a new client over [Tenant.Transport].
func (t *Tenant) Client() *http.Client { return &http.Client{Transport: t.Transport()} }

// ServeHTTP answers as B2C does on any of the tenant's hosts, and on any
// loopback host: metadata, key set and the authorize, token and logout endpoints
// of every flow, and its pages if there are any, in every form of URL.
// Everything else is B2C's 404, an HTML page.
//
// The issuer and the URLs in an answer follow the Host of the request. Their
// scheme is https, except for plain http to a loopback host.
func (t *Tenant) ServeHTTP(w http.ResponseWriter, r *http.Request) { t.handler.ServeHTTP(w, r) }

// Intercept puts a function in front of every answer, to make the tenant hang,
// fail or lie: it may write anything itself, change the request, or let next
// answer. It replaces the one before at once; nil removes it. Requests are
// counted before it runs.
//
// The context of its request ends when the client goes away, over sockets and
// in process alike, so to hang is to wait for that; there is no answer if nothing
// is written by then:
//
//	b2c.Intercept(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
//		<-r.Context().Done()
//	})
//
// To cut an answer short, write a part of it and panic with
// [http.ErrAbortHandler].
//
// It may hijack a connection of a [Server] (see [http.Hijacker]), which HTTP/2
// doesn't allow: while there is such a function, new connections speak HTTP/1.1.
// Those that are open already go on as they are, so set it before the first
// request, or start the server with [ServerOptions.HTTP1].
func (t *Tenant) Intercept(f func(w http.ResponseWriter, r *http.Request, next http.Handler)) {
	t.handler.setIntercept(f)
}

// OnSignIn decides what the user does at the authorize endpoint of any flow: to
// sign in as someone, or to fail with [ErrCancelled], [ErrForgotPassword],
// [PolicyError] or another [*JourneyError]; any other error is a server_error. It
// replaces the function before at once. If nil, as at first, people sign in on
// pages if [Options.Pages] is set; else all sign in at once, as the zero [SignIn]
// says.
//
// It runs during the request, also concurrently, and may wait. It is not called
// for prompt=none, where nobody is asked: the session decides alone. The
// password grant doesn't pass here either.
func (t *Tenant) OnSignIn(decide func(SignInRequest) (SignIn, error)) { t.decisions.set(decide) }

// Mint returns a signed token in compact form. It fails on a spec that names a
// flow or host the tenant doesn't have, contradicts itself, or holds a claim
// that is no JSON; the error names all such fields, on a line each. Nothing is recorded: a minted token is like any other.
func (t *Tenant) Mint(spec Spec) (string, error) { return t.minter.mint(spec) }

// MustMint is [Tenant.Mint], but panics instead of returning an error.
func (t *Tenant) MustMint(spec Spec) string {
	token, err := t.Mint(spec)
	if err != nil {
		panic(err)
	}
	return token
}

// Rotate adds a new key to a container, which signs from now on and is in the
// key set at once: B2C announces no key ahead. With overlap the old keys stay
// published until [Tenant.Retire]; without, they vanish at once, as when a
// policy is switched to another container.
//
// The container is [UserFlowKeys] (or ""), a name given as Flow.KeyContainer,
// or the name of a flow, which stands for that flow's container; case doesn't
// count. At External ID and Entra ID it is [TenantKeys] (or ""), or the client id of
// an app with App.OwnSigningKey. Rotate panics if there is no such container. It takes some tens of
// milliseconds, the time to generate a key, unless a tenant of the process with
// the same container has been rotated as often: like the first keys, the next
// ones of user flows are the same for all tenants, and those of other containers
// for all that have the same GUID. A container that was restored, or has been
// rotated 31 times, gets a key that nobody else has.
func (t *Tenant) Rotate(container string, overlap bool) {
	t.keys.named(container).rotate(t.clock.now().Unix(), overlap)
}

// Retire removes all keys of a container but the one that signs. It panics if
// there is no such container; see [Tenant.Rotate] for the names.
func (t *Tenant) Retire(container string) { t.keys.named(container).retire() }

// Keys returns the keys a container publishes, oldest first; the last one
// signs. It panics if there is no such container; see [Tenant.Rotate] for the
// names.
func (t *Tenant) Keys(container string) []*Key {
	var keys []*Key
	for _, k := range t.keys.named(container).published() {
		keys = append(keys, k.Key)
	}
	return keys
}

// CurrentKey returns the key that signs a flow's tokens now. It panics if there
// is no such flow; "" is the first flow.
func (t *Tenant) CurrentKey(flow string) *Key { return t.keys.of(t.model.mustFlow(flow)).current() }

// SetFaults makes the tenant misbehave from the next request on. It replaces
// all faults there were; without any, the tenant behaves. Where several concern
// a request, they come over it in their order, as long as there is an answer to
// spoil: a slow answer may then be cut, but two errors come over two requests.
// An error names every field that is wrong, on a line each, and changes nothing; [FaultStuck] is one
// unless the tenant is on a [Server] that isn't closed.
//
// A request for an unknown host, tenant or flow gets its 404 whatever the faults
// are. For other ways to misbehave there is [Tenant.Intercept], behind which
// faults happen.
func (t *Tenant) SetFaults(faults ...Fault) error { return t.faults.set(faults) }

// MustSetFaults is [Tenant.SetFaults], but panics instead of returning an error.
func (t *Tenant) MustSetFaults(faults ...Fault) {
	if err := t.SetFaults(faults...); err != nil {
		panic(err)
	}
}

// Faults returns the faults that are set, with every default filled in. Those
// that have come over all their requests are gone, and Times is what is left of
// the others.
func (t *Tenant) Faults() []Fault { return t.faults.all() }

// Counts returns the requests received since the start or the last
// [Tenant.ResetCounts]. A request counts from the moment it arrives, before it
// is answered.
func (t *Tenant) Counts() Counts { return t.handler.counts.get() }

// ResetCounts sets all counts to zero, one after the other: don't call it while
// requests are on their way if the sums matter.
func (t *Tenant) ResetCounts() { t.handler.counts.reset() }

// Requests returns the latest requests that have been answered, up to 1,000,
// the oldest first. One that an interceptor answered is among them; one that
// still hangs is not. The caller may change the result.
func (t *Tenant) Requests() []Request { return t.log.requests(0) }

// RequestsAfter returns those of [Tenant.Requests] with a number higher than the
// given one, for a log that goes on from there.
func (t *Tenant) RequestsAfter(number int) []Request { return t.log.requests(number) }

// Issued returns the latest ID and access tokens that the endpoints have handed
// out, up to 100, the oldest first. Tokens of [Tenant.Mint] are not among them.
func (t *Tenant) Issued() []Issued { return t.log.handed.After(0) }

// State returns the users, with hashes of their passwords, the keys that were
// published so far, and the latest 1,000 refresh tokens, for [Tenant.Restore] in
// another process. It is JSON and a secret: it holds the private keys. Of refresh
// tokens there is a hash, with what was granted. The same state is the same bytes.
//
// Sessions of browsers, codes and pages under way, the clock, faults and what
// else happened are not in it.
func (t *Tenant) State() ([]byte, error) { return t.keeper.state() }

// Restore puts back what [Tenant.State] returned. Call it before the tenant is
// in use. It is all or nothing: an error, which holds no secret, changes
// nothing.
//
// The state wins over Options.Users: a configured user who is in it is as it
// says, and one who was removed stays away. Configured users whom it doesn't
// know are kept, behind the others; it is an error if one of them can't be beside
// the others. A key container that the tenant no longer has is ignored, and one
// that the state doesn't know starts with a new key. Keys that two tenants share
// stay shared, and are those of the state with the latest key: one tenant may
// have been away meanwhile. The state of a tenant with another GUID is an error.
//
// A refresh token is as good as it was: used up if it was, until the same time
// by the clock. It is forgotten if its flow or app is no longer there, or the app
// may no longer ask for what it was granted; and what a user was granted who is
// there no longer has ended.
func (t *Tenant) Restore(state []byte) error {
	if err := t.keeper.restore(state); err != nil {
		return fmt.Errorf("emulator: state: %w", err)
	}
	return nil
}

// signed reports whether one of the tenant's keys signed a token.
func (t *Tenant) signed(token *jws.Token) bool { return t.keys.signed(token) }
