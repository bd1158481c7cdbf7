// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/internal/retry"
)

const maxAnswer = 1 << 20

// secrecy says whether the client proves itself.
type secrecy bool

const (
	withSecret    secrecy = true
	withoutSecret secrecy = false
)

// share is how much of the time that is left a request may take.
type share bool

const (
	allOfIt  share = false
	halfOfIt share = true // there will be another one
)

// secretParams are the parameters of token requests that nobody may learn.
var secretParams = []string{"client_secret", "code", "code_verifier", "refresh_token", "password"}

// request makes one request to a flow's token endpoint. A public client never
// sends a secret.
func (a *App) request(ctx context.Context, f flow, grant string, params url.Values, auth secrecy, part share) (*answer, error) {
	form := url.Values{"grant_type": {grant}, "client_id": {a.clientID}}
	maps.Copy(form, params)
	secret := ""
	if auth == withSecret && a.credential != nil {
		var e *Error
		if secret, e = a.credential.get(ctx); e != nil {
			e.During, e.Flow = grant, f.authority.Flow()
			return nil, e
		}
		if a.opts.AuthStyle == oauth2.AuthStyleInParams {
			form.Set("client_secret", secret)
		}
	}
	at := attempt{grant: grant, flow: f.authority, guidSecret: guidPattern.MatchString(secret), hush: scrubber(form, secret)}
	if at.guidSecret {
		a.warnOfGUID()
	}
	if err := a.throttle.check(grant); err != nil { // after the secret, which may take its time
		return nil, err
	}
	ctx, cancel := within(ctx, part)
	defer cancel()
	start := a.clock.Now()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.authority.TokenEndpoint(), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, &Error{Class: ErrConfiguration, During: grant, Flow: f.authority.Flow(), Err: err}
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	if secret != "" && a.opts.AuthStyle == oauth2.AuthStyleInHeader {
		r.SetBasicAuth(url.QueryEscape(a.clientID), url.QueryEscape(secret)) // RFC 6749 section 2.3.1
	}
	got, err := a.exchange(r, start, at)
	if e, ok := errors.AsType[*Error](err); ok {
		e.During, e.Flow, e.Err = grant, f.authority.Flow(), at.hush.error(e.Err)
	}
	a.throttle.record(start.Mono, err)
	return got, err
}

func (a *App) exchange(r *http.Request, start tokencache.Instant, at attempt) (*answer, error) {
	resp, err := a.client.Do(r)
	if err != nil {
		advice := "the token endpoint can't be reached"
		if errors.Is(err, context.DeadlineExceeded) {
			advice = "the token endpoint did not answer in time"
		}
		if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
			return nil, &Error{Class: ErrConfiguration, Err: err, Advice: "the token endpoint's certificate is not trusted; a private CA goes into Options.Transport"}
		}
		return nil, &Error{Class: ErrRetry, Err: err, Advice: advice}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, &Error{Class: ErrRetry, Status: resp.StatusCode, RetryAfter: retry.Bound(retry.After(resp.Header)), Err: err, Advice: "the token endpoint's answer broke off"}
	case resp.StatusCode != http.StatusOK:
		return nil, failure(resp, body, at)
	case len(body) > maxAnswer:
		return nil, &Error{Class: ErrUnexpected, Status: resp.StatusCode, Advice: "the token endpoint's answer is longer than 1 MiB"}
	}
	got, err := parseAnswer(string(body), start)
	if e, ok := errors.AsType[*Error](err); ok {
		e.Status = resp.StatusCode
	}
	return got, err
}

// interactive makes a request for a caller who waits for it alone.
func (a *App) interactive(ctx context.Context, f flow, grant string, params url.Values, auth secrecy) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, a.opts.Timeout)
	defer cancel()
	defer context.AfterFunc(a.background.Context(), cancel)()
	if a.background.HasEnded() {
		return nil, errClosed()
	}
	got, err := a.request(ctx, f, grant, params, auth, allOfIt)
	if err != nil && a.background.HasEnded() {
		return nil, errClosed()
	}
	return got, bare(err)
}

// asRetry returns the error if the same request may do better right away.
func asRetry(err error) (*Error, bool) {
	e, ok := errors.AsType[*Error](err)
	return e, ok && e.Class == ErrRetry && !e.isThrottling()
}

// worthwhile is the least time for a second attempt.
const worthwhile = time.Second

// within returns a context for the share of the time that is left; all of it if
// the other half would be too short for another request.
func within(ctx context.Context, s share) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok && s == halfOfIt {
		if half := time.Until(deadline) / 2; half >= worthwhile {
			return context.WithTimeout(ctx, half)
		}
	}
	return context.WithCancel(ctx)
}

// pause waits a moment before a second attempt, if there is time for one.
func pause(ctx context.Context) bool {
	const moment = 200 * time.Millisecond
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < worthwhile {
		return false
	}
	t := time.NewTimer(moment + time.Duration(float64(moment)*rand.Float64()))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
