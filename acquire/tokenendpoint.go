// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire/internal/clientassertion"
	"github.com/b2ckit/b2ckit/acquire/internal/redact"
	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/guid"
	"github.com/b2ckit/b2ckit/internal/retry"
)

const maxAnswer = 1 << 20

// tokenEndpoint is one client's side of a tenant's token endpoints, of which
// each flow has its own (RFC 6749 section 3.2). It knows no App, and no
// account.
type tokenEndpoint struct {
	client       *http.Client
	clientID     string
	credential   *Credential // nil for a public client
	authStyle    oauth2.AuthStyle
	capabilities capabilities
	throttle     *throttle
	clock        tokencache.Clock
	log          *slog.Logger

	guidSecret sync.Once // the line about a secret that is a GUID
}

// accessTokenRequest is one request (RFC 6749 section 4).
type accessTokenRequest struct {
	flow   authority.Authority
	grant  string
	params url.Values // beside grant_type, client_id and claims
	claims string     // claims request; "" for none
	auth   clientAuthentication
	share  share
	page   *page // where it is noted; may be nil
}

// clientAuthentication is whether the client authenticates. A public client
// never does.
type clientAuthentication bool

const (
	authenticated   clientAuthentication = true
	unauthenticated clientAuthentication = false
)

// secretParams are the parameters of token requests that nobody may read.
var secretParams = []string{"client_secret", "client_assertion", "code", "code_verifier", "refresh_token", "password", "assertion", "device_code"}

// request makes the request that r describes. The error is an *Error.
func (t *tokenEndpoint) request(ctx context.Context, r accessTokenRequest) (*answer, error) {
	form := url.Values{"grant_type": {r.grant}, "client_id": {t.clientID}}
	maps.Copy(form, r.params)
	if claims := t.capabilities.with(r.claims); claims != "" {
		form.Set("claims", claims)
	}
	shown, e := t.prove(ctx, r)
	if e != nil {
		return nil, e
	}
	secret := shown.secret
	shown.add(form, t.authStyle)
	isGUID := guid.Is(secret)
	if isGUID {
		t.warnOfGUID()
	}
	if err := t.throttle.check(r.grant); err != nil { // after the credential, which may take its time
		return nil, err
	}
	ctx, cancel := within(ctx, r.share)
	defer cancel()
	start := t.clock.Now()
	request, err := newPost(ctx, r.flow.TokenEndpoint(), form)
	if err != nil {
		return nil, &Error{Class: ErrConfiguration, During: r.grant, Flow: r.flow.Flow(), Err: err}
	}
	if secret != "" && t.authStyle == oauth2.AuthStyleInHeader {
		request.SetBasicAuth(url.QueryEscape(t.clientID), url.QueryEscape(secret)) // RFC 6749 section 2.3.1
	}
	secrets := secretsOf(form, secret)
	sent := r.page.sending()
	got, e := t.exchange(request, attempt{grant: r.grant, flow: r.flow, guidSecret: isGUID}, secrets)
	if e != nil {
		e.During, e.Flow, e.Err = r.grant, r.flow.Flow(), secrets.Error(e.Err)
		t.throttle.record(start.Mono(), e)
		r.page.request(sent, e)
		return nil, e
	}
	t.throttle.record(start.Mono(), nil)
	r.page.request(sent, nil)
	return newAnswer(got, r.flow, start), nil
}

// newPost returns a request with a form.
func newPost(ctx context.Context, address string, form url.Values) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	return r, nil
}

// prove returns what the request shows of the client.
func (t *tokenEndpoint) prove(ctx context.Context, r accessTokenRequest) (proof, *Error) {
	if r.auth == unauthenticated || t.credential == nil {
		return proof{}, nil
	}
	shown, e := t.credential.get(ctx, clientassertion.Assertion{
		ClientID: t.clientID, Audience: r.flow.TokenEndpoint(), At: t.clock.Now().Wall(),
	})
	if e != nil {
		e.During, e.Flow = r.grant, r.flow.Flow()
	}
	return shown, e
}

func secretsOf(form url.Values, secret string) redact.Secrets {
	all := []string{secret}
	for _, name := range secretParams {
		all = append(all, form.Get(name))
	}
	return redact.New(all...)
}

// exchange sends the request and reads the response. The error's Err may hold
// secrets.
func (t *tokenEndpoint) exchange(r *http.Request, a attempt, secrets redact.Secrets) (tokenresponse.Success, *Error) {
	body, e := t.send(r, a, secrets)
	if e != nil {
		return tokenresponse.Success{}, e
	}
	got, err := tokenresponse.ParseSuccess(body)
	if err != nil {
		return tokenresponse.Success{}, &Error{Class: ErrUnexpected, Status: http.StatusOK, Advice: err.Error()}
	}
	return got, nil
}

// send sends the request and returns the body of a good response.
func (t *tokenEndpoint) send(r *http.Request, a attempt, secrets redact.Secrets) (string, *Error) {
	resp, err := t.client.Do(r)
	if err != nil {
		return "", unreachable(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return "", &Error{Class: ErrRetry, Status: resp.StatusCode, RetryAfter: retry.Bound(retry.After(resp.Header)), Err: err, Advice: "the token endpoint's answer broke off"}
	case resp.StatusCode != http.StatusOK:
		return "", failure(resp, string(body), a, secrets)
	case len(body) > maxAnswer:
		return "", &Error{Class: ErrUnexpected, Status: resp.StatusCode, Advice: "the token endpoint's answer is longer than 1 MiB"}
	}
	return string(body), nil
}

// unreachable is for a request without a response.
func unreachable(err error) *Error {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return &Error{Class: ErrConfiguration, Err: err, Advice: "the token endpoint's certificate is not trusted; a private CA goes into Options.Transport, or the environment variable SSL_CERT_FILE"}
	}
	advice := "the token endpoint can't be reached"
	if errors.Is(err, context.DeadlineExceeded) {
		advice = "the token endpoint did not answer in time"
	}
	return &Error{Class: ErrRetry, Err: err, Advice: advice}
}

// warnOfGUID logs once that the client secret is a GUID.
func (t *tokenEndpoint) warnOfGUID() {
	due := false
	t.guidSecret.Do(func() { due = true }) // not in there: it holds a lock
	if due {
		t.log.Warn("the client secret is a GUID: " + secretID)
	}
}
